"""A schema's properties in words: what a value looks like, in which units, within which limits."""

from collections.abc import Mapping
from typing import Any

from local.readable import shown
from local.reader import fields

Shape = Mapping[str, Any]

_MEMBERS_INLINE = 6  # a value with more parts is better told of in a table of its own


def resolved(node: Shape, definitions: Mapping[str, Shape]) -> dict[str, Any]:
    """The schema at this place with every `$ref` followed; what stands beside a `$ref` goes before what it leads to.

    Such a neighbour narrows what it refers to (JSON Schema 2020-12, `$ref` is a keyword like others), so the two are
    joined down to the members of an object: `{$ref: quantity, properties: {unit: {enum: [g]}}}` keeps `value`.
    """
    whole = dict(fields.resolved({"$defs": definitions}, node))
    for name in ("items", "additionalProperties"):
        if isinstance(whole.get(name), Mapping):
            whole[name] = resolved(whole[name], definitions)
    if "properties" in whole:
        whole["properties"] = {name: resolved(part, definitions) for name, part in whole["properties"].items()}
    return whole


def is_table(shape: Shape) -> bool:
    """Whether a value has so many named parts that they want a table of their own."""
    return len(shape.get("properties", ())) > _MEMBERS_INLINE


def in_words(shape: Shape) -> str:
    """What a value of this shape is, in Markdown: `quantity in g, kg or mg`, ``one of `AC`, `DC` ``.

    A format is linked to the page's list of formats.
    """
    parts, kind = shape.get("properties", {}), shape.get("type")
    if "enum" in shape:
        return f"one of {', '.join(f'`{choice}`' for choice in shape['enum'])}"
    if {"value", "unit"} <= parts.keys() and kind == "object":
        return _quantity(parts)
    if kind == "object" and parts:
        return "[many parts](#values-with-many-parts)" if is_table(shape) else _members(parts)
    if kind == "array":
        items = shape.get("items", {})
        return "list of texts" if in_words(items) == "text" else f"list, each: {in_words(items)}"
    if kind == "string":
        return _text(shape)
    if kind in ("integer", "number"):
        return ("whole number" if kind == "integer" else "number") + _limits(shape)
    if kind == "object" and isinstance(others := shape.get("additionalProperties"), Mapping):
        return f"values by name, each: {in_words(others)}"
    return {"boolean": "true or false", "object": "values by name"}.get(str(kind), "text, number, list or quantity")


def _quantity(parts: Mapping[str, Shape]) -> str:
    kind = "quantity or range" if "min_value" in parts else "quantity"
    units = parts["unit"].get("enum", ())
    return f"{kind} in {_alternatives(units)}{_limits(parts['value'], least=0)}" if units else kind


def _members(parts: Mapping[str, Shape]) -> str:
    return "; ".join(f"`{name}` {in_words(part)}" for name, part in parts.items())


def _text(shape: Shape) -> str:
    named = f"[{shape['format']}](#formats)" if "format" in shape else "text"
    if "pattern" not in shape:
        return named
    if examples := shape.get("examples"):  # the schema's own, chosen to show the form
        return f"{named} like {', '.join(f'`{example}`' for example in examples)}"
    return f"{named} that matches `{shape['pattern']}`"


def _limits(shape: Shape, least: float | None = None) -> str:
    """The limits of a number; `least` is one that goes without saying."""
    low, high = shape.get("minimum"), shape.get("maximum")
    if (above := shape.get("exclusiveMinimum")) is not None:
        return f" above {above}"
    if low is not None and high is not None and low != least:
        return f" from {low} to {high}"
    if high is not None:
        return f", at most {high}"
    return f" from {low}" if low is not None and low != least else ""


def _alternatives(words: list[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def as_text(value: Any) -> str:
    """A value in a line, as people write it: `{"value": 340, "unit": "g"}` is `340 g`."""
    if isinstance(value, list):
        return ", ".join(map(as_text, value))
    said = shown(value, {})  # a quantity, a range or a price is a text of its own
    if isinstance(value, Mapping) and not isinstance(said, str):
        return ", ".join(f"{name} {as_text(part)}" for name, part in value.items())
    return str(said)
