"""A read picture: its lines and where they stand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its text, how sure the OCR is (0 to 1) and its box in pixels, levelled."""

    text: str
    score: float
    left: float
    top: float
    width: float
    height: float

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


@dataclass(frozen=True, slots=True)
class Page:
    """A picture's lines from top to bottom, its size in pixels, and by how many degrees it had to be turned."""

    lines: tuple[Line, ...]
    width: int
    height: int
    turned: int = 0
