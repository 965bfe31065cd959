"""Values beneath their headings: a row of labels ("EU UK US") above a row of values ("39 6 8"), cell by cell."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from local.page import Line
from local.reader.cells import Cell, alike, lined_up, of_line, rows_below
from local.reader.doubts import is_doubtful
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.labelled import value_of
from local.reader.labels import Anchor
from local.reader.layout import Layout

_CELLS = 2  # so many headings must be labels of the schema, and have a value: one word above a figure may be anything
_CODE = re.compile(r"(?=.*\d)[^%<>€£$₹:]+|[A-Z]{1,4}(?:/[A-Z]{1,4})?")  # "38/40", "XL"; no share, no price
_GLUED = re.compile(r"\d\d/\d(?!\d)|/\S*[.,]|(?<![\d.,-])\d+ \d+(?!/)\b")  # "42 2/3" without its space, "0 8-10"
_SHORT = re.compile(r"\S+(?: \S+){0,2}")  # what a cell has at most: "220-240 V AC"
_NAME = re.compile(r"[^\W\d_][\w'’ -]*")  # "Graphite grey"
_UNIT = r"\.?\s*[(\[]\s*([^\W\d_]+[²³]?)\s*[)\]]"  # behind a heading: "Weight (g)"


def headed(layout: Layout, fields: Iterable[Field]) -> tuple[list[Found], set[Line]]:
    """What stands beneath headings, and the lines of such rows: no label there has another heading as its value.

    A table of several rows, as a chart of all sizes is, says nothing of this product, and is left out.
    """
    wanted = list(fields)
    found: dict[tuple[str, ...], Found] = {}
    tabled: set[Line] = set()
    for heads in _heading_rows(layout):
        rows = rows_below(layout.page, heads)
        pairs = _paired(layout, heads, next(rows, []))
        if pairs or (len(heads) > _CELLS and any(map(_follows, heads, heads[1:]))):
            tabled |= {cell.line for cell in heads} | {cell.line for _, cell in pairs}
        if not pairs or _paired(layout, heads, next(rows, [])):
            continue
        for head, cell in pairs:
            for field, value in _read(head, cell, wanted):
                one = Found(field, value, (head.line, cell.line))
                if not is_doubtful(one, layout.page):
                    found.setdefault(field.path, one)
    return list(found.values()), tabled


def _follows(head: Cell, following: Cell) -> bool:
    """Both are labels, of different fields: where one stands right after the other, they are headings."""
    if head.anchor is None or following.anchor is None or head.anchor.has_colon:
        return False
    return not head.anchor.fields & following.anchor.fields


def _heading_rows(layout: Layout) -> Iterator[list[Cell]]:
    """Rows in which nothing but headings stands from the first to the last of them."""
    seen: set[Line] = set()
    for anchor in layout.anchors:
        if anchor.line in seen:
            continue
        row = [line for line in layout.page.lines if alike(line, anchor.line) and anchor.line.same_row(line)]
        seen |= {*row}
        parted = [_headings(layout, line) for line in sorted(row, key=lambda line: line.left)]
        while parted and not parted[0]:
            parted.pop(0)
        while parted and not parted[-1]:
            parted.pop()
        heads = [cell for cells in parted for cell in cells]
        if all(parted) and sum(head.anchor is not None for head in heads) >= _CELLS:
            yield heads


def _headings(layout: Layout, line: Line) -> list[Cell]:
    """The line's labels, each with the unit behind it, and the words between; none where the line says a value."""
    here = [anchor for anchor in layout.anchors if anchor.line is line]
    pieces: list[tuple[str, Anchor | None]] = []
    place = 0
    for anchor in here:
        pieces += [(word, None) for word in line.text[place : anchor.start].split()]
        unit = re.match(_UNIT, line.text[anchor.end :])
        place = anchor.end + (unit.end() if unit else 0)
        pieces.append((line.text[anchor.start : place], anchor))
    pieces += [(word, None) for word in line.text[place:].split() if word != "."]
    unknown = [text for text, anchor in pieces if anchor is None]
    if any(re.search(r"[\d:,;!]", text) for text in unknown) or len(unknown) > max(2, len(here)):
        return []
    return of_line(line, pieces if here else [(line.text, None)])


def _paired(layout: Layout, heads: list[Cell], row: list[Line]) -> list[tuple[Cell, Cell]]:
    """Each heading with the value beneath it; none where the row isn't one of values that line up with headings."""
    if not row or not all(alike(line, heads[0].line) and not layout.is_statement(line) for line in row):
        return []
    boxes = [Cell(line.text, line, line.left, line.right) for line in row]
    parted = [cell for line in row for cell in of_line(line, [(word, None) for word in line.text.split()])]
    for cells in (boxes, parted):
        pairs = lined_up(heads, cells) if _are_values(cells, words=cells is boxes) else []
        if len(pairs) >= _CELLS and (cells is boxes or len(cells) == len(heads)):
            return pairs
    return []


def _are_values(cells: list[Cell], words: bool) -> bool:
    """All are short, at least half have figures, the others are a size's letters or, if they may be, `words`."""
    texts = [cell.text for cell in cells]
    figures = sum(any(map(str.isdigit, text)) for text in texts)
    return 2 * figures >= len(texts) and all(
        _SHORT.fullmatch(text)
        and (words or not _GLUED.search(text))
        and (_CODE.fullmatch(text) or (words and _NAME.fullmatch(text)))
        for text in texts
    )


def _read(head: Cell, cell: Cell, fields: list[Field]) -> Iterator[tuple[Field, Any]]:
    """What the cell says of each field that its heading names; a heading's unit is that of a bare figure."""
    if head.anchor is None:
        named, unit = [field for field in fields if _is_unit_of(head.text, field)], head.text
    else:
        named = [field for field in fields if field in head.anchor.fields]
        behind = re.fullmatch(_UNIT, head.text[len(head.anchor.label) :])
        unit = behind[1] if behind else ""
    if _GLUED.search(cell.text) or (head.anchor is None and len(named) != 1):
        return
    bare = bool(re.fullmatch(r"\d[\d.,]*", cell.text))
    for field in named:
        if field.is_list or field.says_itself:
            continue
        text = f"{cell.text} {unit}" if bare and field.units else cell.text
        value = cell.text if field.is_text else value_of(text, field)
        if value is not None:
            yield field, value


def _is_unit_of(text: str, field: Field) -> bool:
    """The heading is a unit, and the field's description names it so: "Of shoes, behind CM"."""
    units = {unit.casefold() for unit in field.units}
    return text.casefold() in units and bool(re.search(rf"\b{re.escape(text)}\b", str(field.schema.get("description"))))
