"""Making whatever a model answered fit into a DynamoDB item, and saying what had to go.

Limits: 400 KB an item, 38 significant digits, magnitudes from 1E-130 to 9.99E+125, 32 levels (DynamoDB developer guide,
"Constraints"). Valid answers are far from all of them: this is for the others, so that they can be looked at.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from pipeline.answers import fault
from pipeline.catalog import Finding

_MOST_BYTES = 300_000  # of JSON; the rest of the row stays below 100 KB
_DEEPEST = 12
_ENVELOPE = ("product_name", "brand", "specifications", "other_category", "confidence_score")


def storable(product: Mapping[str, Any], category: str) -> tuple[dict[str, Any], list[Finding]]:
    """The row's `product_specifications`, and findings about what is missing from it.

    A field that the model put beside the envelope's is kept among the specifications: nothing it read is thrown away
    but what the table can't hold.
    """
    findings: list[Finding] = []
    clean = _clean(product, "", 0, findings)
    specifications = clean.pop("specifications", None)
    specifications = specifications if isinstance(specifications, dict) else {}
    strays = {name: value for name, value in clean.items() if name not in _ENVELOPE}
    specifications = _small(strays | specifications, findings)
    kept: dict[str, Any] = {name: clean[name] for name in ("product_name", "brand") if isinstance(clean.get(name), str)}
    kept = _small(kept, findings, _MOST_BYTES // 10)
    kept |= {"category": category, "specifications": specifications}
    if isinstance(clean.get("confidence_score"), (int, float)) and 0 <= clean["confidence_score"] <= 1:
        kept["confidence_score"] = clean["confidence_score"]
    return kept, findings


_GONE = object()


def _clean(node: Any, path: str, depth: int, findings: list[Finding]) -> Any:
    if isinstance(node, str):
        # A lone surrogate is no character: UTF-8, and so DynamoDB, can't write it.
        return node.encode("utf-8", "replace").decode("utf-8")
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
        kept = _clean(value, below, depth + 1, findings) if name else _drop(below, "a field without a name", findings)
        if kept is not _GONE:
            cleaned[_clean(name, below, depth, findings)] = kept
    return cleaned


def _is_number(number: float) -> bool:
    if isinstance(number, float):
        return math.isfinite(number) and (number == 0 or 1e-130 < abs(number) < 1e125)
    return abs(number) < 10**38


def _small(fields: dict[str, Any], findings: list[Finding], most_bytes: int = _MOST_BYTES) -> dict[str, Any]:
    """The fields, without the largest ones if all together are too large."""
    sizes = {name: len(json.dumps({name: value}, ensure_ascii=False).encode()) for name, value in fields.items()}
    total = sum(sizes.values())
    dropped = set()
    for name in sorted(sizes, key=lambda name: sizes[name], reverse=True):
        if total <= most_bytes:
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
