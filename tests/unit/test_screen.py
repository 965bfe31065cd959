"""What a run shows on the screen, at the widths that terminals have."""

import io
from typing import Any

import pytest
from rich.console import Console

from local import screen
from local.report import Entry
from local.run import Result


def entry(name: str, product_name: str = "Honey Almond Granola", **product: Any) -> Entry:
    """A photo that was read."""
    read = {"product_name": product_name, "brand": "Thornwick Mill", "confidence_score": 0.96, "specifications": {}}
    row = {"processing_status": "completed", "category": "electronics", "product_specifications": {**read, **product}}
    return Entry(name, row)


def shown(width: int, *entries: Entry) -> list[str]:
    """The table's lines on a screen of this width."""
    console = Console(file=io.StringIO(), width=width)
    console.print(screen.table(list(entries), width))
    lines: list[str] = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # it's a StringIO
    return lines


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_names_of_files_stand_whole(width: int) -> None:
    """Names as the samples have them aren't shortened at 80 columns, and neither are figures and statuses."""
    heads, _, *lines = shown(width, entry("tidal-clock.jpg"), Entry("b.jpg", {"processing_status": "needs_review"}))
    assert heads.split() == ["Image", "Category", "Product", *["Brand"] * (width > 80), "Specs", "Confidence", "Status"]
    assert lines[0].startswith("tidal-clock.jpg  electronics  Honey Almond")
    assert lines[0].rstrip().endswith("96%  Completed")
    assert lines[1].rstrip().endswith("Needs review")
    assert all(len(line) <= width for line in lines)


def test_an_unsure_reading_is_muted() -> None:
    """Below 70 % the confidence warns and the status isn't in full green; its word stays."""
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard")
    console.print(screen.table([entry("a.jpg"), entry("b.jpg", confidence_score=0.5)], 100))
    *_, sure, unsure = console.file.getvalue().splitlines()  # type: ignore[attr-defined]  # it's a StringIO
    assert "\x1b[32mCompleted" in sure
    assert "\x1b[33m50%" in unsure
    assert "\x1b[2;32mCompleted" in unsure


def test_a_long_name_loses_its_middle() -> None:
    """What tells files apart stands at both ends of their names."""
    *_, line = shown(80, entry("harvest/2026/IMG_20260901_103355_front-2.jpg"))
    assert line.startswith("harvest/2…ont-2.jpg  ")
    *_, wide = shown(80, entry("写真写真写真写真写真写真写真.jpg"))
    assert wide.startswith("写真写真 … 写真.jpg")


def test_a_name_cannot_order_the_terminal_about() -> None:
    """Control characters in file names, and in what a reader says, are written out; markup stays text."""
    text = "\n".join(shown(160, entry("a\x1b[2Jb.jpg", product_name="[red]Plum\x07")))
    assert "\x1b" not in text
    assert "a\\x1b[2Jb.jpg" in text
    assert "[red]Plum\\x07" in text


def test_reasons_stand_beneath() -> None:
    """Photos that failed or have no row, and files left out, are told with their reason; of many the first 20."""
    failed = Entry("a.jpg", {"processing_status": "failed", "error_message": "The object is not an image."})
    lost = Entry("b[red].jpg", problem="The function raised KeyError.")
    told = list(screen.reasons([failed, entry("fine.jpg"), lost], [("pipe.jpg", "not a file that can be read")]))
    assert told == [
        "[red]Failed:[/] a.jpg: The object is not an image.",
        r"[red]No row:[/] b\[red].jpg: The function raised KeyError.",
        "[yellow]Left out:[/] pipe.jpg: not a file that can be read",
    ]
    many = list(screen.reasons([lost] * 23, []))
    assert len(many) == 21
    assert many[-1] == "... and 3 more."


def test_a_summary_counts_properly() -> None:
    """One photo is one photo; what each is waiting for is said in words."""
    one = entry("a.jpg")
    asked = Entry("b.jpg", {"processing_status": "needs_review", "usage": {"paid_calls": 1, "cost_usd": 0.02}})
    assert screen.summary(Result([one], False, 1.26), real=False) == (
        "1 photo in 1.3 s: 1 completed; 0 calls of offline-reader, nothing paid."
    )
    several = Result([one, asked, asked, Entry("c.jpg")], True, 2)
    assert screen.summary(several, real=True) == (
        "Stopped by Ctrl-C. 4 photos in 2.0 s: 1 completed, 2 to review, 1 without a row; 2 paid calls, $0.0400."
    )
