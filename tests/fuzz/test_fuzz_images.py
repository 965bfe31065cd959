"""Pictures: whatever bytes are uploaded, they are refused in a sentence, or sent as a picture that Bedrock takes."""

import struct
import tracemalloc
import zlib
from functools import cache
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from local.command import SAMPLES
from pipeline.errors import ImageRefused
from pipeline.images import SENDABLE_BYTES, SENDABLE_EDGE, prepare, thumbnail
from pipeline.sniff import READABLE
from tests.fuzz.endings import handled
from tests.fuzz.profiles import fuzzed
from tests.pictures import corners, encoded
from tests.wire import JAM, records
from tests.world import World

CODES = {"empty_object", "not_an_image", "unsupported_media_type", "too_small", "image_bomb", "unreadable_image"}


@cache
def pictures() -> dict[str, bytes]:
    """Real photos of each type, made small, and the kinds that cameras and programs write."""
    photo = Image.open(SAMPLES / "granola.jpg").convert("RGB")
    photo.thumbnail((300, 300))
    turned = Image.Exif()
    turned[0x0112] = 6
    turned.get_ifd(0x8825)[1] = "N"
    return {
        "jpeg": encoded(photo, "JPEG"),
        "progressive": encoded(photo, "JPEG", progressive=True),
        "turned": encoded(photo, "JPEG", exif=turned),
        "cmyk": encoded(photo.convert("CMYK"), "JPEG"),
        "png": encoded(photo, "PNG"),
        "palette": encoded(photo.quantize(16), "PNG", transparency=1),
        "16-bit": encoded(Image.linear_gradient("L").convert("I;16"), "PNG"),
        "webp": encoded(photo.convert("RGBA"), "WEBP", lossless=True),
        "lossy": encoded(photo, "WEBP"),
        "gif": encoded(corners(), "GIF", save_all=True, append_images=[Image.new("RGB", (240, 120))]),
    }


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A picture with bytes replaced, put in or taken out (most near its beginning), cut off or glued to another."""
    photo = bytearray(pictures()[draw(st.sampled_from(sorted(pictures())))])
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, min(700, len(photo))) | st.integers(0, len(photo)))
        taken = draw(st.integers(0, 40))
        photo[at : at + taken] = draw(
            st.binary(max_size=40) | st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\xff\xd8\xff"])
        )
    if draw(st.booleans()):
        del photo[draw(st.integers(0, len(photo))) :]
    elif draw(st.booleans()):
        photo += pictures()[draw(st.sampled_from(sorted(pictures())))]
    return bytes(photo)


def png(width: int, height: int, depth: int, colour: int, chunks: bytes = b"") -> bytes:
    """A PNG that declares this size and kind, with these chunks before its (few) pixels."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), chunks, _chunk(b"IDAT", zlib.compress(bytes(1000))), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _is_sendable(photo: bytes) -> None:
    """Refused in a sentence, with a known code; or a picture that Bedrock takes, and of it a small one."""
    refused, image = None, None
    try:
        image = prepare(photo)
    except ImageRefused as error:
        refused = error
    assert refused is None or (refused.code in CODES and 20 < len(str(refused)) < 500)
    for sent in (image, thumbnail(image)) if image else ():
        assert len(sent.data) <= SENDABLE_BYTES
        assert max(sent.width, sent.height) <= SENDABLE_EDGE
        assert sent.media_type in READABLE
    if image and image.data is not photo:  # encoded anew: whole, of the size that it says, and without metadata
        picture = Image.open(BytesIO(image.data))
        picture.load()
        assert picture.size == (image.width, image.height)
        assert not picture.getexif()


@fuzzed(400)
@given(photo=damaged())
def test_a_damaged_picture(photo: bytes) -> None:
    """A damaged picture of any type is prepared, sent as it is, or refused with a code; nothing else is raised."""
    _is_sendable(photo)


SIZES = st.sampled_from([0, 1, 15, 16, 17, 300, 8000, 8001, 32768, 65535, 100_000, 2**31 - 1]) | st.integers(
    0, 2**32 - 1
)


@fuzzed(150)
@given(
    width=SIZES, height=SIZES, depth=st.sampled_from([1, 2, 4, 8, 16, 3]), colour=st.sampled_from([0, 2, 3, 4, 6, 5])
)
@example(width=8000, height=8000, depth=16, colour=6)
@example(width=20_000, height=20_000, depth=1, colour=0)
def test_a_declared_size(width: int, height: int, depth: int, colour: int) -> None:
    """A picture of a few bytes that declares any size and depth is refused before memory is taken for it."""
    _is_sendable(png(width, height, depth, colour))


@pytest.mark.parametrize("name", [b"zTXt", b"iCCP", b"iTXt"])
def test_a_text_that_unpacks_without_end(name: bytes) -> None:
    """A small chunk of text or colours that unpacks to 200 MB doesn't take them."""
    packed = zlib.compress(bytes(200_000_000))
    head = {b"zTXt": b"Comment\0\0", b"iCCP": b"profile\0\0", b"iTXt": b"Comment\0\1\0\0\0"}[name]
    photo = png(300, 300, 8, 2, _chunk(name, head + packed))
    tracemalloc.start()
    _is_sendable(photo)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000


@fuzzed(30)
@given(photo=damaged() | st.binary(max_size=80))
def test_any_upload_has_its_row(world: World, photo: bytes) -> None:
    """Whatever was uploaded, its row is finished: read, or failed with a reason and nothing paid."""
    event = world.put("grocery/jam.jpg", photo)
    world.models.forget()
    world.models.answers(records("grocery", JAM))
    paid = world.models.paid
    assert handled(world, event) == []
    [row] = world.rows()
    assert row["processing_status"] in ("completed", "failed")
    assert (world.models.paid - paid == 1) is (row["processing_status"] == "completed")
