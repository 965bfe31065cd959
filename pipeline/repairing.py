"""The better of an answer and its repair, field by field: what was in doubt may change, all else stays."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from pipeline.catalog import Finding
from pipeline.examining import Examination, Reading
from pipeline.fields import Path, concerns, dotted, fields_of, names_in, nested

Fields = Mapping[Path, Any]


def mended(first: Reading, second: Reading, examination: Examination) -> Reading:
    """The reading with the fewest faults that the two give together; the first, if none has fewer than that.

    Only fields that a fault of the first names take the second's value, or go where it now leaves them out. A field
    that is right by the schema, and was only compared with another, stays as it was if that is enough.
    If the repair was cut off, the first answer stands.
    """
    if second.truncated:
        return first
    best = first
    for faults in chain([first.faults], ((found,) for found in first.faults)):
        # All of them at once; if that leaves faults, one after the other on what is the best so far.
        if not best.faults:
            break
        for product in _patched(best.product, second.product, faults, examination):
            candidate = examination.judged(product, second.tool_use)
            if len(candidate.faults) < len(best.faults):
                best = candidate
    if best is first:
        return first
    return replace(best, legibility=_legibility(first, second, best.product), notes=first.notes)


def _patched(
    old: Mapping[str, Any], new: Mapping[str, Any], faults: Sequence[Finding], examination: Examination
) -> Iterator[Mapping[str, Any]]:
    """The product with the new values of what these faults name; then without what was compared and not given anew."""
    before, after = fields_of(old), fields_of(new)
    broken = [found["path"] for found in faults if not found.get("values")]
    compared = [name for found in faults if found.get("values") for name in names_in(found)]
    given = {path: value for path, value in after.items() if _any([*broken, *compared], path)}
    kept = {path: value for path, value in before.items() if not _any(broken, path) and path not in given}
    also = {path: value for path, value in _newcomers(after, broken, examination).items() if path not in before}
    # In this order: where two can't stand beside each other, a table and a single value, what was right stays.
    yield _product({**kept, **given, **also})
    if compared:
        yield _product({**{path: kept[path] for path in kept if not _any(compared, path)}, **given, **also})


def _newcomers(after: Fields, broken: Iterable[str], examination: Examination) -> Fields:
    """What else the second answer has, where that may be what had no place or no name in the schema."""
    extractor = examination.extractor
    envelope = extractor.tool["input_schema"]["properties"]
    also: dict[Path, Any] = {}
    for name in broken:
        top, _, inside = name.partition(".")
        if top not in envelope:  # about the whole, or in a wrong place
            return after
        if inside and inside.partition(".")[0] not in extractor.foreseen:  # may come back under another name
            also |= {path: value for path, value in after.items() if path[0] == top}
    return also


def _any(names: Iterable[str], path: Path) -> bool:
    return any(concerns(name, path) for name in names)


def _product(fields: Fields) -> Mapping[str, Any]:
    return {"specifications": {}, **nested(fields)}


def _legibility(first: Reading, second: Reading, product: Mapping[str, Any]) -> dict[str, str]:
    """The model's word for each field, from the answer that its value is of."""
    old = fields_of(first.product)
    renewed = {dotted(path) for path, value in fields_of(product).items() if old.get(path) != value}
    kept = {name: word for name, word in first.legibility.items() if name not in renewed}
    return {**kept, **{name: word for name, word in second.legibility.items() if name in renewed}}
