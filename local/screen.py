"""What a run shows on the screen: a progress bar, then a table and a summary."""

import contextlib
from collections.abc import Callable, Iterable, Iterator

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from local.readable import count, percent, plain, printable
from local.report import Entry
from local.run import Result
from local.stack import OFFLINE_MODEL

LINES = 200  # of the table; the report has all
_REASONS = 20  # likewise
_GAP = 2  # between columns
_PRODUCT = 12  # the least that a name is readable in
_STYLES = {"completed": "green", "needs_review": "yellow", "failed": "red", "no row": "red"}
_SUMMED = {"needs_review": "to review", "no row": "without a row"}


@contextlib.contextmanager
def progress_bar(console: Console, total: int) -> Iterator[Callable[[int, int], None]]:
    """Show a bar; what it yields takes how many photos have ended and how many wait to be tried again."""
    numbers = (MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    columns = (TextColumn("{task.description}"), BarColumn(), *numbers)
    with Progress(*columns, console=console, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task("Reading", total=total)

        def update(ended: int, delayed: int) -> None:
            waiting = f" ({delayed} wait to be tried again)" if delayed else ""
            bar.update(task, completed=ended, description=f"Reading{waiting}")

        yield update


def table(entries: list[Entry], width: int) -> Table:
    """A line for each photo. Its file's name stands whole as long as the screen's width allows, then the product's."""
    cells = [
        (
            printable(entry.name),
            printable(entry.category),
            printable(str(entry.product.get("product_name", ""))),
            printable(str(entry.product.get("brand", ""))),
            str(len(entry.specifications)) if entry.product else "",
            percent(entry.product.get("confidence_score")),
            plain(entry.status),
        )
        for entry in entries
    ]
    heads = ("Image", "Category", "Product", "Brand", "Specs", "Confidence", "Status")
    natural = [max(map(cell_len, column)) for column in zip(heads, *cells, strict=True)]
    lines = Table(
        box=box.SIMPLE_HEAD, padding=(0, _GAP - 1, 0, 0), pad_edge=False, show_edge=False, header_style="bold"
    )
    widths = _widths(natural, width)
    for head, most in zip(heads, widths, strict=True):
        if most:
            is_figure = head in ("Specs", "Confidence")
            lines.add_column(head, justify="right" if is_figure else "left", width=most, no_wrap=True)
    for entry, row in zip(entries, cells, strict=True):
        name, *others, status = map(escape, (_shortened(row[0], widths[0]), *row[1:]))
        style = _STYLES.get(entry.status, "cyan")
        if entry.unsure:
            style, others[-1] = f"dim {style}", f"[yellow]{others[-1]}[/]"
        kept = [cell for cell, most in zip(others, widths[1:], strict=False) if most]
        lines.add_row(name, *kept, f"[{style}]{status}[/]")
    return lines


def _widths(natural: list[int], width: int) -> list[int]:
    """The columns' widths: names share what the others leave; where that isn't enough, there's no brand."""
    image, category, product, brand, *figures = natural
    room = width - category - sum(figures) - _GAP * (len(natural) - 1)
    image = max(min(image, room * 3 // 5), _PRODUCT)
    left = room - image
    if left < 2 * _PRODUCT:
        return [image, category, max(min(product, left + _GAP), _PRODUCT), 0, *figures]
    brand = min(brand, max(left // 3, left - product))
    return [image, category, min(product, left - brand), brand, *figures]


def _shortened(text: str, width: int) -> str:
    """At most so wide: what tells files apart stands at both ends of their names."""
    if cell_len(text) <= width:
        return text
    tail = (width - 1) // 2
    return f"{set_cell_size(text, width - 1 - tail)}…{set_cell_size(text[::-1], tail)[::-1]}"


def reasons(entries: Iterable[Entry], left_out: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Lines of markup: which photos have no specifications and why, which files were `left_out` (name, reason)."""
    failed = [(entry.name, entry.error, _STYLES.get(entry.status, "cyan"), entry.status) for entry in entries]
    told = [(plain(status), style, name, error) for name, error, style, status in failed if error]
    told += [("Left out", "yellow", name, reason) for name, reason in left_out]
    for title, style, name, reason in told[:_REASONS]:
        yield f"[{style}]{title}:[/] {escape(printable(f'{name}: {reason}'))}"
    if len(told) > _REASONS:
        yield f"... and {len(told) - _REASONS} more."


def summary(result: Result, *, real: bool) -> str:
    """How the run went, in a line; `real` says that the real Bedrock was asked."""
    statuses = ", ".join(f"{number} {_SUMMED.get(status, status)}" for status, number in sorted(result.counts.items()))
    cost = "cost unknown" if result.dollars is None else f"${result.dollars:.4f}"
    paid, free = count(result.calls, "paid call"), count(result.calls, "call")
    asked = f"{paid}, {cost}" if real else f"{free} of {OFFLINE_MODEL}, nothing paid"
    stopped = "Stopped by Ctrl-C. " if result.interrupted else ""
    return f"{stopped}{count(len(result.entries), 'photo')} in {result.seconds:.1f} s: {statuses}; {asked}."


def reader(result: Result, *, real: bool) -> str:
    """Who read the photos: nobody may take one reader's rows for the other's."""
    if real:
        models = sorted({str(entry.row["model_id"]) for entry in result.entries if entry.row.get("model_id")})
        return f"Read by {', '.join(models) or 'no model'} on Amazon Bedrock. S3, DynamoDB and SQS were emulated."
    return (
        "Read by the offline reader (on-device OCR), not by Claude. It finds what stands beside a label word that it "
        "knows, and leaves out the rest; Claude on Amazon Bedrock takes its place when the service is deployed."
    )
