"""Merging a category's schema with the product envelope into the one plain object that Claude takes.

Claude refuses a tool's input_schema with allOf, oneOf or anyOf at the top, or with a $ref to elsewhere (Anthropic
documentation, tool use), so `product.json#/$defs/NAME` becomes `#/$defs/NAME`, and just what is used comes along.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipeline.errors import PluginRefused


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


Schema = Mapping[str, Any]
_SHARED = "product.json#/$defs/"
_LOCAL = "#/$defs/"
# Notes for maintainers: the model need not pay for them.
_NOT_FOR_THE_MODEL = frozenset({"$schema", "$id", "$comment"})
_ANNOTATIONS = frozenset({"title", "description", "examples"})
# JSON Schema 2020-12's keywords (its core, validation and further vocabularies), by where schemas stand in them.
_HOLD_A_SCHEMA = _words(
    "additionalProperties contains contentSchema else if items not propertyNames then unevaluatedItems "
    "unevaluatedProperties"
)
_HOLD_A_LIST = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_HOLD_BY_NAME = frozenset({"$defs", "dependentSchemas", "patternProperties", "properties"})
_HOLD_NONE = _words(
    "$anchor $comment $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary const contentEncoding contentMediaType "
    "default dependentRequired deprecated description enum examples exclusiveMaximum exclusiveMinimum format "
    "maxContains maxItems maxLength maxProperties maximum minContains minItems minLength minProperties minimum "
    "multipleOf pattern readOnly required title type uniqueItems writeOnly"
)
_KEYWORDS = _HOLD_A_SCHEMA | _HOLD_A_LIST | _HOLD_BY_NAME | _HOLD_NONE


def merged(envelope: Schema, specifications: Schema, where: str) -> dict[str, Any]:
    """The envelope, as `for_the_model` has made it, with `specifications` as its property of that name, and all
    definitions that are used.

    `where` begins the sentence of PluginRefused, raised for a reference to elsewhere or to nothing, for a definition
    whose name the envelope has already, and for what isn't a plain object.
    """
    if specifications.get("type") != "object" or {"allOf", "oneOf", "anyOf"} & specifications.keys():
        raise PluginRefused(
            f"{where}: must be a plain object: `type: object`, and no allOf, oneOf or anyOf at the top."
        )
    given = for_the_model(specifications)
    own = given.get("$defs", {})
    shared = envelope.get("$defs", {})
    if taken := own.keys() & shared.keys():
        raise PluginRefused(
            f"{where}: product.json defines {', '.join(sorted(taken))} already. Use that, or another name."
        )
    body = {key: value for key, value in given.items() if key != "$defs"}
    plain = {key: value for key, value in envelope.items() if key != "$defs"}
    plain["properties"] = {**plain["properties"], "specifications": body}
    definitions: dict[str, Any] = {}
    missing = list(_references(plain, where))
    while missing:
        name = missing.pop()
        if name in definitions:
            continue
        source = own if name in own else shared
        if name not in source:
            raise PluginRefused(f"{where}: nothing is defined as {name!r}, neither in its $defs nor in product.json's.")
        definitions[name] = source[name]
        missing.extend(_references(definitions[name], where))
    return _with_inlined({**plain, "$defs": dict(sorted(definitions.items()))} if definitions else plain)


def _with_inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema with each definition that is used once in its place: a property's words then stand with it.

    A reference with more beside it than annotations stays: what `additionalProperties` closes there isn't the same.
    """
    places = Counter(map(_reference, _nodes(schema)))
    inlined: set[str] = set()

    def placed(node: Any) -> Any:
        if not isinstance(node, Mapping):
            return node
        while (to := _reference(node)) and places[to] == 1 and node.keys() - {"$ref"} <= _ANNOTATIONS:
            name = to.removeprefix(_LOCAL)
            if not isinstance(schema["$defs"][name], Mapping):  # true or false
                break
            inlined.add(name)
            node = {**schema["$defs"][name], **{key: value for key, value in node.items() if key != "$ref"}}
        return _with_each(node, placed)

    body = placed({key: value for key, value in schema.items() if key != "$defs"})
    kept = {name: placed(node) for name, node in schema.get("$defs", {}).items()}
    kept = {name: node for name, node in kept.items() if name not in inlined}
    return {**body, "$defs": kept} if kept else body


def formats_in(schema: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every `format` that the schema names, with its place: jsonschema silently passes over one it doesn't know."""
    if isinstance(schema, Mapping):
        if isinstance(schema.get("format"), str):
            yield schema["format"], path.rstrip(".") or "the top"
        for place, within in _schemas_in(schema):
            yield from formats_in(within, f"{path}{place}.")


def unknown_keywords(schema: Any, path: str = "") -> Iterator[str]:
    """The path of every keyword that JSON Schema 2020-12 doesn't have: jsonschema passes over a misspelt one."""
    if isinstance(schema, Mapping):
        yield from (f"{path}{keyword}" for keyword in schema if keyword not in _KEYWORDS)
        for place, within in _schemas_in(schema):
            yield from unknown_keywords(within, f"{path}{place}.")


def names_it_refuses(schema: Schema) -> Iterator[str]:
    """The properties that the schema describes, and whose names its own `propertyNames` doesn't let through."""
    names = schema.get("propertyNames")
    pattern = str(names.get("pattern", "")) if isinstance(names, Mapping) else ""
    yield from (name for name in schema.get("properties", {}) if not re.search(pattern, name))


def _schemas_in(schema: Schema) -> Iterator[tuple[str, Any]]:
    """The schemas right within this one, with their places. What stands in const, enum or examples is data."""
    for keyword, value in schema.items():
        if keyword in _HOLD_A_SCHEMA:
            yield keyword, value
        elif keyword in _HOLD_A_LIST and isinstance(value, list):
            yield from ((f"{keyword}.{index}", item) for index, item in enumerate(value))
        elif keyword in _HOLD_BY_NAME and isinstance(value, Mapping):
            yield from ((f"{keyword}.{name}", item) for name, item in value.items())


def _with_each(schema: Schema, changed: Callable[[Any], Any]) -> dict[str, Any]:
    """The same schema with each of the schemas right within it changed."""
    made: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _HOLD_A_SCHEMA:
            made[keyword] = changed(value)
        elif keyword in _HOLD_A_LIST and isinstance(value, list):
            made[keyword] = [changed(item) for item in value]
        elif keyword in _HOLD_BY_NAME and isinstance(value, Mapping):
            made[keyword] = {name: changed(item) for name, item in value.items()}
        else:
            made[keyword] = value
    return made


def for_the_model(node: Any) -> Any:
    """The schema without notes for maintainers, its references to product.json as they are once it's merged."""
    if not isinstance(node, Mapping):
        return node
    plain = {key: value for key, value in node.items() if key not in _NOT_FOR_THE_MODEL}
    if isinstance(plain.get("$ref"), str):
        plain["$ref"] = plain["$ref"].replace(_SHARED, _LOCAL)
    return _with_each(plain, for_the_model)


def _reference(node: Mapping[str, Any]) -> str | None:
    reference = node.get("$ref")
    return reference if isinstance(reference, str) else None  # a property may be called "$ref"


def _references(schema: Any, where: str) -> Iterator[str]:
    for reference in filter(None, map(_reference, _nodes(schema))):
        if not reference.startswith(_LOCAL):
            raise PluginRefused(
                f"{where}: $ref {reference!r} points elsewhere. Only #/$defs/ and product.json#/$defs/ work."
            )
        yield reference.removeprefix(_LOCAL)


def _nodes(schema: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(schema, Mapping):
        yield schema
        for _, within in _schemas_in(schema):
            yield from _nodes(within)


def property_formats(schema: Schema) -> dict[str, str]:
    """The format of each specification that has one, in a model's whole `input_schema`."""
    definitions = schema.get("$defs", {})
    found = {}
    for name, node in schema["properties"]["specifications"].get("properties", {}).items():
        met: set[str] = set()
        while isinstance(node, Mapping) and (to := _reference(node)) and to not in met and "format" not in node:
            met.add(to)
            node = definitions.get(to.removeprefix(_LOCAL))
        if isinstance(node, Mapping) and isinstance(node.get("format"), str):
            found[name] = node["format"]
    return found
