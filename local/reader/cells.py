"""Rows of cells: a line parted into cells, the rows below a row, and which cell another is beneath."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local.page import Line, Page
from local.reader.labels import Anchor

_NEAR = 3.2  # heights of a line that the next row's middle is below its own at most: drawn cells have padding


@dataclass(frozen=True)
class Cell:
    """What is printed in a cell, its line, and its left and right edge in pixels; its label, if it's a heading."""

    text: str
    line: Line
    left: float
    right: float
    anchor: Anchor | None = None


def of_line(line: Line, pieces: Sequence[tuple[str, Anchor | None]]) -> list[Cell]:
    """The pieces that one line holds, as far from middle to middle each: OCR doesn't tell how wide the gaps are."""
    if len(pieces) == 1:
        return [Cell(pieces[0][0], line, line.left, line.right, pieces[0][1])]
    half = [min(len(text) * line.height / 4, line.width / len(pieces) / 2) for text, _ in pieces]
    first, last = line.left + half[0], line.right - half[-1]
    step = (last - first) / (len(pieces) - 1)
    return [
        Cell(text, line, first + step * index - wide, first + step * index + wide, anchor)
        for index, ((text, anchor), wide) in enumerate(zip(pieces, half, strict=True))
    ]


def alike(line: Line, other: Line) -> bool:
    """They are printed in about one size."""
    return 0.6 < line.height / other.height < 1.6


def rows_below(page: Page, heads: Sequence[Cell]) -> Iterator[list[Line]]:
    """The rows that follow closely below these cells, each with its lines from left to right."""
    left, right = min(head.left for head in heads), max(head.right for head in heads)
    row = [head.line for head in heads]
    while row:
        under = [
            line
            for line in page.lines
            if line.left < right
            and line.right > left
            and any(0.5 * above.height < _drop(above, line) < _NEAR * above.height for above in row)
            and not any(line.same_row(above) for above in row)
        ]
        first = min(under, key=lambda line: line.middle, default=None)
        row = sorted((line for line in under if first and first.same_row(line)), key=lambda line: line.left)
        yield row


def _drop(above: Line, line: Line) -> float:
    """How far the line's middle is below the other's, followed along its tilt."""
    across = (line.left + line.right - above.left - above.right) / 2
    return line.middle - above.middle - (above.tilt + line.tilt) / 2 * across


def lined_up(heads: Sequence[Cell], cells: Sequence[Cell]) -> list[tuple[Cell, Cell]]:
    """Each cell with the one heading that it is beneath; none where one is beneath none or several, or two beneath one.

    Two single lines of as many cells line up in their order, however wide the words are.
    """
    in_one_line = len({head.line for head in heads}) == 1 == len({cell.line for cell in cells})
    if in_one_line and len(heads) == len(cells):
        return list(zip(heads, cells, strict=True))
    over = [[head for head in heads if head.left < cell.right and cell.left < head.right] for cell in cells]
    if any(len(above) != 1 for above in over) or len({id(above[0]) for above in over}) < len(cells):
        return []
    return [(above[0], cell) for above, cell in zip(over, cells, strict=True)]
