"""A photo's quality: what can't be read is told, with what to do; what is merely plain, dark or white is not."""

import functools
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from pipeline.images import prepare
from pipeline.pixels import luminance
from pipeline.quality import Quality, measure

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "samples" / "photos").iterdir())
WORDS = "INGREDIENTS: sugar 7,5 g, cocoa butter 12 %, milk powder. Lot L004711 EXP 2027-03"


def codes(picture: Image.Image) -> list[str]:
    return [code for code, _ in measure(picture).problems]


@functools.cache
def sample(name: str) -> Image.Image:
    photo = next(path for path in SAMPLES if path.name == name).read_bytes()
    prepared = prepare(photo)
    grey = luminance(prepared.data, prepared.media_type)
    assert grey is not None
    return grey


def label(paper: int = 230, ink: int = 30, size: tuple[int, int] = (800, 600), lines: int = 99) -> Image.Image:
    """A sheet of paper in a grey, with lines of print in another."""
    picture = Image.new("L", size, paper)
    draw = ImageDraw.Draw(picture)
    for line in range(min(lines, size[1] // 30)):
        draw.text((20, 10 + 30 * line), WORDS, fill=ink, font=ImageFont.load_default(18))
    return picture


def moved(picture: Image.Image, by: int, across: bool) -> Image.Image:
    """The picture as a phone takes it that moves by so many pixels during the exposure."""
    mean = picture
    for step in range(1, by):
        shifted = ImageChops.offset(picture, *((step, 0) if across else (0, step)))
        mean = Image.blend(mean, shifted, 1 / (step + 1))
    return mean


def reflected(picture: Image.Image, radius: int) -> Image.Image:
    """The picture with a lamp's reflection in its middle, which fades out."""
    light = Image.new("L", picture.size, 0)
    x, y = picture.width // 2, picture.height // 2
    ImageDraw.Draw(light).ellipse((x - radius, y - radius, x + radius, y + radius), 255)
    return ImageChops.add(picture, light.filter(ImageFilter.GaussianBlur(radius / 4)))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_legible_samples(path: Path) -> None:
    """No sample is to be taken again: dim, curved or with a reflection, all of them can be read."""
    quality = measure(sample(path.name))
    assert quality.problems == ()
    assert quality.score >= 0.5


@pytest.mark.parametrize("name", ["granola.jpg", "cafe.jpg", "valderra.jpg"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda picture: picture.filter(ImageFilter.GaussianBlur(3)),
        lambda picture: picture.filter(ImageFilter.GaussianBlur(12)),
        lambda picture: moved(picture, 25, across=True),
        lambda picture: moved(picture, 25, across=False),
    ],
    ids=["out of focus", "far out of focus", "moved across", "moved down"],
)
def test_blurred(name: str, spoil: Callable[[Image.Image], Image.Image]) -> None:
    """Out of focus or moved, whichever way, a photo is blurred; and no noise of the sensor makes it look sharp."""
    picture = spoil(sample(name))
    assert codes(picture) == ["blurred"]
    noise = Image.effect_noise(picture.size, 2)
    assert codes(ImageChops.add(picture, noise, offset=-128)) == ["blurred"]


def test_smooth_surroundings_are_not_blur() -> None:
    """A sharp label on a table that is out of focus is sharp; and so is one of a single line."""
    table = Image.effect_noise((1200, 900), 90).filter(ImageFilter.GaussianBlur(12))
    table.paste(label(size=(500, 300)), (300, 200))
    assert codes(table) == []
    assert codes(label(lines=1)) == []


def test_too_dark() -> None:
    """Print that hardly rises out of the black is too dark; white print on a black box isn't."""
    assert codes(sample("granola.jpg").point(lambda value: value * 0.05)) == ["too_dark"]
    assert codes(label(paper=8, ink=90)) == []


def test_washed_out() -> None:
    """Pale print in too much light is overexposed; black print on paper that is all white isn't."""
    assert codes(label(paper=255, ink=243)) == ["overexposed"]
    assert codes(label(paper=255, ink=0)) == []


def test_low_contrast() -> None:
    """Where nothing stands out at middling light, the contrast is low; soft grey on grey can be read."""
    assert codes(label(paper=130, ink=120)) == ["low_contrast"]
    assert codes(label(paper=130, ink=90)) == []


def test_glare() -> None:
    """A large reflection that fades out is glare; a small one, or a blank white label of that size, isn't."""
    print_on_grey = label(paper=140, lines=5)
    assert codes(reflected(print_on_grey, 170)) == ["glare"]
    assert codes(reflected(print_on_grey, 30)) == []
    ImageDraw.Draw(print_on_grey).rectangle((230, 130, 570, 470), 255)
    assert codes(print_on_grey) == []


def test_too_small() -> None:
    """A thumbnail is too small; a crop of 240 x 109 px, as people cut them out of labels, isn't."""
    assert codes(label(size=(120, 90))) == ["too_small"]
    assert codes(label(size=(240, 109))) == []


def test_sentences_say_what_to_do() -> None:
    """Each problem has a sentence of its own for the person with the phone."""
    found = {
        **dict(measure(label(size=(120, 90)).filter(ImageFilter.GaussianBlur(4))).problems),
        **dict(measure(reflected(label(paper=140, lines=5), 170)).problems),
        **dict(measure(label(paper=20, ink=12)).problems),
    }
    assert found.keys() == {"blurred", "too_small", "glare", "too_dark"}
    assert len(set(found.values())) == len(found)
    assert all(sentence.endswith(".") and sentence.count(". ") >= 1 for sentence in found.values())


@pytest.mark.parametrize("name", ["granola.jpg", "brumeval.jpg", "powerbank.jpg"])
def test_more_blur_never_raises_the_score(name: str) -> None:
    """The more a photo is blurred, the lower its score, to nothing."""
    scores = [measure(sample(name).filter(ImageFilter.GaussianBlur(radius))).score for radius in (0, 1, 2, 3, 5, 8, 16)]
    assert all(more <= less + 0.02 for less, more in pairwise(scores))
    assert scores[0] > 0.9
    assert scores[-1] < 0.2


@st.composite
def pictures(draw: st.DrawFn) -> Image.Image:
    size = draw(st.tuples(st.integers(1, 90), st.integers(1, 90)))
    few = draw(st.binary(min_size=1, max_size=64))
    return Image.frombytes("L", size, (few * (size[0] * size[1] // len(few) + 1))[: size[0] * size[1]])


@given(pictures(), st.integers(1, 12))
def test_any_picture(picture: Image.Image, larger: int) -> None:
    """Any grey picture of any size has a quality, with measures in their ranges, and problems only with a low score."""
    quality = measure(picture.resize((picture.width * larger, picture.height), Image.Resampling.BOX))
    assert isinstance(quality, Quality)
    assert 0 <= quality.score <= 1
    assert 0 <= quality.edge_width <= 8
    assert 0 <= quality.contrast <= 255
    assert 0 <= quality.brightness <= 255
    assert 0 <= quality.glare <= 1
    assert bool(quality.problems) == (quality.score < 0.5)


def test_jpeg_of_one_grey() -> None:
    """A photo of nothing says so, whatever its grey."""
    for grey, code in ((0, "too_dark"), (128, "low_contrast"), (255, "overexposed")):
        file = BytesIO()
        Image.new("L", (640, 480), grey).save(file, "JPEG")
        picture = luminance(file.getvalue(), "image/jpeg")
        assert picture is not None
        assert codes(picture) == [code]
