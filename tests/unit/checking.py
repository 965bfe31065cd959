"""Asking a category's check, as the service does, and sorting what it says."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pipeline.catalog import Extractor, Finding, load_catalog
from pipeline.plugins import load_plugins


@cache
def extractor(category: str) -> Extractor:
    """The extractor of a built-in category."""
    return load_catalog(load_plugins())[category]


def q(value: float, unit: str) -> dict[str, Any]:
    """A quantity of one figure."""
    return {"value": value, "unit": unit}


def span(low: float, high: float, unit: str) -> dict[str, Any]:
    """A quantity of two figures, from one to the other."""
    return {"min_value": low, "max_value": high, "unit": unit}


def at_most(high: float, unit: str) -> dict[str, Any]:
    """A quantity below a limit."""
    return {"max_value": high, "unit": unit}


def findings(category: str, specifications: Mapping[str, Any]) -> list[Finding]:
    """All that the check says, of a label that its schema takes; each value is there where it's said to be."""
    product = {"product_name": "Name", "specifications": specifications}
    assert [error.message for error in extractor(category).validator.iter_errors(product)] == []
    found = list(extractor(category).check(product))
    for finding in found:
        assert finding["severity"] in ("error", "warning", "proof")
        assert finding["message"].endswith(".")
        assert finding["values"]
        for path in (finding["path"], *finding["values"]):
            assert _at(product, path.split(".")) is not None, path
    return found


def complaints(found: Iterable[Finding]) -> list[Finding]:
    """The findings that something is wrong: all but proofs."""
    return [finding for finding in found if finding["severity"] != "proof"]


def wrong(category: str, specifications: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Severity and place, below `specifications`, of all that is found wrong."""
    found = complaints(findings(category, specifications))
    return [(finding["severity"], finding["path"].removeprefix("specifications.")) for finding in found]


def proven(category: str, specifications: Mapping[str, Any]) -> set[str]:
    """Places, below `specifications`, of the values that the check bears out."""
    proofs = [finding for finding in findings(category, specifications) if finding["severity"] == "proof"]
    return {path.removeprefix("specifications.") for finding in proofs for path in finding["values"]}


def _at(node: Any, names: list[str]) -> Any:
    for name in names:
        node = node[int(name)] if isinstance(node, list) else node[name]
    return node
