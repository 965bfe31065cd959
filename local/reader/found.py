"""What was found for one property, and the lines it stands in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local.page import Line
from local.reader.fields import Field


@dataclass(frozen=True)
class Found:
    """A value for `field`, with the lines it was read from."""

    field: Field
    value: Any
    lines: tuple[Line, ...]


def nested(found: Sequence[Found], lost: Sequence[tuple[str, ...]] = ()) -> dict[str, Any]:
    """The values as one object; those at the paths in `lost` are left out."""
    whole: dict[str, Any] = {}
    for one in found:
        path = one.field.path
        if any(path[: len(gone)] == gone for gone in lost):
            continue
        inner = whole
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
        inner[path[-1]] = one.value
    return whole
