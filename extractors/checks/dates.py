"""Dates in their order."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.checks.findings import Field, Finding, error, number, text

_MADE = ("production_date", "packaging_date")
_ENDS = ("best_before_date", "expiration_date")


def in_order(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Nothing is at its end before it is made, or packed.

    Where a day or month isn't printed it isn't compared: a product of 2027-05 may be good until 2027. It proves little.
    """
    for made in (_date(said, name) for name in _MADE):
        for ends in (_date(said, name) for name in _ENDS):
            if made and ends and _before(ends, made):
                yield error(f"{ends.printed} can't be before {made.printed}: one of them is misread.", ends, made)


def vintage_before_its_end(said: Mapping[str, Any]) -> Iterator[Finding]:
    """A wine isn't at its end before the year of its harvest."""
    vintage = number(said, "vintage")
    for ends in (_date(said, name) for name in _ENDS):
        if vintage and ends and int(ends.printed[:4]) < vintage.printed:
            message = f"{ends.printed} can't be before the vintage {vintage.printed}: one of them is misread."
            yield error(message, ends, vintage)


def _date(said: Mapping[str, Any], name: str) -> Field | None:
    found = text(said, name)
    return found if found and re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", found.printed) else None


def _before(one: Field, other: Field) -> bool:
    """Whether a partial date is before another, as far as both are printed: ISO 8601 texts are in the order of time."""
    length = min(len(one.printed), len(other.printed))
    return bool(one.printed[:length] < other.printed[:length])
