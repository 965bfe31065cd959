"""Preparing what can't be prepared: refused with a reason, or sent as it is, and nothing worse."""

from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline.errors import ImageRefused
from pipeline.images import fitted, prepare, thumbnail
from tests.pictures import corners, encoded


def resized(file: bytes, marker: bytes, width: int, height: int) -> bytes:
    """A JPEG that says it is of another size than it is; `marker` opens its frame header."""
    at = file.index(marker) + 5
    return file[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + file[at + 4 :]


def sized_png(width: int, height: int) -> bytes:
    file = encoded(Image.new("RGB", (32, 32)), "PNG")
    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + file[24:29]
    return file[:12] + header + crc32(header).to_bytes(4, "big") + file[33:]


PROGRESSIVE = encoded(corners(), "JPEG", progressive=True)
LAST_SCAN = PROGRESSIVE[PROGRESSIVE.rindex(b"\xff\xda") : -2]
VALID = {
    "jpeg": encoded(corners(), "JPEG"),
    "progressive": PROGRESSIVE,
    "png": encoded(corners(), "PNG"),
    "palette": encoded(corners().quantize(8), "PNG", transparency=1),
    "16-bit": encoded(Image.linear_gradient("L").convert("I;16"), "PNG"),
    "webp": encoded(corners().convert("RGBA"), "WEBP", lossless=True),
    "gif": encoded(corners(), "GIF", save_all=True, append_images=[Image.new("RGB", (240, 120))]),
}


@pytest.mark.parametrize(
    ("photo", "code", "words"),
    [
        (b"", "empty_object", "empty"),
        (b"just some text", "not_an_image", "not an image"),
        (b"BM is also how a text may begin", "not_an_image", "not an image"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isommp42 a film", "not_an_image", "not an image"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic...", "unsupported_media_type", "Most Compatible"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic...", "unsupported_media_type", "HEIC"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif...", "unsupported_media_type", "AVIF"),
        (b"II*\0....", "unsupported_media_type", "TIFF"),
        (b"BM\x9a\0\0\0\0\0\0\0....", "unsupported_media_type", "BMP"),
        (b"%PDF-1.7 ...", "unsupported_media_type", "PDF"),
        (b'<?xml version="1.0"?>\n<svg xmlns="...">', "unsupported_media_type", "SVG"),
        (encoded(Image.new("RGB", (1, 1)), "PNG"), "too_small", "1 x 1 px"),
        (encoded(Image.new("RGB", (900, 15)), "JPEG"), "too_small", "900 x 15 px"),
        (VALID["jpeg"][:40], "unreadable_image", "damaged"),
        (VALID["png"][:20], "unreadable_image", "damaged"),
        (resized(VALID["jpeg"][:-200], b"\xff\xc0", 12_000, 9_000), "unreadable_image", "cut off"),
        (sized_png(40_000, 40_000), "image_bomb", "40000 x 40000 px"),
        (resized(PROGRESSIVE, b"\xff\xc2", 16_000, 12_000), "image_bomb", "16000 x 12000 px"),
        (resized(PROGRESSIVE[:-2] + LAST_SCAN * 200, b"\xff\xc2", 9_000, 9), "too_small", "9000 x 9 px"),
        (resized(PROGRESSIVE[:-2] + LAST_SCAN * 200, b"\xff\xc2", 9_000, 90), "image_bomb", "9000 x 90 px"),
        # A comment that holds the mark of a picture's end hides none of the scans after it.
        (
            resized(PROGRESSIVE[:-2] + b"\xff\xfe\0\6ab\xff\xd9" + LAST_SCAN * 200, b"\xff\xc2", 9_000, 90),
            "image_bomb",
            "9000 x 90 px",
        ),
        (encoded(Image.new("RGB", (20_000, 20)), "JPEG"), "too_small", "20000 x 20 px, sent as 1568 x 2"),
        (b"GIF89a" + b"\xff\xff" * 2 + b"\0\0\0,\0\0\0\0" + b"\xff\xff" * 2 + b"\0\x08\0;", "image_bomb", "65535"),
        (
            b"RIFF\x1a\0\0\0WEBPVP8L\x0e\0\0\0\x2f\xff\xff\xff\x0f" + bytes(10),
            "image_bomb",
            "16384 x 16384 px|too large",
        ),
    ],
)
def test_refused(photo: bytes, code: str, words: str) -> None:
    """What can't be sent is refused with a stable code and a sentence that says what it is."""
    with pytest.raises(ImageRefused, match=words) as refusal:
        prepare(photo)
    assert refusal.value.code == code


def test_largest_phone_photo_is_no_bomb() -> None:
    """A JPEG of 200 megapixels, as phones take at most, is decoded small from the start, and so is not refused."""
    image = prepare(resized(VALID["jpeg"], b"\xff\xc0", 16_320, 12_240))
    assert (image.width, image.height) == fitted(16_320, 12_240)


@pytest.mark.parametrize("photo", [encoded(corners(2000, 1500), "JPEG")[:-3000], sized_png(7_900, 7_900)])
def test_damaged_is_sent_as_it_is(photo: bytes) -> None:
    """A photo that can't be decoded here, but is within Bedrock's limits, is sent as it is, small or not."""
    image = prepare(photo)
    assert image.data == photo
    assert thumbnail(image) is image


def outcome(photo: bytes) -> str:
    try:
        return thumbnail(prepare(photo), 100).media_type
    except ImageRefused as refusal:
        return refusal.code


@pytest.mark.parametrize("photo", VALID.values(), ids=VALID)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4), st.integers(0, 8)), min_size=1, max_size=8),
    st.floats(0, 1),
)
def test_mutated_photo(photo: bytes, edits: list[tuple[float, bytes, int]], end: float) -> None:
    """However a photo is damaged, it is either prepared or refused."""
    for place, new, gone in edits:
        at = int(place * place * len(photo))  # most of what can go wrong stands near the beginning
        photo = photo[:at] + new + photo[at + gone :]
    assert outcome(photo)
    assert outcome(photo[: int(end * len(photo))])


@given(st.sampled_from([b"", *(photo[:12] for photo in VALID.values())]), st.binary(max_size=200))
def test_random_bytes(start: bytes, rest: bytes) -> None:
    """Bytes that only begin like a photo are refused, never more than that."""
    assert outcome(start + rest)
