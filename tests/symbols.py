"""Barcodes for the tests, drawn by zxing-cpp's own writer, and laid on a picture as a photo shows them."""

import zxingcpp
from PIL import Image
from zxingcpp import BarcodeFormat

WIDTH, HEIGHT = 800, 600  # px


def drawn(kind: BarcodeFormat, content: str, scale: int = 2, **options: object) -> Image.Image:
    """The symbol black on white with its quiet zone, in mode L; `scale` is the pixels of a module."""
    return Image.fromarray(zxingcpp.create_barcode(content, kind, **options).to_image(scale=scale))


def laid(*symbols: Image.Image, degrees: float = 0, paper: int = 255) -> Image.Image:
    """The symbols side by side on paper, turned by so many degrees."""
    picture = Image.new("L", (WIDTH, HEIGHT), paper)
    for place, symbol in enumerate(symbols, 1):
        left = WIDTH * place // (len(symbols) + 1) - symbol.width // 2
        picture.paste(symbol, (left, (HEIGHT - symbol.height) // 2))
    return picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=paper)


def with_check_digit(digits: str) -> str:
    """The digits with the check digit that makes them a GTIN (GS1 General Specifications, "check digit")."""
    weighed = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-weighed % 10}"
