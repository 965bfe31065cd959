"""How rows are shown to people, on the screen and in the report: names, counts, times and values."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

_SHORT = 30  # characters; a list of longer texts reads better with a line for each
_COLUMNS = 5  # a table of more doesn't fit beside a photo
# Of web and mail addresses: before a dot and the like, and after a slash.
_JOINTS = re.compile(r"(?<=\w)(?=[.@?&#][^\W\d]{2})|(?<=[^\W\d]{2}/)(?=\w)|(?<=://)")
_WORDS = ("day", "week", "month", "year")  # units that have a plural


@dataclass(frozen=True)
class Points:
    """Texts that want a line of their own each."""

    points: list[str]


@dataclass(frozen=True)
class Grid:
    """Rows of short texts below headings."""

    heads: list[str]
    rows: list[list[str]]


Shown = str | list[tuple[str, "Shown"]] | Points | Grid  # a list: labels with their values, one below the other


def plain(name: str) -> str:
    """A name as people write it: `needs_review` -> `Needs review`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def count(number: int, noun: str) -> str:
    """`1 photo`, `2 photos`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def percent(score: Any) -> str:
    """A confidence score as people write it. What is less than certain isn't rounded up to 100 %."""
    if score is None:
        return ""
    share = float(score)
    return f"{min(share, 0.99) if share < 1 else share:.0%}"


def moment(timestamp: str) -> str:
    """A stored time as people write it, to the minute: `2026-11-24T01:33:08.443000Z` -> `24 Nov 2026, 01:33 UTC`."""
    when = datetime.datetime.fromisoformat(timestamp).astimezone(datetime.UTC)
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{when.day} {months[when.month - 1]} {when.year}, {when:%H:%M} UTC"


def breakable(text: str) -> Markup:
    """`text`, escaped, as markup that lets a narrow page break an address at its joints: `www.shop<wbr>.example`."""
    return Markup("<wbr>").join(_JOINTS.split(text))


def printable(text: str) -> str:
    r"""`text` with what a terminal would obey instead of print written out (`\x1b`): names of files are anybody's."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def titles_in(schema: Mapping[str, Any]) -> dict[str, str]:
    """The titles of all properties in a JSON Schema, at any depth, by the properties' names.

    A property without one has that of the definition that it refers to (`#/$defs/NAME`), if that has one.
    """
    titles: dict[str, str] = {}
    definitions = schema.get("$defs", {})

    def look(part: Any) -> None:
        if isinstance(part, Mapping):
            for name, described in part.get("properties", {}).items():
                referred = definitions.get(described.get("$ref", "").rpartition("/")[2], {})
                if title := described.get("title") or referred.get("title"):
                    titles.setdefault(name, title)
            for inner in part.values():
                look(inner)

    look(schema)
    return titles


def shown(value: Any, titles: Mapping[str, str]) -> Shown:
    """A value as people write it: `{value: 500, unit: g}` is `500 g`, a list of like objects is a table.

    `titles` are the schema's own names of properties; any other name is shown as it is.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        amount = _amount(value)
        if amount is not None:
            return amount
        return [(titles.get(name) or plain(str(name)), shown(part, titles)) for name, part in value.items()]
    if isinstance(value, list):
        return _listed(value, titles)
    return str(value)


def _listed(values: list[Any], titles: Mapping[str, str]) -> Shown:
    parts = [shown(value, titles) for value in values]
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) == len(parts):
        return ", ".join(texts) if all(len(text) <= _SHORT and ", " not in text for text in texts) else Points(texts)
    rows = [dict(part) for part in parts if isinstance(part, list)]
    heads = list(dict.fromkeys(head for row in rows for head in row))
    flat = all(isinstance(cell, str) for row in rows for cell in row.values())
    if len(rows) == len(parts) and flat and 0 < len(heads) <= _COLUMNS:
        return Grid(heads, [[str(row.get(head, "")) for head in heads] for row in rows])
    return [(f"{index}.", part) for index, part in enumerate(parts, start=1)]


def _amount(value: Mapping[str, Any]) -> str | None:
    """A quantity, a range of it or a price; None for anything else."""
    unit = value.get("unit", value.get("currency"))
    if unit in _WORDS and value.get("value") != 1:
        unit += "s"
    if unit is None or not value.keys() <= {"value", "min_value", "max_value", "unit", "currency"}:
        return None
    number_only, low, high = (value.get(name) for name in ("value", "min_value", "max_value"))
    if low is not None and high is not None:
        return f"{low}–{high} {unit}"
    if low is not None or high is not None:
        return f"≥ {low} {unit}" if low is not None else f"≤ {high} {unit}"
    return f"{number_only} {unit}" if number_only is not None else None
