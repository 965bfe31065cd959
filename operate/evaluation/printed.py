"""A truth's value, as somebody typed it off a pack, in the shape that the schema wants: `DEC 2018` is `2018-12`."""

import re
from collections.abc import Iterator
from typing import Any

from local.reader import values
from local.reader.fields import Field
from operate.evaluation.mapping import Place
from operate.evaluation.shapes import Shape
from pipeline.formats import is_partial_date


def shaped(value: Any, place: Place, shape: Shape) -> list[Any]:
    """The values that are right, of which the first is the truth; none if it can't be read as the schema wants it."""
    if shape.get("type") == "array":
        items = [
            shaped(item, place, shape.get("items", {})) for item in (value if isinstance(value, list) else [value])
        ]
        return [[item[0] for item in items]] if all(items) else []
    return list(_scalars(value, place, shape))


def _scalars(value: Any, place: Place, shape: Shape) -> Iterator[Any]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and place.unit:
        yield {"value": value, "unit": place.unit}
    elif is_number and place.currency:
        yield {"value": value, "currency": place.currency}
    elif not isinstance(value, str):
        yield str(value) if is_number and shape.get("type") == "string" else value
    else:
        yield from _read(value, place, shape)


def _read(text: str, place: Place, shape: Shape) -> Iterator[Any]:
    if shape.get("type") == "object":
        yield from (found[0] for found in values.quantities(text, Field(("",), shape, frozenset()))[:1])
    elif shape.get("type") in ("integer", "number"):
        read = values.number(text) if re.fullmatch(values.NUMBER, text) else None
        yield from () if read is None else (read,)
    elif shape.get("format") == "partial-date":
        yield from filter(None, [text if is_partial_date(text) else values.date(text)])
    elif shape.get("format") == "country":
        yield from filter(None, [text if values.is_country_code(text) else values.country(text)])
    else:
        yield text
        parts = text.split(place.up_to) if place.up_to else []
        yield from (str(place.up_to).join(parts[:count]).strip() for count in range(1, len(parts)))
