"""What a tool's schema asks for: each property with its kind and the words it's labelled with on packs.

All that is known of a property comes from the schema itself: its name, its title, and the words quoted in its
description ("Net Wt", "Nettofüllmenge"); a quoted word with digits ("12M", "3+") stands for values of that form.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from local.reader.words import squash

Schema = Mapping[str, Any]

_DEEPEST = 8  # references within references; more is a loop


@dataclass(frozen=True, eq=False)  # one object a property: it's a key
class Field:
    """One property: where it goes, its resolved schema, its labels squashed, and the forms its values take.

    `members` are an object's properties, `of_items` those of the objects in a list.
    `endings` are the labels that the description writes small ("edition", "lagern"): such a word closes its value.
    """

    path: tuple[str, ...]
    schema: Schema
    labels: frozenset[str]
    endings: frozenset[str] = frozenset()
    forms: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    members: tuple["Field", ...] = ()
    of_items: tuple["Field", ...] = ()

    @property
    def name(self) -> str:
        """The property's own name."""
        return self.path[-1]

    @property
    def is_text(self) -> bool:
        """A plain string: no enum, format or pattern tells what it looks like."""
        return self.schema.get("type") == "string" and not self.schema.keys() & {"enum", "format", "pattern"}

    @property
    def says_itself(self) -> bool:
        """A text whose labels are its values, as one of its examples tells: "Danger"."""
        return self.is_text and any(squash(example) in self.labels for example in self.examples)

    @property
    def is_list(self) -> bool:
        """A list of plain strings."""
        items = self.schema.get("items", {})
        return self.schema.get("type") == "array" and items.get("type") == "string" and "pattern" not in items

    @property
    def units(self) -> tuple[str, ...]:
        """The units that its quantity may have; none if it isn't a quantity."""
        unit = self.schema.get("properties", {}).get("unit", {})
        return tuple(unit.get("enum", ()))


def fields_of(input_schema: Schema, path: tuple[str, ...] = ()) -> list[Field]:
    """The properties of an object schema, nested objects with their members; what it can't make sense of is ignored."""
    return _with_shared_labels([made for made in _fields(input_schema, input_schema, path) if made])


def _fields(root: Schema, schema: Schema, path: tuple[str, ...]) -> Iterator[Field]:
    properties = schema.get("properties")
    for name, raw in (properties if isinstance(properties, Mapping) else {}).items():
        if not isinstance(raw, Mapping):
            continue
        found = resolved(root, raw)
        here = (*path, name)
        description = str(found.get("description", ""))
        quoted = re.findall(r'"([^"]+)"', description)
        units = Field(here, found, frozenset()).units  # quoted, they say where a bare figure belongs
        said = [words for words in quoted if not _is_form(words) and words not in units]
        labels = {name, str(found.get("title", "")), *said}
        definitions = {"$defs": root.get("$defs", {})}
        items = found.get("items", {})
        yield Field(
            path=here,
            schema=found,
            labels=frozenset(filter(None, map(squash, labels))),
            endings=frozenset(squash(words) for words in quoted if words[0].islower()),
            forms=tuple(filter(_is_form, quoted)),
            examples=tuple(_examples(found, description)),
            members=tuple(fields_of({**found, **definitions}, here)) if _has_parts(found) else (),
            of_items=tuple(fields_of({**items, **definitions}, here)) if _has_parts(items) else (),
        )


def resolved(root: Schema, schema: Schema, depth: int = 0) -> Schema:
    """`schema` with its local `$ref`, and those of its items and unit, put in place; what stands beside one wins.

    What isn't as JSON Schema has it (`properties` that are no object, a reference to itself) is left away.
    """
    target: Any = {}
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/") and depth < _DEEPEST:
        target = root
        for step in reference[2:].split("/"):
            target = target.get(step) if isinstance(target, Mapping) else None
        target = resolved(root, target, depth + 1) if isinstance(target, Mapping) else {}
    whole = _merged(target, {key: value for key, value in schema.items() if key != "$ref"})
    properties = whole.pop("properties", None)
    if isinstance(properties, Mapping):
        whole["properties"] = {name: inner for name, inner in properties.items() if isinstance(inner, Mapping)}
        if "unit" in whole["properties"]:
            whole["properties"]["unit"] = resolved(root, whole["properties"]["unit"], depth + 1)
    items = whole.pop("items", None)
    if isinstance(items, Mapping) and depth < _DEEPEST:
        whole["items"] = resolved(root, items, depth + 1)
    return whole


def _merged(under: Schema, over: Schema) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def _has_parts(schema: Schema) -> bool:
    """An object that is no quantity or price."""
    properties = schema.get("properties")
    if schema.get("type") != "object" or not isinstance(properties, Mapping):
        return False
    return not {"value", "currency"} & properties.keys()


def _is_form(quoted: str) -> bool:
    return any(map(str.isdigit, quoted)) and "100" not in quoted


def _examples(schema: Schema, description: str) -> Iterator[str]:
    given = schema.get("examples")
    for example in given if isinstance(given, list) else ():
        yield from map(str, example if isinstance(example, list) else [example])
    for listed in re.findall(r"[Ss]uch as ([^.\"]+(?:\.\w[^.\"]*)*)", description):
        words = (part.strip() for part in re.split(r",| or ", listed))
        yield from (word for word in words if word and not word.startswith("each "))  # "..., each as printed'


def _with_shared_labels(fields: list[Field]) -> list[Field]:
    """A label that two fields of one first word share (input_voltage, input_current: "Eingang") is all of theirs."""
    families: dict[str, list[Field]] = {}
    for one in fields:
        families.setdefault(one.name.split("_")[0], []).append(one)
    shared = {
        first: {label for a in family for b in family if a is not b for label in a.labels & b.labels}
        for first, family in families.items()
    }
    return [
        one
        if one.is_text or one.is_list or one.members
        else replace(one, labels=one.labels | shared[one.name.split("_")[0]])
        for one in fields
    ]
