"""The report: what was read, beside its photo, and safe to open."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from local.report import Entry, plain, shown, titles_in, write_page, write_rows

READ = Entry(
    "shelf/granola.jpg",
    {
        "processing_status": "needs_review",
        "model_id": "offline-reader",
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
    assert re.search(r"<dt>Net quantity</dt><dd>500 g</dd>", html)
    assert "Read by a test, not by Claude." in html


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
    html = page(tmp_path, Entry(evil, row, evil, evil))
    assert html.count("<script>") == 1
    assert "alert(1)" in html
    assert "'><" not in html


def test_page_needs_no_other_host(tmp_path: Path) -> None:
    """The page fetches nothing: no address stands in it."""
    assert "://" not in page(tmp_path, READ)


def test_photos_are_loaded_when_seen(tmp_path: Path) -> None:
    """A report of thousands of photos doesn't embed them, and loads most when they come into view."""
    html = page(tmp_path, *[READ] * 1000)
    assert html.count('loading="lazy"') == 1000 - 12
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


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"value": Decimal("1.5"), "unit": "l"}, "1.5 l"),
        ({"min_value": 100, "max_value": 240, "unit": "V"}, "100–240 V"),
        ({"max_value": Decimal("0.5"), "unit": "g"}, "≤ 0.5 g"),
        ({"min_value": 5, "unit": "V"}, "≥ 5 V"),
        ({"value": Decimal("12.99"), "currency": "EUR"}, "12.99 EUR"),
        (["CE", "FCC"], "CE, FCC"),
        (True, "yes"),
        ({"fat": {"value": 1, "unit": "g"}, "salt": "trace"}, [("Fat", "1 g"), ("Salt", "trace")]),
        ([{"unit": "V"}], [("1.", [("Unit", "V")])]),
        ({}, []),
    ],
)
def test_values_as_people_write_them(value: object, text: object) -> None:
    """Quantities, ranges, prices and lists are shown in a line, and anything with parts as pairs."""
    assert shown(value, {}) == text


def test_titles_of_a_schema() -> None:
    """A property's title is its own, else its definition's; without one its name is shown plainly."""
    schema = {
        "properties": {
            "gtin": {"$ref": "#/$defs/gtin"},
            "isbn": {"title": "ISBN"},
            "nutrition": {"properties": {"fat": {"title": "Fat content"}}},
            "colour": {},
        },
        "$defs": {"gtin": {"title": "GTIN"}},
    }
    assert titles_in(schema) == {"gtin": "GTIN", "isbn": "ISBN", "fat": "Fat content"}
    assert plain("net_content") == "Net content"
