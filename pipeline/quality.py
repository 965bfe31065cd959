"""How well a photo can be read, by its grey values alone, before the model is paid: blur, darkness, glare, size.

What is printed must not matter: a black box is not dark, a blank label is no glare, a smooth wall no blur. So only the
strongest edges that a photo has are judged, and brightness only where they are faint. Limits, and how they were found:
docs/photo-quality.md.
"""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from pipeline.edges import Tile, percentile, tiles

# Of each measure: nothing against the photo there, or beyond; and nothing to be read there. A problem from the middle.
EDGE_WIDTH = (3.0, 7.0)  # px
CONTRAST = (28, 8)  # grey levels
GLARE = (0.0, 0.16)  # share of the picture
LONG_EDGE = (200, 80)  # px: below 200 the model is unreliable, says Anthropic's vision guide

_FAINTEST = 16  # grey levels: the edges of weaker tiles are not print, but noise and compression
_COMPARABLE = 0.3  # of the strongest contrast: what has less is shade, and blurred by nature
_DARK = 60  # grey level: that of a white sheet that lies in the shade of a dim room
_WIDE_RANGE = 60  # grey levels: with light and dark, but no edge, the photo is out of focus
_PALE = 200  # grey level

_CELLS = 160  # on the long side: what glare is looked for in
_SATURATED = 250  # grey level
_PENUMBRA = range(150, 225)  # grey levels: paper in uneven light doesn't get that dark next to where it is saturated
_SMOOTH = 5  # grey levels between a cell and the mean of its neighbours
_FADING = 0.05  # of a blob's surroundings

_SENTENCES = {
    "blurred": "No sharp print can be seen. Hold the phone still with both hands, tap on the print so that the camera "
    "focuses on it, and keep a hand's width away.",
    "too_dark": "The photo is too dark. Turn on a light, or go to a window, and take it again.",
    "overexposed": "The photo is washed out by too much light. Tap on the print so that the camera adapts to it, or "
    "leave the direct light.",
    "low_contrast": "Hardly anything stands out in the photo. Wipe the lens, let light fall on the print, and come "
    "closer.",
    "glare": "A reflection hides part of the photo. Turn off the flash, and tilt the product or the phone until it "
    "moves away.",
    "too_small": "The picture has too few pixels to be read. Send the photo as the camera took it, not a preview or a "
    "thumbnail.",
}


@dataclass(frozen=True, slots=True)
class Quality:
    """What the photo itself says of how well it can be read.

    score         0 to 1, of the worst of its measures. 1: nothing against it; below 0.5: it has problems
    edge_width    px, 0 to 8, of its strongest edges: 1.5 to 2.5 in a sharp photo; 0 if it has none to judge by
    contrast      grey levels, 0 to 255, between both sides of its strongest edges
    brightness    the grey level, 0 to 255, that 2 % of its pixels exceed
    glare         share of its pixels, 0 to 1, that reflections have saturated
    problems      why it should be taken again: code, and a sentence for the person who takes it
    """

    score: float
    edge_width: float
    contrast: int
    brightness: int
    glare: float
    problems: tuple[tuple[str, str], ...]


def measure(picture: Image.Image) -> Quality:
    """Return the quality of a picture of at least one pixel, in grey values (mode L) and at the size that is sent."""
    ways = [tiles(picture, across=across) for across in (True, False)]
    contrasts = sorted(tile.contrast for way in ways for tile in way)
    contrast = contrasts[int(0.95 * (len(contrasts) - 1))] if contrasts else 0  # one odd tile says nothing
    edge_width = max(_edge_width(way, contrast) for way in ways)
    counts = picture.histogram()
    brightness = percentile(counts, 0.98)
    glare = _glare(picture)
    grades = {
        "faint": _grade(contrast, *CONTRAST),
        "blurred": _grade(edge_width, *EDGE_WIDTH),
        "glare": _grade(glare, *GLARE),
        "too_small": _grade(max(picture.size), *LONG_EDGE),
    }
    codes = [code for code, grade in grades.items() if grade < 0.5]
    if "faint" in codes:  # then edges aren't to be trusted, but there is a cause to be named
        spread = brightness - percentile(counts, 0.02)
        codes[0] = _why_faint(brightness, spread, percentile(counts, 0.5))
        codes = list(dict.fromkeys(codes))
    problems = tuple((code, _SENTENCES[code]) for code in codes)
    return Quality(min(grades.values()), edge_width, contrast, brightness, glare, problems)


def _glare(picture: Image.Image) -> float:
    """Return the share of blank, saturated blobs, if they fade out smoothly: paper ends at print or at an edge."""
    cells = picture.reduce(max(1, max(picture.size) // _CELLS))
    saturated = _where(cells, range(_SATURATED, 256))
    solid = _where(saturated.filter(ImageFilter.BoxBlur(3)), range(255, 256))  # wider than print between its lines
    blobs = _grown(solid, 3)
    share = _share(blobs)
    if not share:
        return 0.0
    around = ImageChops.subtract(_grown(blobs, 6), _grown(saturated, 1))
    steps = ImageChops.difference(cells, cells.filter(ImageFilter.BoxBlur(1)))
    smooth = ImageChops.invert(_grown(_where(steps, range(_SMOOTH, 256)), 1))
    fading = ImageChops.darker(ImageChops.darker(around, smooth), _where(cells, _PENUMBRA))
    return share if _share(fading) > _FADING * _share(around) else 0.0


def _where(cells: Image.Image, levels: range) -> Image.Image:
    return cells.point([255 if level in levels else 0 for level in range(256)])


def _grown(mask: Image.Image, by: int) -> Image.Image:
    return _where(mask.filter(ImageFilter.BoxBlur(by)), range(1, 256))


def _share(mask: Image.Image) -> float:
    return mask.histogram()[255] / (mask.width * mask.height)


def _grade(value: float, good: float, bad: float) -> float:
    """Return 1 for what is good or better, 0 for what is bad or worse, and the share of the way between."""
    return min(1.0, max(0.0, (bad - value) / (bad - good)))


def _edge_width(way: list[Tile], contrast: int) -> float:
    """Return the median of the tiles that show as strong edges as there are; one alone may be anything."""
    least = max(_FAINTEST, _COMPARABLE * contrast)
    widths = sorted(tile.edge_width() for tile in way if tile.contrast >= least)
    return widths[len(widths) // 2] if len(widths) > 1 else 0.0


def _why_faint(brightness: int, spread: int, median: int) -> str:
    if brightness < _DARK:
        return "too_dark"
    if spread >= _WIDE_RANGE:
        return "blurred"
    return "overexposed" if median >= _PALE else "low_contrast"
