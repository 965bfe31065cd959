"""Pillow, as this service needs it: read a header, say what decoding would cost, decode small, flat and upright."""

import struct
import zlib
from collections.abc import Mapping
from importlib import import_module
from io import BytesIO
from math import inf

from PIL import ExifTags, Image, ImageFile, ImageStat

# Pillow's own classes, asked directly and only for the type that the bytes show: it spares a cold start the others,
# reads a phone's multi-picture JPEG as the JPEG that it begins with, and leaves the limit on size to us.
_READERS = {
    "image/jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "image/png": ("PIL.PngImagePlugin", "PngImageFile"),
    "image/webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "image/gif": ("PIL.GifImagePlugin", "GifImageFile"),
}

# What Pillow's readers raise on damaged files: they share no class, and `except Exception` would hide faults of ours.
DAMAGED = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError, AttributeError),
    *(AssertionError, MemoryError, RuntimeError, struct.error, zlib.error, Image.DecompressionBombError),
)

# EXIF orientation -> what sets the picture upright (Exif 2.32, tag 0x0112); 1 and unknown values need nothing.
_UPRIGHT: Mapping[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Peak bytes a pixel of decoding, flattening and scaling, by Pillow's mode: measured on 12 MP and rounded up.
_BYTES_A_PIXEL = {"1": 3, "L": 2, "I;16": 6, "P": 7, "RGB": 6, "CMYK": 6}
_TRANSPARENT = 14
_WEBP = 20  # its decoder keeps two canvases besides what it hands over

# What `luminance` may take for decoding. A prepared picture has at most 1.3 megapixels, but one that couldn't be drawn
# is sent as it is.
LUMINANCE_BYTES = 64 * 1024 * 1024

# A progressive JPEG has about ten scans. Thousands fit in a small file, and each is a walk over the whole picture.
_MOST_SCANS = 100


def open_header(photo: bytes, media_type: str) -> ImageFile.ImageFile:
    """Return the picture with its size, mode and metadata read, and nothing decoded. Raises one of DAMAGED."""
    module, reader = _READERS[media_type]
    image: ImageFile.ImageFile = getattr(import_module(module), reader)(BytesIO(photo))
    return image


def read_exif(image: ImageFile.ImageFile) -> tuple[Image.Transpose | None, bool]:
    """Return what sets the picture upright (None if it is), and whether its EXIF tells where it was taken.

    Damaged EXIF doesn't hurt the picture: it is taken as upright, and as better not handed on.
    """
    try:
        # The base class's way: that of PNG would decode the whole picture, to look for tags behind it.
        exif = Image.Image.getexif(image)
        return _UPRIGHT.get(exif.get(ExifTags.Base.Orientation)), ExifTags.Base.GPSInfo in exif
    except DAMAGED:
        return None, True


def is_plain(image: ImageFile.ImageFile) -> bool:
    """Say whether the picture is a still one in plain RGB or grey, as every reader of images understands it."""
    return (
        image.mode in ("L", "RGB")
        and image.format != "GIF"  # counting its frames would be to walk through them
        and getattr(image, "n_frames", 1) == 1
        and not image.has_transparency_data
    )


def plan(image: ImageFile.ImageFile, photo: bytes, size: tuple[int, int]) -> float:
    """Set the picture up for decoding at `size` or above, and return about how many bytes of memory that takes.

    A JPEG is decoded at 1/2, 1/4 or 1/8 of its size where that is enough. Infinite for what would never come to an end.
    """
    kept = _coefficient_bytes(image, photo) if image.format == "JPEG" else 0
    image.draft(None, size)
    if image.format == "WEBP":
        each = _WEBP
    elif image.has_transparency_data:
        each = _TRANSPARENT
    else:
        each = _BYTES_A_PIXEL.get(image.mode, _TRANSPARENT)
    return kept + each * image.width * image.height


def decoded(image: ImageFile.ImageFile, size: tuple[int, int], turn: Image.Transpose | None) -> Image.Image:
    """Return the planned picture in L or RGB, scaled to `size`, then turned. Raises one of DAMAGED."""
    flat: Image.Image = image
    if image.mode.startswith("I"):  # 16-bit grey: Pillow would clip it, not scale it
        flat = image.point(lambda value: value * (1 / 256)).convert("L")
    elif image.has_transparency_data:
        flat = image if image.mode == "RGBA" else image.convert("RGBA")
    elif image.mode in ("1", "P"):  # these Pillow scales by picking pixels, and print would fall apart
        flat = image.convert("L" if image.mode == "1" else "RGB")
    flat = flat.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    if flat.mode == "RGBA":
        flat = _on_backdrop(flat)
    elif flat.mode not in ("L", "RGB"):
        flat = flat.convert("RGB")
    return flat if turn is None else flat.transpose(turn)


def luminance(picture: bytes, media_type: str) -> Image.Image | None:
    """Return the grey values (mode L) of a picture as `images.prepare` gives it; None if it can't be decoded here."""
    try:
        image = open_header(picture, media_type)
        if plan(image, picture, image.size) > LUMINANCE_BYTES:
            return None
        return decoded(image, image.size, None).convert("L")
    except DAMAGED:
        return None


def _coefficient_bytes(image: ImageFile.ImageFile, photo: bytes) -> float:
    """Return what libjpeg keeps of a JPEG in several scans: 2 bytes a sample, of the whole picture, at any scale."""
    layers: list[tuple[int, int, int, int]] = image.layer  # type: ignore[attr-defined]  # id, h, v, table of each
    start = image.fp.tell()  # type: ignore[union-attr]  # the header was read up to the first scan's data
    length = 6 + 2 * len(layers)
    holds_all = photo[start - length - 2 : start].startswith(bytes((0xFF, 0xDA, 0, length, len(layers))))
    if holds_all and "progressive" not in image.info:
        return 0
    if photo.count(b"\xff\xda", start) > _MOST_SCANS:
        return inf
    most = max(h for _, h, _, _ in layers) * max(v for _, _, v, _ in layers)
    return 2 * image.width * image.height * sum(h * v for _, h, v, _ in layers) / most


def _on_backdrop(image: Image.Image) -> Image.Image:
    """Return the transparent picture on white, or on black if it stands out more there, as white print does."""
    backdrops = [Image.new("RGBA", image.size, colour) for colour in ("white", "black")]
    flat = [Image.alpha_composite(backdrop, image).convert("RGB") for backdrop in backdrops]
    return max(flat, key=lambda picture: ImageStat.Stat(picture.convert("L")).stddev[0])
