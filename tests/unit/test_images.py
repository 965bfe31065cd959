"""Preparing a photo: what the model is sent is upright, flat and of the size that it uses."""

from concurrent.futures import ThreadPoolExecutor
from math import ceil

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageStat

from pipeline.images import SENDABLE_BYTES, PreparedImage, fitted, prepare, thumbnail
from tests.pictures import BLUE, GREEN, RED, YELLOW, corners, encoded, seen

ORIENTATION, GPS = 0x0112, 0x8825

# How a camera that is held so stores an upright picture: the opposite of what sets it upright again.
STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def like(pixel: object, colour: tuple[int, int, int]) -> bool:
    return all(abs(have - want) < 25 for have, want in zip(pixel, colour, strict=True))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("mode", "kind"), [("RGB", "JPEG"), ("L", "JPEG"), ("RGB", "PNG"), ("L", "PNG"), ("RGB", "WEBP")]
)
def test_passes_untouched(mode: str, kind: str) -> None:
    """A photo that is already as the model uses it keeps its bytes."""
    photo = encoded(corners().convert(mode), kind)
    assert prepare(photo) == PreparedImage(photo, f"image/{kind.lower()}", 240, 120)


def test_position_stays_home() -> None:
    """A photo that tells where it was taken, or by whom, is sent without that."""
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (48.0, 8.0, 14.0)}
    photo = encoded(corners(), "JPEG", exif=exif)
    sent = prepare(photo).data
    assert b"Exif" in photo
    assert b"Exif" not in sent


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED_AS)
def test_set_upright(orientation: int, kind: str) -> None:
    """Each of the eight EXIF orientations comes out as the photographer saw it."""
    turn = STORED_AS[orientation]
    stored = corners() if turn is None else corners().transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    image = prepare(encoded(stored, kind, exif=exif))
    picture = seen(image)
    assert (image.width, image.height) == picture.size == (240, 120)
    for place, colour in (((60, 30), RED), ((180, 30), GREEN), ((60, 90), BLUE), ((180, 90), YELLOW)):
        assert like(picture.getpixel(place), colour)


def test_sideways_phone_photo_is_upright_at_full_size() -> None:
    """A large photo held sideways has the model's largest upright size: the scaled decode knows of the turn."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    image = prepare(encoded(corners(2400, 3200).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif))
    assert (image.width, image.height) == seen(image).size == fitted(2400, 3200)


@given(st.integers(1, 20_000), st.integers(1, 20_000), st.sampled_from([768, 1568]))
@example(4032, 3024, 1568)
@example(1568, 784, 1568)
@example(20_000, 1, 1568)
def test_fitted_is_the_largest(width: int, height: int, edge: int) -> None:
    """The fitted size keeps the shape and both limits, and one pixel more on the long edge would not."""
    longest = max(width, height)

    def allowed(size: tuple[int, int]) -> bool:
        return max(size) <= min(edge, longest) and ceil(size[0] / 28) * ceil(size[1] / 28) <= 1568

    size = fitted(width, height, edge)
    assert allowed(size)
    more = max(size) + 1
    assert not allowed(tuple(max(1, round(side * more / longest)) for side in (width, height)))  # type: ignore[arg-type]
    for side, original in zip(size, (width, height), strict=True):
        assert side == max(1, round(original * max(size) / longest))


@pytest.mark.parametrize(
    ("mode", "kind"), [("CMYK", "JPEG"), ("P", "PNG"), ("RGBA", "PNG"), ("P", "GIF"), ("RGBA", "WEBP")]
)
def test_colours_survive(mode: str, kind: str) -> None:
    """CMYK, palette and alpha come out as a plain JPEG in the colours that a person sees."""
    picture = corners().quantize(8) if mode == "P" else corners().convert(mode)
    picture = seen(prepare(encoded(picture, kind)))
    for place, colour in (((60, 30), RED), ((180, 30), GREEN), ((60, 90), BLUE), ((180, 90), YELLOW)):
        assert like(picture.getpixel(place), colour)


@pytest.mark.parametrize("mode", ["1", "LA", "I;16"])
def test_greys_survive(mode: str) -> None:
    """One bit, grey with alpha and 16-bit grey keep dark dark and bright bright."""
    grey = Image.new("L", (200, 100), 64)
    grey.paste(192, (100, 0, 200, 100))
    deep = grey.convert("I").point(lambda value: value * 257).convert("I;16") if mode == "I;16" else grey.convert(mode)
    picture = seen(prepare(encoded(deep, "PNG"))).convert("L")
    means = [ImageStat.Stat(picture.crop((x, 0, x + 100, 100))).mean[0] for x in (0, 100)]
    assert means == pytest.approx([64, 192], abs=6)


@pytest.mark.parametrize("ink", ["white", "black", RED])
def test_print_on_transparent_stays_visible(ink: str | tuple[int, int, int]) -> None:
    """Print on a transparent ground stands out, be it black or white."""
    sheet = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    ImageDraw.Draw(sheet).rectangle((40, 40, 160, 60), ink)
    assert ImageStat.Stat(seen(prepare(encoded(sheet, "PNG"))).convert("L")).stddev[0] > 30


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_first_frame_of_an_animation(kind: str) -> None:
    """Of an animated picture the first frame is sent, as a still one."""
    photo = encoded(Image.new("RGB", (64, 64), RED), kind, save_all=True, append_images=[corners(64, 64)])
    image = prepare(photo)
    assert image.media_type == "image/jpeg"
    assert like(seen(image).getpixel((50, 50)), RED)


def test_fits_whatever_it_shows() -> None:
    """A 40 MB PNG of noise, which compresses worst of all, is sent within the size that Bedrock takes."""
    noise = Image.merge("RGB", [Image.effect_noise((3700, 3700), sigma) for sigma in (90, 100, 110)])
    photo = encoded(noise, "PNG", compress_level=0)
    assert len(photo) > 40_000_000
    assert len(prepare(photo).data) <= SENDABLE_BYTES


def test_small_crop_passes() -> None:
    """A crop of 240 x 109 px, as people cut them out of labels, is not too small."""
    assert prepare(encoded(corners(240, 109), "PNG")).height == 109


def test_thumbnail() -> None:
    """A thumbnail has the asked long edge and the same shape; a small picture is its own."""
    image = prepare(encoded(corners(1200, 600), "PNG"))
    small = thumbnail(image)
    assert (small.width, small.height) == seen(small).size == (768, 384)
    assert thumbnail(small) is small


def test_threads_do_not_disturb_each_other() -> None:
    """Photos prepared at once in threads come out as they do one after another."""
    photos = [encoded(corners(1900 + step, 1500).convert(mode), "PNG") for step in range(4) for mode in ("RGB", "P")]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(prepare, photos)) == [prepare(photo) for photo in photos]
