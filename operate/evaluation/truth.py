"""What is known of labelled photos, in the schemas' names and shapes.

A truth file is a list with an entry a photo: `file` (its path below the folder), `category`, and what is printed:
`product_name`, `brand`, `gtin`, `isbn`, `known_barcode`, `specifications` by name, `strings` as they are read. Its
names may be its own where mapping.json knows them. `complete` says that what the entry doesn't name isn't printed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from operate.evaluation.mapping import Mapped, Place, place_of
from operate.evaluation.printed import shaped
from operate.evaluation.shapes import Shape, shape_at

_ENVELOPE = ("product_name", "brand")
_BARCODE = "known_barcode"
_NOTHING: tuple[Any, ...] = (None, "", [])  # as good as not named
_ABOUT_THE_PHOTO = frozenset({"file", "category", "difficulty", "languages", "complete", "note"})


class EvaluationRefusedError(Exception):
    """Nothing can be measured; the message says why and what to do."""


@dataclass(frozen=True)
class Known:
    """A value that is printed: any of `values` is right. `part`: it's a quotation, and the answer may say more."""

    path: str
    values: tuple[Any, ...]
    part: bool = False


@dataclass(frozen=True)
class Labelled:
    """A photo, and what is known of it.

    `unmapped` are the truth's values that have no place in the schema, or can't be read as it wants them, by their
    names. `words` is all that the truth says is printed.
    """

    file: str
    category: str
    known: tuple[Known, ...]
    complete: bool
    unmapped: Mapping[str, Any]
    words: tuple[str, ...]


def load_truth(path: Path, shapes: Mapping[str, Shape], mapping: Mapped, *, complete: bool = False) -> list[Labelled]:
    """What the file knows. `complete` says so of all entries. Raises EvaluationRefusedError, OSError."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EvaluationRefusedError(
            f"There is no {path}, which says what is printed on the photos. Write one, as docs/evaluation.md shows it, "
            "or name it: --truth FILE."
        ) from error
    except ValueError as error:
        raise EvaluationRefusedError(f"{path} is not JSON: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise EvaluationRefusedError(f"{path} has to be a list of photos, as docs/evaluation.md shows it.")
    photos = [
        _labelled(entry, f"{path}, entry {number}", shapes, mapping, complete)
        for number, entry in enumerate(entries, 1)
    ]
    files = [photo.file for photo in photos]
    if twice := sorted({file for file in files if files.count(file) > 1}):
        raise EvaluationRefusedError(f"{path} has two entries for {', '.join(twice)}.")
    return photos


def _labelled(entry: Any, where: str, shapes: Mapping[str, Shape], mapping: Mapped, complete: bool) -> Labelled:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("file"), str) or not entry["file"]:
        raise EvaluationRefusedError(f"{where}: names no `file`.")
    file, category = entry["file"], entry.get("category")
    way = PurePosixPath(file)
    if way.is_absolute() or ".." in way.parts:
        raise EvaluationRefusedError(f"{where}: {file} is no path below the folder.")
    if not isinstance(category, str) or category not in shapes:
        raise EvaluationRefusedError(f"{where}: {category!r} is no category. There are {', '.join(shapes)}.")
    specifications = entry.get("specifications", {})
    if not isinstance(specifications, Mapping):
        raise EvaluationRefusedError(f"{where}: `specifications` has to be an object.")
    product = shapes[category]
    known, unmapped = _known(_named(entry, specifications, product), category, product, mapping)
    everything = {name: value for name, value in entry.items() if name not in _ABOUT_THE_PHOTO}
    words = tuple(_leaves(everything))
    return Labelled(file, category, known, complete or entry.get("complete") is True, unmapped, words)


def _named(entry: Mapping[str, Any], specifications: Mapping[str, Any], product: Shape) -> Iterator[tuple[str, Any]]:
    """Each value by the truth's name. A barcode is the book's number or the article's, if neither is named."""
    yield from ((name, entry[name]) for name in _ENVELOPE if name in entry)
    yield from specifications.items()
    codes = {name: entry[name] for name in ("gtin", "isbn") if name in entry and name not in specifications}
    if not codes and _BARCODE in entry and not specifications.keys() & {"gtin", "isbn"}:
        book = shape_at(product, "specifications.isbn") and str(entry[_BARCODE]).startswith(("978", "979"))
        codes = {"isbn" if book else "gtin": entry[_BARCODE]}
    yield from codes.items()


def _known(
    named: Iterator[tuple[str, Any]], category: str, product: Shape, mapping: Mapped
) -> tuple[tuple[Known, ...], dict[str, Any]]:
    known: dict[str, Known] = {}
    unmapped: dict[str, Any] = {}
    for name, value in _flat(named):
        if value in _NOTHING:
            continue
        place = Place(name) if name in _ENVELOPE else place_of(name, category, product, mapping)
        shape = shape_at(product, place.path) if place else None
        values = shaped(value, place, shape) if place and shape else []
        if not place or not values:
            unmapped[name] = value
            continue
        other = known.get(place.path)
        if other and isinstance(values[0], list):  # prices in two currencies are two items
            values = [[*other.values[0], *values[0]]]
        elif other:  # grams and ounces: either is right
            values = [*other.values, *values]
        known[place.path] = Known(place.path, tuple(values), place.part)
    return tuple(known.values()), unmapped


def _flat(named: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Objects that hold values of their own, such as a nutrition table, are taken apart."""
    for name, value in named:
        if isinstance(value, Mapping) and not value.keys() & {"unit", "currency"}:
            yield from _flat((f"{name}.{inner}", part) for inner, part in value.items())
        else:
            yield name, value


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    elif value is not None:
        yield str(value)
