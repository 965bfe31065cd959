"""Barcodes: what a picture shows is decoded as it is, and nothing that it doesn't show."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps
from structlog.testing import capture_logs
from zxingcpp import BarcodeFormat as Format

from pipeline.barcodes import SECONDS, Barcode, decode
from pipeline.gtin import gtin14, same_gtin
from pipeline.images import prepare
from pipeline.pixels import luminance
from tests.symbols import HEIGHT, WIDTH, drawn, laid, with_check_digit

EAN, ISBN, GTIN14 = "4006381333931", "9780306406157", "09501101530003"
BOOK = Barcode("ean_13", ISBN, ISBN, ISBN)
PHOTOS = Path(__file__).parents[2] / "samples" / "photos"
TRUTH = json.loads((PHOTOS.parent / "truth.json").read_text())


def still() -> float:
    """A clock that stands still: whatever there is to try is tried."""
    return 0.0


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (Format.EAN13, EAN, Barcode("ean_13", EAN, EAN, None)),
        (Format.EAN13, ISBN, BOOK),
        (Format.EAN13, "9790060115615", Barcode("ean_13", "9790060115615", "9790060115615", None)),  # printed music
        (Format.EAN8, "96385074", Barcode("ean_8", "96385074", "96385074", None)),
        (Format.EAN8, "01234565", Barcode("ean_8", "01234565", None, None)),  # a shop's own: no GTIN-8 begins with 0
        (Format.UPCA, "036000291452", Barcode("upc_a", "036000291452", "036000291452", None)),
        (Format.UPCE, "04252614", Barcode("upc_e", "042100005264", "042100005264", None)),
        (Format.Code128, "LOT 2027-A", Barcode("code_128", "LOT 2027-A", None, None)),
        (Format.Code128, GTIN14, Barcode("code_128", GTIN14, None, None)),  # nothing says that it is one
        (Format.ITF14, GTIN14, Barcode("itf", GTIN14, GTIN14, None)),
        (Format.DataBarOmni, GTIN14, Barcode("data_bar", f"(01){GTIN14}", GTIN14, None)),
        (Format.DataBarExp, f"(01){GTIN14}(10)A", Barcode("data_bar", f"(01){GTIN14}(10)A", GTIN14, None)),
        (Format.QRCode, "WIFI:S:shop;;", Barcode("qr_code", "WIFI:S:shop;;", None, None)),
        (Format.QRCode, "a\u202e\u200bb\n", Barcode("qr_code", "ab", None, None)),
        (Format.QRCode, "x" * 300, Barcode("qr_code", "x" * 256, None, None)),
        (Format.DataMatrix, "SN 0815", Barcode("data_matrix", "SN 0815", None, None)),
    ],
)
def test_symbologies(kind: Format, content: str, expected: Barcode) -> None:
    """Each kind of symbol is read with its text and the GTIN or ISBN that it carries."""
    assert decode(laid(drawn(kind, content)), still) == (expected,)


@pytest.mark.parametrize(
    ("kind", "symbology"),
    [
        (Format.Code128, "gs1_128"),
        (Format.DataMatrix, "gs1_data_matrix"),
        (Format.QRCode, "gs1_qr_code"),
    ],
)
@pytest.mark.parametrize(
    ("elements", "gtin", "isbn"),
    [
        (f"(01){GTIN14}(17)271231(10)AB-123", GTIN14, None),
        (f"(17)271231(01){GTIN14}", GTIN14, None),
        (f"(01)0{ISBN}", f"0{ISBN}", ISBN),
        ("(01)09501101530004(10)AB", None, None),  # the check digit is wrong
        ("(10)AB01095011(21)5", None, None),
    ],
)
def test_gs1_elements(kind: Format, symbology: str, elements: str, gtin: str | None, isbn: str | None) -> None:
    """A GS1 element string gives the GTIN of its application identifier 01, wherever that stands."""
    symbol = drawn(kind, elements, gs1=True)
    assert decode(laid(symbol), still) == (Barcode(symbology, elements, gtin, isbn),)


@pytest.mark.parametrize(
    ("link", "gtin"),
    [
        (f"https://id.gs1.org/01/{GTIN14}/10/ABC?17=271231", GTIN14),
        (f"http://shop.example/p/01/{GTIN14}", GTIN14),
        ("https://id.gs1.org/01/09501101530004", None),  # the check digit is wrong
        ("https://shop.example/2027/01/96385074", None),  # a date, and a page's number
        (f"https://shop.example/?next=/01/{GTIN14}", None),
    ],
)
def test_digital_link(link: str, gtin: str | None) -> None:
    """A QR code with a GS1 Digital Link gives its GTIN; other addresses give none."""
    assert decode(laid(drawn(Format.QRCode, link)), still) == (Barcode("qr_code", link, gtin, None),)


@pytest.mark.parametrize("degrees", range(0, 360, 25))
def test_turned(degrees: int) -> None:
    """A code is read at any angle."""
    assert decode(laid(drawn(Format.EAN13, ISBN), degrees=degrees), still) == (BOOK,)


@pytest.mark.parametrize(
    "worsened",
    [
        lambda picture: picture.filter(ImageFilter.GaussianBlur(1.5)),
        lambda picture: ImageChops.add(picture, Image.effect_noise(picture.size, 40), offset=-128),
        lambda picture: picture.point(lambda value: 90 + value // 6),  # without contrast
        lambda picture: picture.resize((WIDTH * 3 // 5, HEIGHT * 3 // 5), Image.Resampling.LANCZOS),
    ],
    ids=["blurred", "noisy", "pale", "small"],
)
def test_bad_photo(worsened: Callable[[Image.Image], Image.Image]) -> None:
    """A code is read though the photo is not a good one."""
    assert decode(worsened(laid(drawn(Format.EAN13, ISBN, scale=3), degrees=3)), still) == (BOOK,)


@pytest.mark.parametrize("kind", [Format.QRCode, Format.DataMatrix])
def test_white_on_black(kind: Format) -> None:
    """Squares are read in white on black, too."""
    assert [code.text for code in decode(ImageOps.invert(laid(drawn(kind, "hello"))), still)] == ["hello"]


def test_several() -> None:
    """All codes of a picture are read, a code that is there twice once."""
    ean = drawn(Format.EAN13, EAN)
    found = decode(laid(ean, drawn(Format.QRCode, "hello"), ean), still)
    assert set(found) == {Barcode("ean_13", EAN, EAN, None), Barcode("qr_code", "hello", None, None)}
    assert len(found) == 2


def test_part_of_a_code_is_none() -> None:
    """A line that leaves an EAN-13 between its halves crosses what looks like a UPC-E, and isn't taken for one."""
    low = drawn(Format.EAN13, "9788430532674").resize((226, 66))
    for degrees in range(0, 180, 12):
        assert {code.text for code in decode(laid(low, degrees=degrees), still)} <= {"9788430532674"}


def test_torn_code_is_none() -> None:
    """Of a code that misses some of its bars, nothing is made up."""
    symbol = drawn(Format.EAN13, EAN)
    ImageDraw.Draw(symbol).rectangle((90, 0, 120, symbol.height), fill=255)
    assert decode(laid(symbol), still) == ()


def test_nothing_to_read() -> None:
    """Print, stripes, noise and an even surface are no barcodes."""
    print_, stripes = Image.new("L", (WIDTH, HEIGHT), 255), Image.new("L", (WIDTH, HEIGHT), 255)
    font = ImageFont.load_default(28)
    for line in range(18):
        text = f"{line} Ingredients: sugar, cocoa butter, ILLIIILLI|||"
        ImageDraw.Draw(print_).text((10, 8 + 32 * line), text, 0, font)
    for left, width in zip(range(0, WIDTH, 9), (2, 3, 5, 2, 6, 1, 4) * 20, strict=False):
        ImageDraw.Draw(stripes).rectangle((left, 0, left + width, HEIGHT), 0)
    noise = Image.effect_noise((WIDTH, HEIGHT), 80)
    for picture in (print_, stripes, noise, Image.new("L", (16, 1568)), Image.new("L", (WIDTH, HEIGHT), 128)):
        assert decode(picture, still) == ()


@pytest.mark.parametrize("shot", TRUTH, ids=lambda shot: shot["file"])
def test_samples(shot: dict[str, str]) -> None:
    """Of the samples, each barcode is read in the prepared picture, and nothing besides."""
    image = prepare((PHOTOS / shot["file"]).read_bytes())
    picture = luminance(image.data, image.media_type)
    assert picture is not None
    read = {gtin14(code.gtin or "") for code in decode(picture, still)}
    assert read == ({gtin14(shot["known_barcode"])} if "known_barcode" in shot else set())


@settings(max_examples=40, deadline=None)
@given(
    code=st.one_of(
        st.from_regex(r"[1-9][0-9]{11}", fullmatch=True).map(lambda digits: (Format.EAN13, digits)),
        st.from_regex(r"[0-9]{11}", fullmatch=True).map(lambda digits: (Format.UPCA, digits)),
        st.from_regex(r"[1-9][0-9]{6}", fullmatch=True).map(lambda digits: (Format.EAN8, digits)),
        st.from_regex(r"[0-9]{13}", fullmatch=True).map(lambda digits: (Format.ITF14, digits)),
    ),
    degrees=st.integers(0, 359),
)
def test_any_gtin(code: tuple[Format, str], degrees: int) -> None:
    """Any GTIN that is drawn is read as itself, at any angle, and nothing else is."""
    kind, digits = code
    gtin = with_check_digit(digits)
    found = decode(laid(drawn(kind, gtin), degrees=degrees), still)
    assert [each.gtin for each in found] == [gtin]


def test_time_is_bounded() -> None:
    """Where nothing is found, copies are tried until the time is over, and none after that."""

    def tried(step: float) -> int:
        """How often a clock was asked that goes on by `step` seconds each time."""
        times = count()
        decode(Image.new("L", (64, 64), 255), lambda: next(times) * step)
        return next(times)

    assert tried(SECONDS) == 2  # at the start and after the picture itself
    assert tried(SECONDS / 3) == 4
    assert tried(0) == 10  # all copies


def test_decoder_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that the decoder fails on has no barcodes, and the log says why."""

    def thrown(*_: object, **__: object) -> list[zxingcpp.Barcode]:
        raise RuntimeError("vector::_M_range_check")

    monkeypatch.setattr(zxingcpp, "read_barcodes", thrown)
    with capture_logs() as logs:
        assert decode(Image.new("L", (64, 64)), lambda: 0.0) == ()
    assert logs[0] == {
        "event": "barcodes.failed",
        "log_level": "warning",
        "error": "RuntimeError: vector::_M_range_check",
    }


def test_same_gtin() -> None:
    """A UPC-A, its EAN-13 and its GTIN-14 are one number; a wrong check digit is none."""
    assert gtin14("036000291452") == "00036000291452"
    assert same_gtin("036000291452", "0036000291452")
    assert same_gtin("00036000291452", "036000291452")
    assert not same_gtin("036000291452", EAN)
    assert not same_gtin("036000291453", "036000291453")
    assert gtin14("") is None
    assert gtin14("4006381333930") is None
