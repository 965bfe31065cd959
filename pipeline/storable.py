"""Making whatever a model answered fit into a DynamoDB item, and saying what had to go.

Limits: 400 KB an item, 38 significant digits, magnitudes from 1E-130 to 9.99E+125, 32 levels (DynamoDB developer guide,
"Constraints"). Valid answers are far from all of them: this is for the others, so that they can be looked at.
"""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.catalog import Finding
from pipeline.faults import fault

# Of JSON in ASCII, which is never shorter than what DynamoDB counts, nor than what SQS does when the answer has to
# travel. Findings may come to as much again: 60 of 600 characters.
_MOST_BYTES = 200_000
_DEEPEST = 12
_LONGEST_NAME = 1_000  # characters; DynamoDB takes 64 KB


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME


# What the envelope has, and what may stand there.
_PLACES: Mapping[str, Callable[[Any], bool]] = {
    "product_name": _is_name,
    "brand": _is_name,
    "specifications": lambda value: isinstance(value, dict),
    "other_category": _is_name,
}


def storable(product: Mapping[str, Any], category: str) -> tuple[dict[str, Any], list[Finding]]:
    """The row's `product_specifications`, and findings about what is missing from it.

    What the model put where it doesn't belong is kept among the specifications: nothing that it read is thrown away but
    what the table can't hold. Null says nothing, and goes silently.
    """
    findings: list[Finding] = []
    clean = _clean(product, "", 0, findings)
    placed = {name: value for name, value in clean.items() if name in _PLACES and _PLACES[name](value)}
    strays = {name: value for name, value in clean.items() if name not in placed}
    specifications = _small(strays | placed.pop("specifications", {}), findings)
    placed.pop("other_category", None)  # that is a finding
    return {**placed, "category": category, "specifications": specifications}, findings


_GONE = object()


def _clean(node: Any, path: str, depth: int, findings: list[Finding]) -> Any:
    if node is None:
        return _GONE
    if isinstance(node, (int, float)) and not isinstance(node, bool):
        return node if _is_number(node) else _drop(path, "a number beyond what the table can hold", findings)
    if not isinstance(node, (Mapping, list)):
        return node
    if depth > _DEEPEST:
        return _drop(path, "nested too deeply", findings)
    if isinstance(node, list):
        items = [_clean(item, f"{path}.{index}", depth + 1, findings) for index, item in enumerate(node)]
        return [item for item in items if item is not _GONE]
    cleaned = {}
    for name, value in node.items():
        below = f"{path}.{name}" if path else name
        if _is_name(name):
            kept = _clean(value, below, depth + 1, findings)
        else:
            kept = _drop(below, "a field without a name, or with one too long", findings)
        if kept is not _GONE:
            cleaned[name] = kept
    return cleaned


def _is_number(number: float) -> bool:
    if isinstance(number, float):
        return math.isfinite(number) and (number == 0 or 1e-130 < abs(number) < 1e125)
    return abs(number) < 10**38


def _small(fields: dict[str, Any], findings: list[Finding]) -> dict[str, Any]:
    """The fields, without the largest ones if all together are too large."""
    sizes = {name: len(json.dumps({name: value})) for name, value in fields.items()}
    total = sum(sizes.values())
    dropped = set()
    for name in sorted(sizes, key=lambda name: sizes[name], reverse=True):
        if total <= _MOST_BYTES:
            break
        total -= sizes[name]
        dropped.add(name)
    if dropped:
        named = ", ".join(name[:60] for name in sorted(dropped)[:5])
        findings.append(
            fault("specifications", f"{len(dropped)} fields left out, too large for the table: {named} ...")
        )
    return {name: value for name, value in fields.items() if name not in dropped}


def _drop(path: str, why: str, findings: list[Finding]) -> object:
    findings.append(fault(path, f"left out: {why}"))
    return _GONE
