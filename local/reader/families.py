"""What stands in one line with a value of its family ("Battery: Li-Po, 10000 mAh, 3.85 V"), or at a family's label."""

import re
from collections.abc import Iterable, Iterator, Mapping

from local.page import Line
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.labelled import value_of
from local.reader.layout import Layout
from local.reader.values import NUMBER, quantities

_PAIR = rf"(?<![\d.,])(?:{NUMBER})\s?V\s?[⎓=≡三]\s?(?:{NUMBER})\s?A\b"  # OCR reads the dashed line as =


def families(layout: Layout, fields: Iterable[Field], found: Mapping[tuple[str, ...], Found]) -> Iterator[Found]:
    """The quantities and choices whose names begin with the same word as a found one's (input_voltage, input_current).

    Only where the lines name nothing else of the schema, one quantity in them has such a unit (several are profiles to
    choose from), and one field of the family may have that unit.
    """
    wanted = [field for field in fields if field.path not in found and _is_member(field)]
    for field in wanted:
        known = [one for one in found.values() if _related(field, one.field)]
        alike = [other for other in (*wanted, *(one.field for one in known)) if _related(field, other)]
        if any({*field.units} & {*other.units} for other in alike):
            continue
        lines = dict.fromkeys(line for one in known for line in one.lines if not _names_others(layout, field, line))
        values = [(value, line) for line in lines for value in _values(line, field)]
        if len(values) == 1:
            yield Found(field, values[0][0], (values[0][1],))


def profiles(layout: Layout, fields: Iterable[Field]) -> Iterator[Found]:
    """Each of several pairs of voltage and current, where a description gives such a pair: "as printed: 9V⎓2A".

    They stand behind a label of the field's family and in the lines below that hold nothing else.
    """
    for field in fields:
        if not field.is_list or not re.search(_PAIR, str(field.schema.get("description", ""))):
            continue
        lines: dict[Line, list[str]] = {}
        for anchor in layout.anchors:
            if anchor.leads and any(_related(field, named) for named in anchor.fields):
                lines[anchor.line] = re.findall(_PAIR, layout.after(anchor)[0])
                below = layout.below(anchor.line)
                while below and re.fullmatch(rf"{_PAIR}(?:[,;/]\s?{_PAIR})*[,;]?", below.text):
                    lines[below] = re.findall(_PAIR, below.text)
                    below = layout.below(below)
        found = list(dict.fromkeys(re.sub("[=≡三]", "⎓", pair) for pairs in lines.values() for pair in pairs))
        if len(found) > 1:
            yield Found(field, found, tuple(line for line, pairs in lines.items() if pairs))


def _is_member(field: Field) -> bool:
    return "_" in field.name and bool(field.units or "enum" in field.schema)


def _related(field: Field, other: Field) -> bool:
    return other is not field and other.path[:-1] == field.path[:-1] and _family(other) == _family(field)


def _family(field: Field) -> str:
    return field.name.split("_")[0]


def _names_others(layout: Layout, field: Field, line: Line) -> bool:
    """A label that leads in the line is of other fields alone."""
    return any(
        anchor.line is line and anchor.leads and not any(_family(named) == _family(field) for named in anchor.fields)
        for anchor in layout.anchors
    )


def _values(line: Line, field: Field) -> list[object]:
    if field.units:
        return [value for value, _, _ in quantities(line.text, field)]
    value = value_of(line.text, field)
    return [] if value is None else [value]
