"""How a trial looks in a terminal: the request, and the answer with the findings beside what they are about."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from local.readable import count, printable
from local.stack import OFFLINE_MODEL
from operate.estimate import ANSWER_TOKENS, Estimate
from operate.shapes import as_text
from operate.trial import Trial
from pipeline.catalog import Extractor, Finding
from pipeline.fields import dotted, fields_of
from pipeline.images import PreparedImage
from pipeline.requests import Request

_WIDE = 120  # columns from which request and answer fit beside each other
_TAIL = 180  # characters of the prompt's end, which is the category's own part
_LONGEST = 400  # characters of a value
_STYLES = {"completed": "green", "needs_review": "yellow"}
_FIRST = ("product_name", "brand")
_INSIDE = "specifications."
_SEVERITIES = {"error": "red", "warning": "yellow"}


def request_panel(
    extractor: Extractor, request: Request, photo: bytes, image: PreparedImage, prices: Sequence[str]
) -> Panel:
    """What the model is sent, in short: `image`, made from the `photo`. `prices` are lines that say what it costs."""
    estimate = Estimate.of(request, image)
    text = extractor.prompt.strip()
    end = " ".join(text.rpartition("\n\n")[2].split())  # the category's own part comes last
    end = end if len(end) <= _TAIL else f"… {end[-_TAIL:].partition(' ')[2]}"
    lines = {
        "Photo": f"{image.width} x {image.height} px, {image.media_type}, {_kilobytes(image.data)}, "
        + ("as it is" if image.data == photo else f"made from a file of {_kilobytes(photo)}"),
        "Prompt": f"{len(text):,} characters, ending:\n{end}",
        "Tool": f"{extractor.tool['name']}, {len(extractor.foreseen)} properties",
        "Tokens": f"about {estimate.photo + estimate.prompt:,} in: {estimate.photo:,} of photo, {estimate.prompt:,} of "
        f"prompt and schema; about {ANSWER_TOKENS} out, at most {request['max_tokens']:,}",
        "Cost": "\n".join(prices),
        "Version": extractor.version,
    }
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, said in lines.items():
        grid.add_row(name, escape(_safe(said)))
    return Panel(grid, title="Request", box=box.ROUNDED)


def answer(trial: Trial, extractor: Extractor) -> RenderableType:
    """Who answered, what, and what is wrong with it."""
    row, parts = trial.row, []
    for number, call in enumerate(trial.calls, start=1):
        usage = call.answer.usage
        tokens_in = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens
        cost = "price unknown" if usage.cost_usd is None else f"${usage.cost_usd:.4f}"
        name, model = "Answer" if number == 1 else "Repair turn", call.answer.model_id
        counted = f"{tokens_in:,} tokens in, {usage.output_tokens:,} out"
        told = f"about {counted}, nothing paid" if model == OFFLINE_MODEL else f"{counted}, {cost}"
        parts.append(f"[bold]{name}[/] of {escape(model)}: {told}")
    return Group(*parts, *_tables(trial, extractor), _verdict(row))


def _tables(trial: Trial, extractor: Extractor) -> Iterator[RenderableType]:
    first, again = (*trial.readings(extractor), None, None)[:2]
    if first and len(trial.calls) > 1:
        yield _table("First answer, sent back for these faults", first.product, first.faults, extractor)
        if again:
            yield _table("What the repair turn gave", again.product, (), extractor)
        else:
            yield "The repair turn gave nothing that can be used.\n"
    product = trial.row.get("product_specifications")
    if product is not None:
        findings = trial.row.get("findings", ())
        yield _table(f"The row{'' if findings else '; no findings'}", product, findings, extractor)
        yield _absent(product, extractor)


def _table(title: str, product: Mapping[str, Any], findings: Sequence[Finding], extractor: Extractor) -> Table:
    """A line a value, with what is wrong with it beside it; parts of a value are indented below its name."""
    rows = {dotted(path): value for path, value in fields_of(_in_order(product, extractor)).items()}
    beside: dict[str, list[str]] = {}
    for finding in findings:
        place = _place(finding["path"], rows)
        beside.setdefault(place, []).append(_said(finding, place))
    for path in rows:
        if path.startswith(_INSIDE) and path.split(".")[1] not in extractor.foreseen:
            beside.setdefault(path, []).append("[dim]not in the schema[/]")
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.min_width = len(title)  # or it would be broken over lines, above a few short values
    table.add_column("Property", overflow="fold", ratio=3)
    table.add_column("Answer", overflow="fold", ratio=5)
    if beside:
        table.add_column("Finding", overflow="fold", ratio=4)
    above = ""
    for path in [*rows, *(path for path in beside if path not in rows)]:
        parent, _, name = path.removeprefix(_INSIDE).rpartition(".")
        if parent not in ("", above):
            table.add_row(escape(_safe(parent)))
        above = parent
        value = _safe(as_text(rows[path]))[:_LONGEST] if path in rows else ""
        label = f"{'  ' if parent else ''}{escape(_safe(name))}" or "[dim]as a whole[/]"
        table.add_row(label, escape(value), *(["\n".join(beside.get(path, []))] if beside else []))
    return table


def _in_order(product: Mapping[str, Any], extractor: Extractor) -> Mapping[str, Any]:
    """The product with its parts where the schema has them, and names of its own at the end."""
    specifications = product.get("specifications")
    if not isinstance(specifications, Mapping):
        return product
    names = [name for name in extractor.foreseen if name in specifications]
    others = {name: value for name, value in product.items() if name not in _FIRST and name != "specifications"}
    first = {name: product[name] for name in _FIRST if name in product}
    return {**first, **others, "specifications": {**dict.fromkeys(names), **specifications}}


def _place(path: str, rows: Mapping[str, Any]) -> str:
    """The row that a finding stands beside: the value that it is about, or that holds what it is about."""
    return next((row for row in rows if f"{path}.".startswith(f"{row}.")), path)


def _said(finding: Finding, row: str) -> str:
    style = _SEVERITIES.get(finding["severity"], "red")
    below = finding["path"].removeprefix(row).strip(".")
    return f"[{style}]{finding['severity']}[/]: {escape(_safe(f'{below}: ' if below and row else ''))}" + escape(
        _safe(finding["message"])
    )


def _absent(product: Mapping[str, Any], extractor: Extractor) -> str:
    foreseen = extractor.foreseen
    missing = [name for name in foreseen if name not in product.get("specifications", {})]
    if not missing:
        return "[dim]All properties of the schema are given.[/]\n"
    return f"[dim]Not given, {len(missing)} of {len(foreseen)}: {escape(', '.join(missing))}[/]\n"


def _verdict(row: Mapping[str, Any]) -> str:
    status = row.get("processing_status", "no row")
    line = f"[bold {_STYLES.get(status, 'red')}]{status}[/]"
    counts = Counter(finding["severity"] for finding in row.get("findings", ()))
    line += "".join(f", {count(number, severity)}" for severity, number in counts.items())
    if "error_message" in row:
        line += f" ({row.get('error_code', 'no code')}): {escape(_safe(row['error_message']))}"
    return line


def _kilobytes(data: bytes) -> str:
    return f"{-(-len(data) // 1000):,} kB"


def _safe(text: str) -> str:
    """What a model or a photo says, without what a terminal would obey."""
    return "\n".join(map(printable, text.split("\n")))


def show(console: Console, request: Panel, answered: RenderableType) -> None:
    """Beside each other where the terminal is wide, else one below the other."""
    if console.width < _WIDE:
        console.print(request, answered, highlight=False)
        return
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(ratio=2)
    grid.add_column(ratio=4)
    grid.add_row(request, answered)
    console.print(grid, highlight=False)
