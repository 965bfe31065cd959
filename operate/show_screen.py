"""How one photo's rows look in a terminal: the newest in full, the others in a line each."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local.readable import count, moment, percent, printable
from operate.screen import say
from operate.shapes import as_text

_LONGEST = 400  # characters of a value
_STYLES = {"completed": "green", "failed": "red"}


def in_full(row: Mapping[str, Any], which: str, then: str, console: Console) -> None:
    """All that a row says. `which`: of which version of the object it is; `then`: what a person can do."""
    say(console, f"{moment(row['processing_timestamp'])}: {row['processing_status']}", f"bold {_style(row)}")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", overflow="fold", ratio=1)
    grid.add_column(overflow="fold", ratio=3)
    for name, says in (*_about(row, which), *_product(row), *_found(row), ("Now", then)):
        if says:
            grid.add_row(escape(printable(name)), escape(printable(says[:_LONGEST] if name != "Now" else says)))
    console.print(grid, highlight=False)


def in_a_line(row: Mapping[str, Any], which: str, console: Console) -> None:
    """A row in short."""
    said = f", {row['error_code']}" if "error_code" in row else ""
    found = f", {count(len(row['findings']), 'finding')}" if row.get("findings") else ""
    when, status = moment(row["processing_timestamp"]), row["processing_status"]
    say(console, f"  {when}: {status}{said}{found}, {which}; {_paid(row)}", _style(row))


def _style(row: Mapping[str, Any]) -> str:
    return _STYLES.get(row["processing_status"], "yellow")


def _about(row: Mapping[str, Any], which: str) -> Iterator[tuple[str, str]]:
    yield "image_id", row["image_id"]
    yield "Version", f"{row.get('version_id', 'none')}, {which}"
    yield "Error", ": ".join(str(row[name]) for name in ("error_code", "error_message") if name in row)
    times = (("started_at", "last begun"), ("completed_at", "ended"))
    yield "Times", ", ".join(f"{says} {moment(row[name])}" for name, says in times if name in row)
    yield "Attempts", f"{int(row.get('attempts', 0))}; {_paid(row)}"
    yield "Read by", ", ".join(str(row[name]) for name in ("model_id", "extractor_version") if name in row)
    yield "Run", row.get("run", "")


def _paid(row: Mapping[str, Any]) -> str:
    usage = row.get("usage", {})
    paid = int(row.get("paid_calls", usage.get("paid_calls", 0)))
    if not paid:
        return "nothing paid"
    tokens = sum(int(usage.get(f"{kind}_tokens", 0)) for kind in ("input", "cache_read", "cache_write"))
    cost = f"${float(usage['cost_usd']):.4f}" if "cost_usd" in usage else "price unknown"
    return f"{count(paid, 'paid call')}, {tokens:,} tokens in, {int(usage.get('output_tokens', 0)):,} out, {cost}"


def _product(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    product = row.get("product_specifications", {})
    yield "Category", row.get("category", "")
    for name in ("product_name", "brand"):
        yield name, _with_confidence(str(product.get(name) or ""), name, row)
    yield "Confidence", percent(product.get("confidence_score"))
    for name, value in product.get("specifications", {}).items():
        yield name, _with_confidence(as_text(value), f"specifications.{name}", row)
    codes = (f"{code.get('text', '')} ({code.get('symbology', '')})" for code in row.get("barcodes", ()))
    yield "Barcodes", ", ".join(codes)
    yield "Take it anew", ", ".join(row.get("retake_reasons", ()))


def _with_confidence(text: str, path: str, row: Mapping[str, Any]) -> str:
    """A value, how sure the service is of it (of a table, of its least sure row), and where it's from if not read."""
    about = {
        name: float(sure) for name, sure in row.get("field_confidence", {}).items() if f"{name}.".startswith(f"{path}.")
    }
    if not text or not about:
        return text
    source = row.get("field_sources", {}).get(path)
    return f"{text}  [{percent(min(about.values()))}{f', {source}' if source else ''}]"


def _found(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for finding in row.get("findings", ()):
        path = finding.get("path", "").removeprefix("specifications.")
        yield str(finding.get("severity", "finding")), f"{f'{path}: ' if path else ''}{finding.get('message', '')}"
