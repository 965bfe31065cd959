"""Tables: a nested object whose labels head a column ("per 100 g"), its members' labels before the rows."""

import re
from collections.abc import Iterable
from dataclasses import replace

from local.page import Line, Page
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.labels import Anchor, Layout, anchors
from local.reader.values import quantities

_REACH = 10  # heights of its heading that a column's figures may stand aside, where it's the only one


def tables(layout: Layout, groups: Iterable[Field]) -> list[Found]:
    """The members' values of each group, each taken from the column that the group's label heads."""
    wanted = [group for group in groups if group.members]
    heads = _heads(layout, wanted)
    found: dict[tuple[str, ...], Found | None] = {}
    for group, head in heads.items():
        others = [other for other in heads.values() if other is not head]
        for one in _column(layout, group, head, others):
            known = found.get(one.field.path, one)
            found[one.field.path] = one if known is not None and known.value == one.value else None
    return [one for one in found.values() if one is not None]


def _heads(layout: Layout, groups: list[Field]) -> dict[Field, tuple[Line, float]]:
    """Each group's heading: its line and the middle of its words, in pixels from the left; the topmost that leads."""
    plain = Page(tuple(replace(line, text=_without_measures(line.text)) for line in layout.page.lines), 0, 0)
    heads: dict[Field, tuple[Line, float]] = {}
    for anchor in anchors(plain, groups):
        line = anchor.line
        middle = line.left + (anchor.start + anchor.end) / 2 / len(line.text) * line.width
        for group in anchor.fields:
            if len(line.text) < 45 and _rows_below(layout, line, group):
                heads.setdefault(group, (line, middle))
    return heads


def _without_measures(text: str) -> str:
    """ "per 45 g serving" is "per serving"; only 100 g and 100 ml tell columns apart. Places stay as they are."""
    return re.sub(r"(?<![\d.,])(?!100\D)\d+(?:[.,]\d+)?\s?(?:g|ml)\b", lambda match: " " * len(match[0]), text)


def _rows_below(layout: Layout, head: Line, group: Field) -> bool:
    rows = [row for row in anchors(layout.page, group.members) if row.line.middle > head.middle]
    return any(row.line.middle - head.middle < 6 * head.height for row in rows)


def _column(
    layout: Layout, group: Field, head: tuple[Line, float], others: list[tuple[Line, float]]
) -> Iterable[Found]:
    reach = min((0.75 * abs(head[1] - other[1]) for other in others), default=_REACH * head[0].height)
    for row in anchors(layout.page, group.members):
        if row.line.middle <= head[0].middle + 0.3 * head[0].height or row.start >= 12:
            continue
        for field in sorted(row.fields, key=lambda field: field.path):
            cells = [
                (abs(middle - head[1]), value, line)
                for value, middle, line in _cells(layout, row, field)
                if abs(middle - head[1]) < reach
                and all(abs(middle - head[1]) < abs(middle - other[1]) for other in others)
            ]
            if cells:
                _, value, line = min(cells, key=lambda cell: cell[0])
                yield Found(field, value, tuple(dict.fromkeys((row.line, line))))


def _cells(layout: Layout, row: Anchor, field: Field) -> list[tuple[dict[str, object], float, Line]]:
    """The quantities of the row that the field can hold, from left to right, with their middles."""
    cells = []
    for line in layout.page.lines:
        if line is row.line:
            begin = row.end
        elif line.left > row.line.left + row.line.width * row.end / len(row.line.text) and row.line.same_row(line):
            begin = 0
        else:
            continue
        for value, start, end in quantities(line.text, field):
            if start >= begin:
                cells.append((value, line.left + line.width * (start + end) / 2 / len(line.text), line))
    return sorted(cells, key=lambda cell: cell[1])
