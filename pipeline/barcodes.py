"""The barcodes of the prepared picture: digits that prove themselves, read before a model is paid.

zxing-cpp looks along lines, and finds a code of bars only where one line crosses them all: what isn't found at once is
looked for in tilted, sharpened and enlarged copies. And it takes what fits: of codes blurred and scratched on purpose,
one in twenty that it read had other digits, with a right check digit. The same wrong digits hardly ever come twice, so
bars are believed when two copies say the same: that left one wrong in 140, and read a third more of them.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import dist

import structlog
import zxingcpp
from PIL import Image, ImageFilter
from zxingcpp import BarcodeFormat as Format
from zxingcpp import BarcodeFormats

from pipeline.formats import is_gtin
from pipeline.gtin import in_elements, in_link, isbn13

# After it no other copy is looked at. Where there is no barcode, all copies together take 0.2 s of a whole core. The
# function has 0.58 of one (Lambda, 1024 MB), so that the last may be left out; beside the model's seconds it is little.
SECONDS = 0.25

_SMALL = 800  # px, the long edge of what is worth enlarging: above it, bars are wide enough or too blurred

_LONGEST = 256  # characters: a link fits; a QR code's 4,296 would only be ballast in the row

_BARS = (Format.EAN13, Format.EAN8, Format.UPCE, Format.Code128, Format.ITF14, Format.DataBar)  # EAN-13: UPC-A, too
_ONLY_BARS = BarcodeFormats(_BARS)
_BARS_AND_QR = BarcodeFormats((*_BARS, Format.QRCodeModel2))
_ALL = BarcodeFormats((*_BARS, Format.QRCodeModel2, Format.DataMatrix))  # Data Matrix costs more than all others

_NAMES = {
    Format.EAN13: "ean_13",
    Format.EAN8: "ean_8",
    Format.UPCE: "upc_e",
    Format.Code128: "code_128",
    Format.ITF: "itf",
    Format.DataBar: "data_bar",
    Format.QRCode: "qr_code",
    Format.DataMatrix: "data_matrix",
}
_GS1_NAMES = {"code_128": "gs1_128", "qr_code": "gs1_qr_code", "data_matrix": "gs1_data_matrix"}
_CORRECTED = ("qr_code", "gs1_qr_code", "data_matrix", "gs1_data_matrix")  # their own error correction proves them

# A UPC-E has no check digit of its own, and a line that leaves an EAN-13 between its halves passes for one. There are
# few such lines side by side: of 400 that weren't a UPC-E, none was seen over more than 0.09 of its width.
_LOWEST_UPC_E = 0.25

_GREY = 128  # beside a tilted picture

# What zxing-cpp's C++ throws, as its binding (nanobind, "Exceptions") hands it on.
_THROWN = (RuntimeError, ValueError, IndexError, OverflowError, MemoryError)


@dataclass(frozen=True, slots=True)
class Barcode:
    """One symbol decoded from the photo.

    `symbology` is ean_13, ean_8, upc_a, upc_e, code_128, gs1_128, itf, data_bar, qr_code, gs1_qr_code, data_matrix or
    gs1_data_matrix. `text` is what it says, printable; GS1 element strings have their identifiers in brackets. `gtin`
    is the GTIN that it carries, with a right check digit, in as many digits as the symbol has; a UPC-E's in 12. `isbn`
    is the same where it is a book's.
    """

    symbology: str
    text: str
    gtin: str | None
    isbn: str | None


def decode(picture: Image.Image, clock: Callable[[], float]) -> tuple[Barcode, ...]:
    """Return the barcodes of a picture (mode L, as from `pixels.luminance`) that are beyond doubt.

    Looks no further once all that was seen is believed, nor after SECONDS by the clock, which counts seconds. A picture
    that the decoder fails on has no barcodes, and a line in the log.
    """
    end = clock() + SECONDS
    seen: Counter[Barcode] = Counter()
    for copy, formats in _copies(picture):
        seen.update({_barcode(symbol) for symbol in _symbols(copy, formats)})
        believed = tuple(code for code, copies in seen.items() if copies > 1 or code.symbology in _CORRECTED)
        if len(believed) == len(seen) > 0 or clock() >= end:
            break
    return believed


def _copies(picture: Image.Image) -> Iterator[tuple[Image.Image, BarcodeFormats]]:
    """The picture, then copies in which more is found, with what to look for: squares don't mind being tilted.

    Each copy is looked at along its columns as well, so 90 degrees are as good as none.
    """
    yield picture, _ALL
    for degrees in (4, 45, 30, 60, 15, 75):
        yield picture.rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=_GREY), _ONLY_BARS
    yield picture.filter(ImageFilter.UnsharpMask(2, 100, 0)), _BARS_AND_QR
    if max(picture.size) <= _SMALL:
        twice = picture.resize((2 * picture.width, 2 * picture.height), Image.Resampling.BICUBIC)
        yield twice.filter(ImageFilter.UnsharpMask(4, 200, 0)), _BARS_AND_QR


def _symbols(picture: Image.Image, formats: BarcodeFormats) -> list[zxingcpp.Barcode]:
    """What zxing-cpp finds. Checksums are right: without `return_errors` it hands on no others."""
    try:
        found = zxingcpp.read_barcodes(picture, formats=formats)
    except _THROWN as error:
        structlog.get_logger().warning("barcodes.failed", error=f"{type(error).__name__}: {error}")
        return []
    return [symbol for symbol in found if symbol.format is not Format.UPCE or _height(symbol) >= _LOWEST_UPC_E]


def _height(symbol: zxingcpp.Barcode) -> float:
    """Over how much of its width a code of bars was read."""
    left, right, below = symbol.position.top_left, symbol.position.top_right, symbol.position.bottom_left
    return dist((left.x, left.y), (below.x, below.y)) / max(1, dist((left.x, left.y), (right.x, right.y)))


def _barcode(symbol: zxingcpp.Barcode) -> Barcode:
    symbology = _NAMES.get(symbol.format) or _NAMES[symbol.symbology]
    text = "".join(character for character in symbol.text if character.isprintable())
    gtin = None
    if symbol.content_type is zxingcpp.ContentType.GS1:
        symbology, gtin = _GS1_NAMES.get(symbology, symbology), in_elements(text)
    elif symbology in ("qr_code", "data_matrix"):
        gtin = in_link(text)
    elif symbology != "code_128":
        if len(text) == 13 and text.startswith("0"):  # as zxing-cpp writes what has 12 digits
            symbology, text = ("upc_a" if symbology == "ean_13" else symbology), text[1:]
        gtin = text if is_gtin(text) else None
    return Barcode(symbology, text[:_LONGEST], gtin, isbn13(gtin) if gtin else None)
