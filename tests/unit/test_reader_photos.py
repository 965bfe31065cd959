"""The offline reader with its real OCR, on the photos that the repository renders."""

import io
import json
from collections.abc import Callable, Iterable, Iterator
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


def of_each(read: Callable[[str], Any], names: Iterable[str]) -> dict[str, Any]:
    """What `read` makes of each sample; an engine takes one core."""
    with ThreadPoolExecutor(2) as workers:
        names = list(names)
        return dict(zip(names, workers.map(read, names), strict=True))


def values(product: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each text, number, quantity and list of a product with its path."""
    if isinstance(product, dict) and not product.keys() & {"unit", "currency"}:
        for name, inner in product.items():
            yield from values(inner, f"{path}.{name}")
    else:
        yield path, product


def agrees(found: Any, true: Any) -> bool:
    """The same, or for texts a part of it or more of what is printed there; each item of a list so."""
    if isinstance(found, str) and isinstance(true, str):
        return squash(found) in squash(true) or squash(true) in squash(found)
    if isinstance(found, list) and isinstance(true, list):
        return all(any(agrees(item, other) for other in true) for item in found)
    return bool(found == true)


def test_categories_are_right(ocr: Ocr, catalog: Catalog, prepared: Any) -> None:
    """Of all samples at least 94 % are given their category, from the small picture that is sent for the choice."""

    def chosen(name: str) -> Any:
        request = choose_request(thumbnail(prepared(name)), catalog)
        return OfflineReader(ocr).answer(request)["content"][0]["input"]["category"]

    answers = of_each(chosen, TRUTH)
    wrong = {name: category for name, category in answers.items() if category != TRUTH[name]["category"]}
    assert len(wrong) <= 0.06 * len(TRUTH), wrong


def test_nothing_is_made_up(ocr: Ocr, catalog: Catalog, prepared: Any) -> None:
    """Whatever is read of a sample of each category stands in its truth and fits the schema; and much is read."""
    firsts = {sample["category"]: name for name, sample in reversed(TRUTH.items())}

    def read(name: str) -> Any:
        request = read_request(prepared(name), catalog[TRUTH[name]["category"]], prompt_caching=False)
        return OfflineReader(ocr).answer(request)["content"][0]["input"]

    count = 0
    for name, answer in of_each(read, firsts.values()).items():
        assert not list(catalog[TRUTH[name]["category"]].validator.iter_errors(answer)), name
        answer.pop("legibility", None)
        found, true = (dict(values({part: product.get(part) for part in answer})) for product in (answer, TRUTH[name]))
        assert {path: value for path, value in found.items() if not agrees(value, true.get(path))} == {}, name
        count += len(found)
    assert count >= 12 * len(firsts)


def test_printed_orders_change_nothing(ocr: Ocr, catalog: Catalog, prepared: Any) -> None:
    """The sample that orders the model about is read as what it is."""
    request = read_request(prepared("marmalade.jpg"), catalog["grocery"], prompt_caching=False)
    answer = OfflineReader(ocr).answer(request)["content"][0]["input"]
    assert answer["specifications"]["net_content"] == {"value": 340, "unit": "g"}
    assert "acme" not in json.dumps(answer).casefold()


@pytest.mark.parametrize("turn", [90, 180])
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
