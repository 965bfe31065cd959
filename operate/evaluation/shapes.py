"""What a product holds, path by path, and what its category's schema says about each path."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from operate import shapes
from pipeline.catalog import Catalog

Shape = Mapping[str, Any]
Kind = Literal["gtin", "isbn", "code", "choice", "date", "text", "number", "flag", "quantity", "list", "parts"]

_ABOUT_THE_ANSWER = frozenset({"confidence_score", "category", "other_category"})
# Texts by their schemas, but one wrong character makes another thing of them.
_CODES = frozenset({"model", "mpn", "serial_number", "batch_lot_number", "dot_code", "load_index", "url", "telephone"})
_CODE_ENDINGS = ("_id", "_number", "_numbers", "_code", "_telephone")
_MEMBERS = 2  # how deep in a path the members of a field stand: specifications.FIELD.MEMBER
_ONE_VALUE = frozenset({"unit", "currency"})  # an object with one of them is a quantity, a range of it, or a price


def shapes_of(catalog: Catalog) -> dict[str, Shape]:
    """Each category's product schema with all references followed."""
    schemas = {category: extractor.tool["input_schema"] for category, extractor in catalog.items()}
    return {category: shapes.resolved(schema, schema.get("$defs", {})) for category, schema in schemas.items()}


def shape_at(product: Shape, path: str) -> Shape | None:
    """What the schema says about the value at this path; None if it doesn't name it.

    Members of a field, such as minerals, may have any name, if the schema says so; fields themselves may not.
    """
    shape: Shape | None = product
    for depth, name in enumerate(path.split(".")):
        within = shape or {}
        others = within.get("additionalProperties") if depth >= _MEMBERS else None
        shape = within.get("properties", {}).get(name) or (others if isinstance(others, Mapping) else None)
    return shape


def values_of(product: Mapping[str, Any]) -> dict[str, Any]:
    """A product's values by path, such as `specifications.nutrition_per_100g.fat`; a quantity and a list are one."""
    return dict(_values({name: value for name, value in product.items() if name not in _ABOUT_THE_ANSWER}, ""))


def _values(members: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, value in members.items():
        if isinstance(value, Mapping) and not _ONE_VALUE & value.keys():
            yield from _values(value, f"{above}{name}.")
        elif value is not None and value != []:
            yield f"{above}{name}", value


def kind_of(path: str, shape: Shape | None, value: Any) -> Kind:
    """How a value is compared: by its schema and, where that says nothing, by what it is."""
    shape = shape or {}
    name = path.rpartition(".")[2]
    match shape.get("format"):
        case "gtin" | "isbn" as number:
            return number
        case "partial-date":
            return "date"
        case "country" | "language" | "currency":
            return "choice"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, list):
        return "list"
    if isinstance(value, Mapping):
        return "quantity" if _ONE_VALUE & value.keys() else "parts"
    if "enum" in shape:
        return "choice"
    if name in _CODES or name.endswith(_CODE_ENDINGS) or shape.keys() & {"format", "pattern"}:
        return "code"
    return "text"
