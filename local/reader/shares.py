"""What something is made of: shares that make 100 %, for a list of {material, percentage} and which part it is."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from local.page import Line
from local.reader.doubts import is_faint
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.layout import Layout
from local.reader.words import squash

_SHARE = re.compile(r"(?<![\d.,])(\d{1,3})\s?%\s?([^\W\d_][^,;:%\d]*)")
_NAME = 3  # words of a part's name at most: "Lining", "Outer fabric"


@dataclass(frozen=True)
class _Names:
    """What the schema calls the members of such a list's items; there may be none for the part."""

    material: str
    percentage: str
    part: str | None


def shares(layout: Layout, fields: Iterable[Field]) -> Iterator[Found]:
    """The composition: lines that make 100 % each, where a label or several shares in a line tell that it is one."""
    for field in fields:
        names = _names(field)
        if names is None:
            continue
        rows = {line: made for line in layout.page.lines if (made := _made_of(line, field))}
        if not any(len(made) > 1 or _heading(line, field) == "" for line, made in rows.items()):
            continue
        parts = {line: _heading(line, field) or _beside(layout, line) for line in rows}
        # Twice the same part is another language.
        if len(set(parts.values())) == len(parts):
            items = [_item(names, parts[line], *share) for line, made in rows.items() for share in made.items()]
            composition = Found(field, items, tuple(rows))
            yield from [] if is_faint(composition) else [composition]


def _names(field: Field) -> _Names | None:
    required = field.schema.get("items", {}).get("required", ())
    texts = [member.name for member in field.of_items if member.is_text]
    percentages = [member.name for member in field.of_items if member.units == ("%",)]
    materials = [name for name in texts if name in required]
    if len(materials) != 1 or len(percentages) != 1:
        return None
    return _Names(materials[0], percentages[0], next((name for name in texts if name not in materials), None))


def _made_of(line: Line, field: Field) -> dict[str, int]:
    """The shares in a line by their materials, if they make 100 and nothing but a name stands before them."""
    made = {material.split("/")[0].strip(" .·"): int(share) for share, material in _SHARE.findall(line.text)}
    before = line.text.partition("%")[0].rstrip("0123456789 ")
    is_named = not before or before.endswith(":") or before.isupper() or _heading(line, field) == ""
    return made if is_named and sum(made.values()) == 100 else {}


def _heading(line: Line, field: Field) -> str | None:
    """What stands before the shares: "" for the field's own label, None for nothing."""
    before = line.text.partition("%")[0].rstrip("0123456789 ").strip(" :·-")
    return "" if squash(before) in field.labels else before or None


def _beside(layout: Layout, line: Line) -> str:
    """The part's name to the left of the shares, if there is one."""
    left = layout.left_of(line)
    return left.text.strip(" :") if left and len(left.text.split()) <= _NAME and not re.search(r"\d", left.text) else ""


def _item(names: _Names, part: str, material: str, share: int) -> dict[str, Any]:
    item = {names.part: part} if names.part and part else {}
    return {**item, names.material: material, names.percentage: {"value": share, "unit": "%"}}
