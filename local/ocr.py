"""What is printed in a picture, line by line: on-device OCR, with no network and no downloads.

PP-OCRv6 through `rapidocr` and `onnxruntime`; the models ship in rapidocr's wheel. Measured on 63 real photos:
about half a second a photo of 640 px, 2 s at the size the service sends at most, on one core.
"""

import hashlib
import io
import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from PIL import Image, ImageOps

from local.page import Line, Page

_LONG_EDGE = 1568  # what the service sends at most; a bigger picture costs time and shows no more print
_KEPT_PAGES = 16  # a repair turn shows the same picture again
_CONFIDENT = 0.8
_ENOUGH_LETTERS = 20  # fewer than this, confidently read, may be a picture that lies on its side
_NEIGHBOURS = 5
_SMALL = 768  # enough to tell which way up a picture is
_SURE = 0.55  # below it a line is rather texture than text


class UnreadablePicture(ValueError):
    """The bytes are no picture that can be decoded."""


class Ocr:
    """Reads pictures; one for all threads. The models are loaded at the first picture."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Any] = []  # an engine reads one picture at a time
        self._pages: OrderedDict[str, Page] = OrderedDict()

    def __call__(self, picture: bytes) -> Page:
        """What is printed in `picture` (JPEG, PNG, GIF or WebP); UnreadablePicture if it can't be decoded."""
        key = hashlib.sha256(picture).hexdigest()
        with self._lock:
            known = self._pages.get(key)
        if known is not None:
            return known
        page = self._read(decode(picture))
        with self._lock:
            self._pages[key] = page
            if len(self._pages) > _KEPT_PAGES:
                self._pages.popitem(last=False)
        return page

    def _read(self, image: Image.Image) -> Page:
        page = self._lines(image, 0)
        upwards = _letters(filter(_runs_upwards, page.lines))
        plenty = _letters(page.lines) >= _ENOUGH_LETTERS and upwards <= _letters(page.lines) / 2
        if plenty or not page.lines:
            return page
        small = image.copy()
        small.thumbnail((_SMALL, _SMALL))
        best = max((0, 90, 180, 270), key=lambda turn: _legibility(self._lines(small, turn)))
        return self._lines(image, best) if best else page

    def _lines(self, image: Image.Image, turn: int) -> Page:
        import numpy

        upright = image.rotate(turn, expand=True)
        engine = self._engine()
        found = engine(numpy.asarray(upright)[:, :, ::-1])  # rapidocr takes BGR, as OpenCV does
        self._idle.append(engine)
        boxes = [] if found.boxes is None else found.boxes.tolist()
        level = _levelled(boxes)
        tilts = _tilts(level)
        lines = [
            _line(text.strip(), float(score), box, tilt)
            for box, tilt, text, score in zip(level, tilts, found.txts or (), found.scores or (), strict=True)
            if score >= _SURE and text.strip()
        ]
        lines.sort(key=lambda line: (line.middle, line.left))
        return Page(tuple(lines), upright.width, upright.height, turn)

    def _engine(self) -> Any:
        """One that is idle, or a new one: there are never more than pictures were read at once."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
            from rapidocr import RapidOCR

            # One core a picture: two pictures at once are quicker than one on two cores.
            # Without the per-line flip (cls) upside-down print reads badly, which is how `_read` notices it.
            return RapidOCR(
                params={
                    "Global.log_level": "critical",
                    "Global.use_cls": False,
                    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                }
            )


def decode(picture: bytes) -> Image.Image:
    """The picture as RGB, upright, at most 1568 px long; UnreadablePicture if the bytes can't be decoded."""
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "GIF", "WEBP")) as opened:
            image = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as cause:  # what Pillow raises on bad bytes
        raise UnreadablePicture("The picture can't be decoded.") from cause
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    flat = paper.convert("RGB")
    flat.thumbnail((_LONG_EDGE, _LONG_EDGE))
    return flat


_Corners = list[tuple[float, float]]  # left top, right top, right bottom, left bottom, along the print


def _line(text: str, score: float, box: _Corners, tilt: float) -> Line:
    width, height = math.dist(box[0], box[1]), math.dist(box[0], box[3])
    x, y = _centre(box)
    return Line(text, score, x - width / 2, y - height / 2, width, height, tilt)


def _levelled(boxes: Sequence[Sequence[Sequence[float]]]) -> list[_Corners]:
    """The boxes turned so that most lines run level: a label photographed askew has its rows back."""
    plain: list[_Corners] = [[(x, y) for x, y in box] for box in boxes]
    angles = [_angle(box) for box in plain if _is_long(box)]
    slope = median(angles) if angles else 0.0
    cosine, sine = math.cos(slope), math.sin(slope)
    return [[(x * cosine + y * sine, y * cosine - x * sine) for x, y in box] for box in plain]


def _tilts(boxes: list[_Corners]) -> list[float]:
    """What is left of slope around each box: perspective, or a second face of the pack."""
    long = [(_centre(box), math.tan(_angle(box))) for box in boxes if _is_long(box)]
    tilts = []
    for box in boxes:
        nearest = sorted(long, key=lambda other: math.dist(other[0], _centre(box)))[:_NEIGHBOURS]
        tilts.append(median(tilt for _, tilt in nearest) if nearest else 0.0)
    return tilts


def _angle(box: _Corners) -> float:
    return math.atan2(box[1][1] - box[0][1], box[1][0] - box[0][0])


def _is_long(box: _Corners) -> bool:
    """Long enough for its angle to mean something."""
    return math.dist(box[0], box[1]) > 3 * math.dist(box[0], box[3])


def _centre(box: _Corners) -> tuple[float, float]:
    return sum(x for x, _ in box) / 4, sum(y for _, y in box) / 4


def _letters(lines: Iterable[Line]) -> int:
    return sum(sum(map(str.isalnum, line.text)) for line in lines if line.score >= _CONFIDENT)


def _legibility(page: Page) -> float:
    return sum(line.score**4 * sum(map(str.isalnum, line.text)) for line in page.lines if not _runs_upwards(line))


def _runs_upwards(line: Line) -> bool:
    return len(line.text) > 1 and line.height > 1.5 * line.width
