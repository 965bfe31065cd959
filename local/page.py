"""A read picture: its lines and where they stand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its text, how sure the OCR is (0 to 1) and its box in pixels, levelled.

    `tilt` is how many pixels the print around it still falls per pixel to the right: photos are seldom square on.
    """

    text: str
    score: float
    left: float
    top: float
    width: float
    height: float
    tilt: float = 0.0

    @property
    def right(self) -> float:
        """The right edge, in pixels."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge, in pixels."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """How far down the page the middle of the line is, in pixels."""
        return self.top + self.height / 2

    def same_row(self, other: "Line") -> bool:
        """Followed along its tilt, this line meets the middle half of the other."""
        across = (other.left + other.right - self.left - self.right) / 2
        tilt = (self.tilt + other.tilt) / 2
        return abs(self.middle + tilt * across - other.middle) < 0.4 * max(self.height, other.height)


@dataclass(frozen=True, slots=True)
class Page:
    """A picture's lines from top to bottom, its size in pixels, and by how many degrees it had to be turned."""

    lines: tuple[Line, ...]
    width: int
    height: int
    turned: int = 0
