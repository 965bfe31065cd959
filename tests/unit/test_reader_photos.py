"""The offline reader with its real OCR, on the photos that the repository renders."""

import io
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from local.ocr import Ocr, UnreadablePicture
from local.page import Page
from local.reader import OfflineReader
from local.reader.words import squash
from pipeline.catalog import Catalog, load_catalog
from pipeline.images import PreparedImage, prepare, thumbnail
from pipeline.plugins import load_plugins
from pipeline.requests import choose_request, read_request

SAMPLES = Path(__file__).parents[2] / "samples"
TRUTH = {sample["file"]: sample for sample in json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))}
READ = ["granola.jpg", "charger.jpg", "cream.jpg", "marmalade.jpg"]


@pytest.fixture(scope="module")
def ocr() -> Ocr:
    """One OCR for all tests: its models take a second to load."""
    return Ocr()


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The extractors of the service."""
    return load_catalog(load_plugins())


@pytest.fixture(scope="module")
def prepared() -> Callable[[str], PreparedImage]:
    """A sample as the service sends it."""
    return lambda name: prepare((SAMPLES / "photos" / name).read_bytes())


def leaves(value: Any) -> Iterator[Any]:
    """Every string and number in an answer."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def test_four_of_five_categories_are_right(ocr: Ocr, catalog: Catalog, prepared: Any) -> None:
    """Of all samples at least 80 % are given their category, from the small picture that is sent for the choice."""
    reader = OfflineReader(ocr)

    def is_right(name: str) -> bool:
        answer = reader.answer(choose_request(thumbnail(prepared(name)), catalog))
        return bool(answer["content"][0]["input"]["category"] == TRUTH[name]["category"])

    with ThreadPoolExecutor(2) as workers:
        right = sum(workers.map(is_right, TRUTH))
    assert right / len(TRUTH) >= 0.8


@pytest.mark.parametrize("name", READ)
def test_nothing_is_made_up(name: str, ocr: Ocr, catalog: Catalog, prepared: Any) -> None:
    """An answer is valid, holds something, and every text and figure in it is printed or in the sample's truth."""
    photo, sample = prepared(name), TRUTH[name]
    extractor = catalog[sample["category"]]
    request = read_request(photo, extractor, prompt_caching=False)
    answer = OfflineReader(ocr).answer(request)["content"][0]["input"]
    assert list(extractor.validator.iter_errors(answer)) == []
    assert len(answer["specifications"]) >= 4
    text = " ".join(line.text for line in ocr(photo.data).lines)
    figures = {float(figure.replace(",", ".")) for figure in re.findall(r"\d+(?:[.,]\d+)?", text)}
    true = list(leaves(sample))
    score = answer.pop("confidence_score")
    assert 0 < score <= 1
    for value in leaves(answer):
        words = value.split() if isinstance(value, str) else []
        printed = all(squash(word) in squash(text) for word in words) if words else value in figures
        assert value in true or printed, f"{value!r} is not printed"


def test_printed_orders_change_nothing(ocr: Ocr, catalog: Catalog, prepared: Any) -> None:
    """The sample that orders the model about is read as what it is."""
    request = read_request(prepared("marmalade.jpg"), catalog["grocery"], prompt_caching=False)
    answer = OfflineReader(ocr).answer(request)["content"][0]["input"]
    assert answer["specifications"]["net_content"] == {"value": 340, "unit": "g"}
    assert "acme" not in json.dumps(answer).casefold()


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_photo_is_read_upright(turn: int, ocr: Ocr, prepared: Any) -> None:
    """Whichever way up it lies, the same big words are read, and the page says how it was turned."""
    upright = Image.open(io.BytesIO(thumbnail(prepared("candle.jpg")).data))
    held = io.BytesIO()
    upright.rotate(turn, expand=True).save(held, "PNG")
    page: Page = ocr(held.getvalue())
    assert "Figuier" in [line.text for line in page.lines]
    assert page.turned == 360 - turn
    assert (page.width, page.height) == upright.size


def test_an_empty_picture_has_no_lines(ocr: Ocr) -> None:
    """White is read as nothing."""
    held = io.BytesIO()
    Image.new("RGBA", (300, 200), (255, 255, 255, 0)).save(held, "PNG")
    assert ocr(held.getvalue()).lines == ()


@pytest.mark.parametrize("damaged", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_is_said(damaged: bytes, ocr: Ocr) -> None:
    """Bytes that can't be decoded raise UnreadablePicture, a ValueError."""
    with pytest.raises(UnreadablePicture, match="can't be decoded"):
        ocr(damaged)


def test_a_picture_is_read_once(ocr: Ocr, prepared: Any) -> None:
    """The same bytes again, as in a repair turn, are the same page and cost no second reading."""
    data = thumbnail(prepared("candle.jpg")).data
    assert ocr(data) is ocr(data)
