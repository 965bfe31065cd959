"""Tables: a nested object whose labels head a column ("per 100 g"), its members' labels before the rows."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from local.page import Line, Page
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.labels import Anchor, anchors
from local.reader.layout import Layout
from local.reader.values import quantities

_MEASURE = re.compile(r"(?<![\d.,])(?!100\D)\d+(?:[.,]\d+)?\s?(?:g|ml)\b")
_OF_A_PIECE = r"\(\d{1,2}(?:[.,]\d+)?\s?(?:g|ml)\)"
_BRACKET = re.compile(r"\s*\([^()]*\)")
_HEADING = 45  # letters that a line with headings has at most
_REACH = 10  # heights of its heading that a column's figures may stand aside, where it's the only one


@dataclass(frozen=True)
class _Head:
    """A column's heading: its words, their line, and their middle in pixels from the left."""

    words: str
    line: Line
    middle: float


def tables(layout: Layout, groups: Iterable[Field], plain: Iterable[Field] = ()) -> list[Found]:
    """The members' values of each group, each taken from the column that the group's label heads.

    Of the `plain` fields those whose description names a group have the quantity in that heading ("per 100 ml"), and
    those that a group's label ends with ("per serving") that in its heading ("per 45 g serving").
    """
    wanted = [group for group in groups if group.members]
    heads = _heads(layout, wanted)
    heads |= _of_a_measure(wanted, heads)
    found: dict[tuple[str, ...], Found | None] = {}
    for group, head in heads.items():
        named = [other.middle for other in heads.values()]
        others = [middle for middle in [*named, *_unnamed(layout, head, heads.values())] if middle != head.middle]
        cells = list(_column(layout, group, head, others))
        for one in [*cells, *(_basis(plain, group, head) if cells else ())]:
            known = found.get(one.field.path, one)
            found[one.field.path] = one if known is not None and known.value == one.value else None
    return [one for one in found.values() if one is not None]


def _unnamed(layout: Layout, head: _Head, named: Collection[_Head]) -> Iterator[float]:
    """The middles of columns beside this one that are headed by a measure that no group knows: "440 ml can"."""
    for line in layout.page.lines:
        if line is head.line or line.same_row(head.line):
            for match in _MEASURE.finditer(line.text):
                middle = line.left + (match.start() + match.end()) / 2 / len(line.text) * line.width
                known = any(line is other.line and match[0] in other.words for other in named)
                if not known and all(abs(middle - other.middle) > 2 * line.height for other in named):
                    yield middle


def _basis(plain: Iterable[Field], group: Field, head: _Head) -> Iterator[Found]:
    for field in plain:
        described = re.search(rf"\b{group.name}\b", str(field.schema.get("description", "")))
        if field.units and (described or any(label.endswith(own) for label in group.labels for own in field.labels)):
            yield from (Found(field, value, (head.line,)) for value, _, _ in quantities(head.words, field)[:1])


def _heads(layout: Layout, groups: list[Field]) -> dict[Field, _Head]:
    """Each group's heading, the topmost with rows below it."""
    blank = Page(tuple(replace(line, text=_without_measures(line.text)) for line in layout.page.lines), 0, 0)
    printed = dict(zip(blank.lines, layout.page.lines, strict=True))
    heads: dict[Field, _Head] = {}
    for anchor in anchors(blank, map(_with_bare_measures, groups)):
        line = printed[anchor.line]
        middle = line.left + (anchor.start + anchor.end) / 2 / len(line.text) * line.width
        paths = {field.path for field in anchor.fields}
        for group in groups:
            if group.path in paths and len(line.text) < _HEADING and _rows_below(layout, line, group):
                bracket = _BRACKET.match(line.text, anchor.end)
                words = line.text[anchor.start : bracket.end() if bracket else anchor.end]
                heads.setdefault(group, _Head(words, line, middle))
    return heads


def _of_a_measure(groups: list[Field], heads: dict[Field, _Head]) -> dict[Field, _Head]:
    """The heading of the one group that has none yet, where its line has one more, of a piece: "par biscuit (12,5 g)".

    It begins as the group's labels do ("par portion"). Of 100 g and more it may be the whole pack.
    """
    rest = [group for group in groups if group not in heads]
    lines = {head.line for head in heads.values()}
    if len(rest) != 1 or len(lines) != 1:
        return {}
    (line,), begins = lines, "|".join({label[:3] for label in rest[0].labels})
    found = list(re.finditer(rf"\b(?:{begins})\s\w+\s{_OF_A_PIECE}", line.text, re.IGNORECASE))
    if len(found) != 1:
        return {}
    middle = line.left + (found[0].start() + found[0].end()) / 2 / len(line.text) * line.width
    return {rest[0]: _Head(found[0][0], line, middle)}


def _with_bare_measures(group: Field) -> Field:
    """A column headed "per 100 g" is often headed "100 g" alone."""
    bare = {measure for measure in ("100g", "100ml") if any(label.endswith(measure) for label in group.labels)}
    return replace(group, labels=group.labels | bare)


def _without_measures(text: str) -> str:
    """ "per 45 g serving" is "per serving"; only 100 g and 100 ml tell columns apart. Places stay as they are."""
    return _MEASURE.sub(lambda match: " " * len(match[0]), text)


def _rows_below(layout: Layout, head: Line, group: Field) -> bool:
    rows = [row for row in anchors(layout.page, group.members) if row.line.middle > head.middle]
    return any(row.line.middle - head.middle < 6 * head.height for row in rows)


def _column(layout: Layout, group: Field, head: _Head, others: list[float]) -> Iterable[Found]:
    reach = min((0.75 * abs(head.middle - other) for other in others), default=_REACH * head.line.height)
    for row in anchors(layout.page, group.members):
        if row.line.middle <= head.line.middle + 0.3 * head.line.height or row.start >= 12:
            continue
        for field in sorted(row.fields, key=lambda field: field.path):
            cells = [
                (abs(middle - head.middle), value, line)
                for value, middle, line in _cells(layout, row, field)
                if abs(middle - head.middle) < reach
                and all(abs(middle - head.middle) < abs(middle - other) for other in others)
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
