"""The report: what was read, beside its photo, and safe to open."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from local.report import Entry, write_page, write_rows

READ = Entry(
    "shelf/granola.jpg",
    {
        "processing_status": "needs_review",
        "model_id": "offline-reader",
        "processing_timestamp": "2026-11-24T01:33:08.443000Z",
        "findings": [{"path": "specifications.gtin", "message": "wrong check digit", "severity": "error"}],
        "product_specifications": {
            "product_name": "Granola",
            "brand": "Ährenfeld",
            "category": "grocery",
            "confidence_score": Decimal("0.82"),
            "specifications": {"net_content": {"value": Decimal(500), "unit": "g"}},
        },
    },
    "thumbnails/1.jpg",
)


def page(tmp_path: Path, *entries: Entry, titles: dict[str, dict[str, str]] | None = None) -> str:
    path = tmp_path / "report.html"
    write_page(path, list(entries), titles or {}, reader="Read by a test, not by Claude.", summary="1 photo.")
    return path.read_text(encoding="utf-8")


def test_photo_beside_specifications(tmp_path: Path) -> None:
    """A card shows the photo, product, brand, status, confidence, specifications, findings, file and reader."""
    html = page(tmp_path, READ, titles={"grocery": {"net_content": "Net quantity"}})
    assert 'src="thumbnails/1.jpg"' in html
    for text in ("Granola", "Ährenfeld", "Needs review", "confidence 82%", "wrong check digit", "shelf/granola.jpg"):
        assert text in html
    assert ">24 Nov 2026, 01:33 UTC<" in html
    assert re.search(r"<dt>Net quantity</dt><dd>500 g</dd>", html)
    assert "Read by a test, not by Claude." in html


def test_a_photo_opens_the_original(tmp_path: Path) -> None:
    """A click shows the photo as it was taken; without a way to it, the picture that the report has."""
    html = page(tmp_path, replace(READ, original="../photos/a%20%23.jpg"), READ)
    assert re.findall(r'<a href="(.*?)"', html) == ["../photos/a%20%23.jpg", "thumbnails/1.jpg"]


def test_an_unsure_reading_is_muted(tmp_path: Path) -> None:
    """Below 70 % a completed row keeps its word, not its green."""
    scores = [Decimal("0.69"), Decimal("0.7"), None]
    products = [{"category": "book", "confidence_score": score} for score in scores]
    rows = [{"processing_status": "completed", "product_specifications": product} for product in products]
    html = page(tmp_path, *(Entry("b.jpg", row) for row in rows))
    pills = re.findall(r'<span class="pill (.*?)">(.*?)</span>', html)
    assert pills == [("completed unsure", "Completed"), ("completed", "Completed"), ("completed", "Completed")]


def test_a_name_is_missed_only_where_something_was_read(tmp_path: Path) -> None:
    """A card that was read says that it has no name; a failed one has its error to say."""
    row = {"processing_status": "completed", "product_specifications": {"category": "book"}}
    assert "No product name read" in page(tmp_path, Entry("b.jpg", row))
    assert "No product name read" not in page(tmp_path, READ)
    assert "No product name read" not in page(tmp_path, Entry("a.jpg", {"processing_status": "failed"}))


def test_one_photo_needs_no_search(tmp_path: Path) -> None:
    """With nothing to filter there is no form; two photos have a search."""
    assert "<form" not in page(tmp_path, READ)
    assert "<form" in page(tmp_path, READ, READ)


def test_photos_stand_by_category(tmp_path: Path) -> None:
    """Each category has a section and a choice with its count, by name; photos whose category isn't known come last."""
    book = Entry("b.jpg", {"processing_status": "completed", "category": "book"})
    html = page(tmp_path, Entry("c.jpg", problem="Its turn did not come."), READ, book, READ)
    sections = re.findall(r"<h2>(.+?)<small>(.+?)</small>", html)
    assert sections == [("Book", "1 photo"), ("Grocery", "2 photos"), ("Category not known", "1 photo")]
    choices = re.findall(r'name="category" value="(.*?)".*?>(.+?) <small>(\d+)', html)
    assert choices == [("*", "All", "4"), ("book", "Book", "1"), ("grocery", "Grocery", "2"), ("", "Not known", "1")]


def test_a_list_of_like_objects_is_a_table(tmp_path: Path) -> None:
    """A composition is rows under headings with the schema's titles; long texts are points, deeper parts pairs."""
    composition = [
        {"part": "Shell", "material": "cotton", "percentage": {"value": 60, "unit": "%"}},
        {"material": "viscose", "percentage": {"value": 100, "unit": "%"}},
    ]
    warnings = ["Keep away from fire.", "Wash dark colours separately, inside out."]
    specifications = {"composition": composition, "warnings": warnings, "tests": {"wet": {"grade": "4"}}}
    product = {"category": "apparel", "specifications": specifications}
    row = {"processing_status": "completed", "product_specifications": product}
    html = page(tmp_path, Entry("coat.jpg", row), titles={"apparel": {"part": "Part of it"}})
    heads = re.findall(r"<th.*?>(.*?)</th>", html)
    assert heads == ["Part of it", "Material", "Percentage"]
    assert re.findall(r"<td>(.*?)</td>", html) == ["Shell", "cotton", "60 %", "", "viscose", "100 %"]
    assert "<li>Wash dark colours separately, inside out.</li>" in html
    assert re.search(r"<dt>Wet</dt>.*?<dt>Grade</dt><dd>4</dd>", html, re.DOTALL)


def test_photo_without_specifications(tmp_path: Path) -> None:
    """A photo that wasn't read has a card too, with its status and why."""
    error = "The object is not an image."
    failed = Entry("a.jpg", {"processing_status": "failed", "error_message": error})
    html = page(tmp_path, failed, Entry("b.jpg", problem="The function raised."))
    assert error in html
    assert "The function raised." in html
    assert 'data-status="failed"' in html
    assert 'data-status="no row"' in html
    assert html.count("No picture") == 2


def test_nothing_printed_becomes_markup(tmp_path: Path) -> None:
    """Whatever stands on a product, in a file's name or in a finding stays text."""
    evil = "\"'><script>alert(1)</script>"
    row = {
        "processing_status": "completed",
        "error_message": evil,
        "findings": [{"path": evil, "message": evil}],
        "product_specifications": {
            "product_name": evil,
            "brand": evil,
            "category": evil,
            "specifications": {evil: [evil], "nested": {evil: {"value": 1, "unit": evil}}},
        },
    }
    html = page(tmp_path, *[Entry(evil, row, evil, evil, evil)] * 2)
    assert html.count("<script>") == 1
    assert "alert(1)" in html
    assert "'><" not in html


def test_page_needs_no_other_host(tmp_path: Path) -> None:
    """The page fetches nothing: no address stands in it."""
    assert "://" not in page(tmp_path, READ)


def test_photos_are_loaded_when_seen(tmp_path: Path) -> None:
    """A report of thousands of photos doesn't embed them, and loads each when it comes into view."""
    html = page(tmp_path, *[READ] * 1000)
    assert html.count('loading="lazy"') == 1000
    assert "data:image" not in html
    assert len(html) < 3_000_000


def test_rows_as_stored(tmp_path: Path) -> None:
    """specifications.jsonl holds a row a line as DynamoDB keeps it, numbers as numbers; only of photos with a row."""
    write_rows(tmp_path / "rows.jsonl", [READ, Entry("none.jpg")])
    [line] = (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    product = json.loads(line)["product_specifications"]
    assert product["confidence_score"] == 0.82
    assert product["specifications"] == {"net_content": {"value": 500, "unit": "g"}}
    assert "Ährenfeld" in line
