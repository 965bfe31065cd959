"""The figures in a terminal, short: a table by category, then a line for each thing else worth knowing."""

from collections.abc import Iterable, Iterator

from rich import box
from rich.markup import escape
from rich.table import Table

from local.readable import count, moment, percent, printable
from operate.evaluation.calibration import Calibration
from operate.evaluation.figures import Tally
from operate.evaluation.report import Report

_MOST = 10  # of a list; the page has all


def tally_table(report: Report) -> Table:
    """A line a category, and one for all."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, header_style="bold")
    table.add_column("Category", no_wrap=True)
    heads = ("Photos", "Prec.", "Rec.", "F1", "Right", "Wrong", "near", "Missed", "Inv.", "Inv.?")
    for head in heads:
        table.add_column(head, justify="right")
    photos = [photo.category for photo in report.run.photos]
    for category, tally in report.by_category.items():
        table.add_row(escape(category), *_cells(photos.count(category), tally))
    table.add_section()
    table.add_row("all", *_cells(len(photos), report.overall), style="bold")
    return table


def _cells(photos: int, tally: Tally) -> Iterator[str]:
    yield str(photos)
    yield from map(percent, (tally.precision, tally.recall, tally.f1))
    counts = (tally.right, tally.wrong, tally.near, tally.missed, tally.invented, tally.unsupported)
    yield from (str(number) if number else "[dim]-[/]" for number in counts)


def lines(report: Report) -> Iterator[str]:
    """What else is to be said, in lines of markup."""
    yield from map(escape, map(printable, _said(report)))


def _said(report: Report) -> Iterator[str]:
    run, overall, categories = report.run, report.overall, report.categories
    yield f"{count(len(run.photos), 'photo')} read by {run.reader}: " + ", ".join(
        f"{number} {status}" for status, number in report.statuses.items()
    )
    if overall.unsupported:
        yield (
            f"Invented? {count(overall.unsupported, 'value')} that the truth neither names nor bears out. "
            f"If all were wrong, precision would be {percent(overall.precision_at_least)}."
        )
    if categories.accuracy is not None:
        confused = _short(f"{pair} ({number})" for pair, number in categories.confused.items())
        yield f"Category: {percent(categories.accuracy)} of {categories.chosen} right" + (
            f"; {confused}" if confused else ""
        )
    else:
        yield "Category: not measured, the reader was told it."
    yield f"Confidence of fields: {confidence(report.fields_confidence)}"
    yield f"Confidence of photos: {confidence(report.photos_confidence)}"
    if effort := report.effort:
        price = "cost unknown" if effort.dollars is None else f"${effort.dollars:.4f}"
        yield (
            f"A photo: {effort.input_tokens:,.0f} tokens in, {effort.output_tokens:,.0f} out, {price}, "
            f"{effort.seconds:.1f} s (median {effort.median_seconds:.1f} s), {effort.calls:.1f} calls"
        )
    if report.unmapped:
        yield "Not compared, as the schema has no place for it: " + _short(report.unmapped)
    if run.left_out:
        yield "Left out: " + _short(f"{file} ({reason})" for file, reason in run.left_out.items())
    if run.unlabelled:
        yield f"{count(run.unlabelled, 'photo')} of the folder that the truth doesn't name: not read"
    if change := report.comparison:
        before, after = change.before, change.after
        yield (
            f"Against {change.reader} of {moment(change.started_at)}: precision {percent(before.precision)} -> "
            f"{percent(after.precision)}, recall {percent(before.recall)} -> {percent(after.recall)}, F1 "
            f"{percent(before.f1)} -> {percent(after.f1)}; {change.gained} became right, {change.lost} were lost"
        )
        for photo in change.changes[:_MOST]:
            yield f"  {photo.file}: " + ", ".join(
                [f"+{_name(path)}" for path in photo.gained] + [f"-{_name(path)}" for path in photo.lost]
            )
        if len(change.changes) > _MOST:
            yield f"  ... and {len(change.changes) - _MOST} more photos."


def confidence(calibration: Calibration) -> str:
    """Its figures in a line, or why there are none."""
    rank = calibration.refusal or f"AUROC {calibration.auroc:.2f}"
    if calibration.brier is None:
        return rank
    wrong = calibration.count - calibration.right
    return f"{rank.removesuffix('.')}. Brier {calibration.brier:.3f}. {wrong} of {calibration.count} wrong."


def _name(path: str) -> str:
    return path.removeprefix("specifications.")


def _short(parts: Iterable[str]) -> str:
    parts = list(parts)
    more = f" and {len(parts) - _MOST} more" if len(parts) > _MOST else ""
    return ", ".join(parts[:_MOST]) + more
