"""One photo to be taken: of which label, on what body, where, and how."""

from collections.abc import Callable
from dataclasses import dataclass, field

from samples.render.lens import Exposure
from samples.render.objects import Box, Can

LANDSCAPE, PORTRAIT, SQUARE, WIDE = (1260, 952), (952, 1260), (1100, 1080), (1512, 784)


@dataclass(frozen=True)
class Shot:
    """`label` is a file of `samples/labels`, `body` makes the thing of the label's width and height (millimetres);
    `size` is in pixels, upright; the view's angles are those of `Camera.aimed`. `difficulty` says what makes this photo
    harder than a scan, beside what the label itself says."""

    file: str
    label: str
    body: Callable[..., Box | Can]
    size: tuple[int, int] = LANDSCAPE
    table: str = "oak"
    wall: str = "white wall"
    fill: float = 0.86
    yaw: float = 0.0
    pitch: float = 12.0
    roll: float = 0.0
    exposure: Exposure = field(default_factory=Exposure)
    quality: int = 82
    orientation: int = 1
    camera: str | None = None
    difficulty: tuple[str, ...] = ()
