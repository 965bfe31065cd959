"""How strong and how steep the edges of a picture are, tile by tile: what tells print from blur.

Two differences of grey values, along a row or a column, are compared: over 8 px, which is the height of an edge
whether it is sharp or not, and over 1 px, which is its slope. A ramp of height h and width w px has a slope of h / w
on w px, and a height of h on about 8 px: the ratio of their energies (sums of squares) is 8 w, and gives w. It is the
edge width of Marziliano et al. ("A no-reference perceptual blur metric", 2002), got from differences of a picture with
a shifted copy of itself, which Pillow takes quickly, instead of by following each edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from operator import mul

from PIL import Image, ImageChops

LAG = 8  # px: wider edges aren't told apart, and blur that wide leaves no print of any usual size
_GRID = 5  # tiles on each side: some show print, whatever the rest of the photo shows
_SMALLEST_TILE = 16  # px
_STRONGEST = 0.98  # of a tile's differences, this share is smaller than what is taken as its contrast
_MOST_NOISE = 50.0  # squared grey levels: of a standard deviation of 5, twice, as a difference has two pixels
_SQUARES = [value * value for value in range(256)]

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a picture.

    `contrast`: grey levels (0 to 255) between both sides of its strongest edges, 8 px apart.
    """

    contrast: int
    _rises: Image.Image = field(repr=False)
    _counts: list[int] = field(repr=False)  # their histogram
    _slopes: Image.Image = field(repr=False)  # of the whole picture: most tiles are never asked for their edges
    _box: Box = field(repr=False)
    _noise: float = field(repr=False)  # what the sensor's noise adds to the square of each difference

    def edge_width(self) -> float:
        """Return how wide its strong edges are, in px: about 2 in a sharp photo, at most 8."""
        least = max(1, self.contrast // 2)  # below it are noise and soft shades
        edges = self._rises.point([0] * least + [255] * (256 - least))
        heights = [0] * least + self._counts[least:]
        slopes = self._slopes.crop(self._box).histogram(edges)
        noise = self._noise * sum(heights)
        height, slope = energy(heights) - noise, energy(slopes) - noise
        return min(float(LAG), height / (LAG * slope)) if slope > 0 else float(LAG)


def tiles(picture: Image.Image, *, across: bool) -> list[Tile]:
    """Return the tiles of a grey picture with the edges that are met across it (along its rows), or down it.

    Blur of a moving hand goes one way, and leaves the edges that lie along it sharp: so each way by itself.
    None where the picture has no more than 8 px that way.
    """
    # Neighbouring rows are averaged: half the work, and less noise.
    even = picture.reduce((1, 2) if across else (2, 1))
    width, height = (even.width - LAG, even.height) if across else (even.width, even.height - LAG)
    if min(width, height) < 1:
        return []

    def difference(first: int, second: int) -> Image.Image:
        return ImageChops.difference(*(even.crop(_moved((0, 0, width, height), by, across)) for by in (first, second)))

    rises, slopes = difference(0, LAG), difference(LAG // 2 - 1, LAG // 2)  # both around the same middle
    boxes = _boxes(width, height)
    # Where the picture is flattest, all that differs is noise. A limit, as there may be print everywhere.
    noise = min(_MOST_NOISE, *(energy(slopes.crop(box).histogram()) / _area(box) for box in boxes))
    found = []
    for box in boxes:
        part = rises.crop(box)
        counts = part.histogram()
        found.append(Tile(percentile(counts, _STRONGEST), part, counts, slopes, box, noise))
    return found


def percentile(counts: Sequence[int], share: float) -> int:
    """Return the smallest grey level that at least `share` of a histogram's pixels don't exceed."""
    wanted = share * sum(counts)
    return next(level for level, below in enumerate(accumulate(counts)) if below >= wanted)


def energy(counts: Sequence[int]) -> int:
    """Return the sum of the squares of all values in a histogram."""
    return sum(map(mul, _SQUARES, counts))


def _moved(box: Box, by: int, across: bool) -> Box:
    left, top, right, bottom = box
    return (left + by, top, right + by, bottom) if across else (left, top + by, right, bottom + by)


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _boxes(width: int, height: int) -> list[Box]:
    columns, rows = (max(1, min(_GRID, side // _SMALLEST_TILE)) for side in (width, height))
    across = [width * each // columns for each in range(columns + 1)]
    down = [height * each // rows for each in range(rows + 1)]
    return [(left, top, right, bottom) for top, bottom in pairwise(down) for left, right in pairwise(across)]
