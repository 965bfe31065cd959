"""What a run shows on the screen: a progress bar, then a table and a summary."""

import contextlib
from collections.abc import Callable, Iterator

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from local.report import Entry, percent
from local.run import Result
from local.stack import OFFLINE_MODEL

LINES = 200  # of the table; the report has all
_OTHERS = 11 + 5 + 10 + 12 + 7 * 3  # category, specs, confidence, status and the space between columns
_STYLES = {"completed": "green", "needs_review": "yellow", "failed": "red", "no row": "red"}


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
    """A line for each photo; names share what the other columns leave of the screen's width."""
    lines = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    room = max(width - _OTHERS, 20)
    shares = {"Image": room * 3 // 8, "Category": 11, "Product": room * 3 // 8, "Brand": room // 4}
    for heading, most in shares.items():
        lines.add_column(heading, overflow="ellipsis", no_wrap=True, max_width=most)
    lines.add_column("Specs", justify="right")
    lines.add_column("Confidence", justify="right")
    lines.add_column("Status", no_wrap=True)
    for entry in entries:
        product = entry.product
        cells = [entry.name, entry.category, str(product.get("product_name", "")), str(product.get("brand", ""))]
        count = str(len(entry.specifications)) if product else ""
        style = _STYLES.get(entry.status, "cyan")
        confidence = percent(product.get("confidence_score"))
        lines.add_row(*map(escape, cells), count, confidence, f"[{style}]{entry.status}[/]")
    return lines


def summary(result: Result, *, real: bool) -> str:
    """How the run went, in a line; `real` says that the real Bedrock was asked."""
    statuses = ", ".join(f"{count} {status}" for status, count in sorted(result.counts.items()))
    cost = "cost unknown" if result.dollars is None else f"${result.dollars:.4f}"
    asked = f"{result.calls} paid calls, {cost}" if real else f"{result.calls} calls of {OFFLINE_MODEL}, nothing paid"
    stopped = "Stopped by Ctrl-C. " if result.interrupted else ""
    return f"{stopped}{len(result.entries)} photos in {result.seconds:.1f} s: {statuses}; {asked}."


def reader(result: Result, *, real: bool) -> str:
    """Who read the photos: nobody may take one reader's rows for the other's."""
    if real:
        models = sorted({str(entry.row["model_id"]) for entry in result.entries if entry.row.get("model_id")})
        return f"Read by {', '.join(models) or 'no model'} on Amazon Bedrock. S3, DynamoDB and SQS were emulated."
    return (
        "Read by the offline reader (on-device OCR), not by Claude. It finds what stands beside a label word that it "
        "knows, and leaves out the rest; Claude on Amazon Bedrock takes its place when the service is deployed."
    )
