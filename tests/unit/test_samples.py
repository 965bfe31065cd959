"""The photos that the repository ships say what their truth claims, in the words and shapes of the schemas."""

import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from stdnum import ean

from pipeline.catalog import load_catalog
from pipeline.images import prepare
from pipeline.plugins import load_plugins
from tests.recordings.scenes import BUILT_IN
from tests.unit.checking import complaints

ROOT = Path(__file__).resolve().parents[2]
PHOTOS = ROOT / "samples" / "photos"
TRUTH: list[dict[str, Any]] = json.loads((ROOT / "samples" / "truth.json").read_text())
CATALOG = load_catalog(load_plugins())

every_sample = pytest.mark.parametrize("entry", TRUTH, ids=[entry["file"] for entry in TRUTH])


def product(entry: dict[str, Any]) -> dict[str, Any]:
    """The truth as a sure model would answer it."""
    return {name: entry[name] for name in ("product_name", "brand", "specifications") if name in entry}


def faults(category: str, answer: dict[str, Any]) -> list[str]:
    """What the category's schema has against this answer, by path."""
    return [error.json_path for error in CATALOG[category].validator.iter_errors(answer)]


def leaves(value: Any) -> set[str]:
    """Every text in a value, however deep."""
    if isinstance(value, dict):
        return set().union(*map(leaves, value.values()))
    if isinstance(value, list):
        return set().union(*map(leaves, value))
    return {value} if isinstance(value, str) else set()


def test_every_photo_has_its_truth_and_every_truth_its_photo() -> None:
    """Photos and entries of truth.json are the same files, each once."""
    assert sorted(path.name for path in PHOTOS.iterdir()) == sorted(entry["file"] for entry in TRUTH)


def test_the_categories_languages_and_difficulties_are_covered() -> None:
    """Each built-in category comes twice or more; five languages; what makes photos hard."""
    categories = Counter(entry["category"] for entry in TRUTH)
    assert all(categories[name] >= 2 for name in BUILT_IN)
    assert {language for entry in TRUTH for language in entry["languages"]} >= {"de", "en", "es", "fr", "it"}
    hard = {word for entry in TRUTH for word in entry["difficulty"]}
    assert hard >= {"curved", "dim", "exif-rotated", "glare", "large", "prompt-injection", "sideways", "tilted"}


@every_sample
def test_truth_holds_to_the_schema_of_its_category(entry: dict[str, Any]) -> None:
    """Each truth validates, formats included, passes its category's check, and names only what the schema names."""
    extractor = CATALOG[entry["category"]]
    assert faults(entry["category"], product(entry)) == []
    assert complaints(extractor.check(product(entry))) == []
    known = extractor.tool["input_schema"]["properties"]["specifications"]["properties"]
    assert set(entry["specifications"]) <= set(known)
    assert entry["product_name"]
    assert entry["strings"]


def test_a_truth_in_another_shape_is_noticed() -> None:
    """A quantity without its unit and a barcode with a wrong check digit are faults, so the test above can fail."""
    wrong = {"specifications": {"net_content": {"value": 500}, "gtin": "2400173551023"}}
    assert sorted(faults("grocery", wrong)) == ["$.specifications.gtin", "$.specifications.net_content"]


@every_sample
def test_truth_is_what_is_printed(entry: dict[str, Any]) -> None:
    """The prompt injection's words are nobody's truth, and every barcode is among the printed strings."""
    assert not any("ACME" in text or "gnore all previous" in text for text in leaves(entry["specifications"]))
    assert entry.get("brand") != "ACME"
    if barcode := entry.get("known_barcode"):
        assert barcode in entry["strings"]


@every_sample
def test_barcodes_have_right_check_digits(entry: dict[str, Any]) -> None:
    """A known barcode is a valid EAN-13 or UPC-A of no real product but a book's, and the specifications name it."""
    if "known_barcode" not in entry:
        assert not {"gtin", "isbn"} & set(entry["specifications"])
        return
    barcode = entry["known_barcode"]
    assert ean.is_valid(barcode)
    # GS1 General Specifications: 20-29 and UPC number system 4 stay within a company; 978 and 979 are books'.
    assert barcode[:3] in ("978", "979") or barcode[0] == ("2" if len(barcode) == 13 else "4")
    named = entry["specifications"].get("gtin") or entry["specifications"]["isbn"].replace("-", "")
    assert named == barcode


@every_sample
def test_photos_open_and_are_as_large_as_said(entry: dict[str, Any]) -> None:
    """Each photo decodes, has 60 to 350 KB, and a long edge of 1000 to 1568 px but for the one of 12 megapixels."""
    path = PHOTOS / entry["file"]
    assert 60_000 <= path.stat().st_size <= 350_000
    with Image.open(path) as photo:
        photo.load()
        assert photo.format == {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}[path.suffix]
        turned = photo.getexif().get(0x0112, 1) == 6
        size = photo.size
    assert turned == ("exif-rotated" in entry["difficulty"])
    if "large" in entry["difficulty"]:
        assert size == (4032, 3024)
    else:
        assert 1000 <= max(size) <= 1568


def test_the_exif_rotated_photo_is_upright_after_preparing() -> None:
    """The photo that is turned by its EXIF tag alone is prepared as an upright, high picture."""
    (entry,) = (entry for entry in TRUTH if "exif-rotated" in entry["difficulty"])
    photo = (PHOTOS / entry["file"]).read_bytes()
    with Image.open(BytesIO(photo)) as stored:
        assert stored.width > stored.height
    image = prepare(photo)
    assert image.height > image.width
