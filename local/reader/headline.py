"""Brand and product name, by what is printed large; only where something else on the page bears it out."""

import re
from collections.abc import Iterable

from local.page import Line, Page
from local.reader.companies import LEGAL_FORM, plate_maker
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.layout import Layout
from local.reader.words import squash

_LARGE = 1.35  # times the height that a third of the print on this page doesn't reach
_SQUARE = 3  # times its letters' width the height of a line is at most
_NAME = 4  # letters; shorter words stand anywhere
_COMPANY = re.compile(rf"\b(?:{LEGAL_FORM}|Limited|Co)(?!\w)|www\.|[©®™]|\b(?:[Bb]y|[Pp]or|[Pp]ar) [A-Z]")


def headline(layout: Layout, name: Field | None, brand: Field | None, used: Iterable[Line]) -> list[Found]:
    """The brand (a large line that a company's line or a web address repeats), and the name, the largest other print.

    A plate without such a line has its maker's name as brand. Without any brand only print that is by far the largest
    is a name. `used`: lines with other values.
    """
    large = [line for line in _large(layout) if line not in set(used)]
    marks = [line for line in large if _borne_out(line, layout.page)]
    mark = max(marks, key=lambda line: line.height, default=None)
    block = _block([line for line in large if line not in marks])
    if mark is None and brand and (maker := plate_maker(layout)):
        return [Found(brand, maker[0], layout.page.lines[:1])]
    if mark is None:
        return [_name(name, block)] if name and _dominates(block, layout.page) else []
    title, designation = _parted(mark.text.rstrip("®™ "))
    found = [Found(brand, title, (mark,))] if brand else []
    if name and designation:
        found.append(Found(name, designation, (mark,)))
    elif name and block:
        found.append(_name(name, block))
    return found


def _name(field: Field, block: list[Line]) -> Found:
    return Found(field, " ".join(line.text for line in block), tuple(block))


def _parted(text: str) -> tuple[str, str]:
    """ "Grafwerk Studio 1112" is a brand and its designation, for the figure in it."""
    first, _, rest = text.partition(" ")
    return (first, rest) if any(map(str.isdigit, rest)) else (text, "")


def _dominates(block: list[Line], page: Page) -> bool:
    """By far the largest print, words only, and not cut off by the picture's edge."""
    others = [line.height for line in page.lines if line not in block and line.width > line.height]
    words = " ".join(line.text for line in block)
    whole = all(0.02 * page.width < line.left and line.right < 0.98 * page.width for line in block)
    lowest = min((line.height for line in block), default=0)
    return whole and len(words) > _NAME and words.replace(" ", "").isalpha() and lowest > 1.5 * max(others, default=0)


def _large(layout: Layout) -> list[Line]:
    lines = [line for line in layout.page.lines if sum(map(str.isalpha, line.text)) > 2]
    if len(lines) < 4:
        return []
    usual = sorted(line.height for line in lines)[len(lines) // 3]
    return [
        line
        for line in lines
        if line.height >= _LARGE * usual and line.score > 0.9 and line.height < line.width and not layout.is_label(line)
    ]


def _borne_out(line: Line, page: Page) -> bool:
    """The whole line, or a name of it, stands in a company's line, a web address or beside a ©."""
    names = [squash(line.text), *(squash(word) for word in line.text.split() if word[:1].isupper())]
    return any(
        name in squash(other.text)
        for other in page.lines
        if other is not line and other.height < line.height and _COMPANY.search(other.text)
        for name in names
        if len(name) > _NAME
    )


def _size(line: Line) -> float:
    """The height of its letters: the box of a long line that is bent is higher than its print."""
    return min(line.height, _SQUARE * line.width / len(line.text))


def _block(lines: list[Line]) -> list[Line]:
    """The largest line and those of like size right above or below it."""
    if not lines:
        return []
    largest = max(lines, key=_size)
    block = [largest]
    for line in sorted(lines, key=lambda line: abs(line.middle - largest.middle)):
        near = any(abs(line.middle - other.middle) < 1.6 * largest.height for other in block)
        level = abs((line.left + line.right) - (largest.left + largest.right)) < largest.width
        if line not in block and near and level and line.height > 0.7 * largest.height:
            block.append(line)
    return sorted(block, key=lambda line: line.middle)
