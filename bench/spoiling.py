"""Answers spoilt on purpose: one fault in each copy, of the kinds that readers of labels really make."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from random import Random
from typing import Any

from pipeline.catalog import Extractor
from pipeline.fields import Path
from pipeline.formats import PROVING, is_partial_date

Fields = Mapping[Path, Any]  # a product's values, or some wrong ones, by their paths
Kind = Callable[[Fields, Extractor, Sequence[Fields], Random], Iterator[Fields]]

# What a unit is taken for: mostly one of the same dimension, which a schema may have, too.
_TAKEN_FOR = {"g": "kg", "kg": "g", "mg": "g", "µg": "mg", "ml": "l", "cl": "ml", "l": "ml", "mm": "cm", "m": "cm"}
_TAKEN_FOR |= {"A": "mA", "mAh": "Ah", "Ah": "mAh", "V": "kV", "W": "kW", "Wh": "kWh", "kWh": "Wh", "Hz": "kHz"}
_TAKEN_FOR |= {"month": "year", "min": "h", "°C": "°F", "kPa": "bar", "day": "week"}
_LOOKS_LIKE = {"O": "0", "0": "O", "l": "1", "1": "l", "I": "l", "B": "8", "8": "B", "S": "5", "5": "S", "rn": "m"}
_LOOKS_LIKE |= {"m": "rn", "c": "e", "e": "c", "u": "v", "v": "u", "n": "h", "h": "b", "ü": "u", "é": "e", "ö": "o"}
_TRIES = 20
_LONG = 8  # words of a text in which one more or less isn't noticed


def spoilt(
    fields: Fields, extractor: Extractor, others: Sequence[Fields], most: int, random: Random
) -> Iterator[tuple[str, Fields]]:
    """The kind of each fault, and the wrong values that it puts in the place of right ones.

    `fields` are what is printed; `others` what is printed on other products of the category, of which things are made
    up; `most` is how many faults of a kind there are at most.
    """
    for name, kind in KINDS.items():
        wrong = list(kind(fields, extractor, others, random))
        for values in random.sample(wrong, min(most, len(wrong))):
            yield name, values


def _each(spoil: Callable[[Any, Random], Any]) -> Kind:
    """The kind that spoils something within one value; `spoil` gives None for what it can't spoil."""

    def kind(fields: Fields, extractor: Extractor, _others: Sequence[Fields], random: Random) -> Iterator[Fields]:
        for path, value in fields.items():
            if not _is_chosen(path, extractor) and (wrong := _within(value, spoil, random)) is not None:
                yield {path: wrong}

    return kind


def _is_chosen(path: Path, extractor: Extractor) -> bool:
    """Whether a value is written in our words, not the label's, or has digits that are a kind of their own."""
    properties = extractor.foreseen
    return len(path) > 1 and (path[1] in extractor.formats or "enum" in properties.get(path[1], {}))


def _within(value: Any, spoil: Callable[[Any, Random], Any], random: Random) -> Any:
    """The value with one part of it spoilt, or None."""
    if (wrong := spoil(value, random)) is not None:
        return wrong
    if isinstance(value, Mapping):
        parts = [name for name in value if name not in ("unit", "currency")]
        for name in random.sample(parts, len(parts)):
            if (wrong := _within(value[name], spoil, random)) is not None:
                return {**value, name: wrong}
    elif isinstance(value, list):
        for number in random.sample(range(len(value)), len(value)):
            if (wrong := _within(value[number], spoil, random)) is not None:
                return [*value[:number], wrong, *value[number + 1 :]]
    return None


def _another_digit(text: str, random: Random) -> str | None:
    """The text with one of its digits misread; a number doesn't begin with 0 then."""
    at = random.choice([match.start() for match in re.finditer("[0-9]", text)] or [-1])
    if at < 0:
        return None
    leading = text[at:].isdigit() and len(text) > at + 1 and not text[:at].strip("0")
    digits = [digit for digit in "0123456789" if digit != text[at] and not (leading and digit == "0")]
    return f"{text[:at]}{random.choice(digits)}{text[at + 1 :]}"


def _digit_of_number(value: Any, random: Random) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return type(value)(_another_digit(f"{value:.15g}", random) or value)


def _digit_of_text(value: Any, random: Random) -> Any:
    return _another_digit(value, random) if isinstance(value, str) else None


def _point(value: Any, random: Random) -> Any:
    """A quantity whose point is lost, or that has one that isn't there."""
    if not isinstance(value, Mapping) or "unit" not in value:
        return None
    name = random.choice([name for name in value if name != "unit"])
    text = f"{value[name]:.15g}"
    return {**value, name: float(text.replace(".", "")) if "." in text else value[name] / 10} if value[name] else None


def _unit(value: Any, _random: Random) -> Any:
    if not isinstance(value, Mapping) or value.get("unit") not in _TAKEN_FOR:
        return None
    return {**value, "unit": _TAKEN_FOR[value["unit"]]}


def _letter(value: Any, random: Random) -> Any:
    found = list(re.finditer("|".join(_LOOKS_LIKE), value)) if isinstance(value, str) else []
    if not found:
        return None
    one = random.choice(found)
    return f"{value[: one.start()]}{_LOOKS_LIKE[one[0]]}{value[one.end() :]}"


def _word(value: Any, random: Random) -> Any:
    words = value.split() if isinstance(value, str) else []
    if len(words) < _LONG:
        return None
    left_out = random.randrange(len(words))
    return " ".join(words[:left_out] + words[left_out + 1 :])


def _digit_of_code(fields: Fields, extractor: Extractor, _others: object, random: Random) -> Iterator[Fields]:
    for path, value in fields.items():
        if len(path) > 1 and extractor.formats.get(path[1]) in ("gtin", "isbn"):
            yield {path: _another_digit(value, random)}


def _day_and_month(fields: Fields, _extractor: Extractor, _others: object, _random: Random) -> Iterator[Fields]:
    for path, value in fields.items():
        if isinstance(value, str) and (parts := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", value)):
            year, month, day = parts.groups()
            if month != day and is_partial_date(swapped := f"{year}-{day}-{month}"):
                yield {path: swapped}


def _digit_of_date(fields: Fields, extractor: Extractor, _others: object, random: Random) -> Iterator[Fields]:
    """A date with another digit that is a date, too."""
    for path, value in fields.items():
        if len(path) > 1 and extractor.formats.get(path[1]) == "partial-date":
            tried = (_another_digit(value, random) or value for _ in range(_TRIES))
            yield from ({path: wrong} for wrong in list(filter(is_partial_date, tried))[:1])


def _energies(fields: Fields, _extractor: Extractor, _others: object, _random: Random) -> Iterator[Fields]:
    for path, kj in fields.items():
        kcal = fields.get((*path[:-1], "energy_kcal"))
        if path[-1] == "energy_kj" and kcal:
            yield {path: {**kcal, "unit": "kJ"}, (*path[:-1], "energy_kcal"): {**kj, "unit": "kcal"}}


def _rows(fields: Fields, _extractor: Extractor, _others: object, _random: Random) -> Iterator[Fields]:
    """Two rows of a table, one below the other, of which each has the other's amount."""
    rows = [path for path in fields if path[-2:-1] and path[-2].startswith("nutrition_") and "energy" not in path[-1]]
    for one, other in pairwise(rows):
        if one[:-1] == other[:-1] and fields[one] != fields[other]:
            yield {one: fields[other], other: fields[one]}


def _brand(fields: Fields, _extractor: Extractor, others: Sequence[Fields], random: Random) -> Iterator[Fields]:
    own = fields.get(("brand",))
    brands = [brand for other in others if (brand := other.get(("brand",), own)) != own]
    if brands:
        yield {("brand",): random.choice(brands)}


def _property(fields: Fields, extractor: Extractor, others: Sequence[Fields], _random: Random) -> Iterator[Fields]:
    """Something that another product says; no codes: made-up ones seldom have the right check digit."""
    for other in others:
        for path, value in other.items():
            if path not in fields and len(path) > 1 and extractor.formats.get(path[1]) not in PROVING:
                yield {path: value}


KINDS: Mapping[str, Kind] = {
    "digit of a number misread": _each(_digit_of_number),
    "decimal point lost or moved": _each(_point),
    "kJ and kcal swapped": _energies,
    "rows of a table swapped": _rows,
    "digit of a GTIN or ISBN misread": _digit_of_code,
    "digit of a text misread": _each(_digit_of_text),
    "letter misread": _each(_letter),
    "brand made up": _brand,
    "property made up": _property,
    "unit wrong": _each(_unit),
    "day and month swapped": _day_and_month,
    "digit of a date misread": _digit_of_date,
    "word left out": _each(_word),
}
