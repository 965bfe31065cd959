"""What is wrong with what a model recorded: every fault, with its path, so that one repair turn hands all back."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from pipeline.catalog import Extractor, Finding
from pipeline.formats import MEANINGS

if TYPE_CHECKING:
    import jsonschema

_MOST_FAULTS = 50  # a repair turn that lists more costs more than it mends
_LONGEST = 300  # characters of a path or message: jsonschema repeats the faulty value in its messages
_LONGEST_VALUE = 60  # characters of the faulty value
_LONGEST_COMPARED = 40  # characters of a compared text
_LONGEST_NAME = 100  # characters of a compared field's path
_MOST_VALUES = 8
# A word for "unknown" where a value belongs. (Not "nan", which a model may write for a number: NAN is a brand, too.)
_PLACEHOLDER = re.compile(
    r"(n/?a|null|unknown|unreadable|illegible|tbd|-+|\?+"
    r"|not (visible|legible|readable|printed|shown|specified|stated|available|applicable|provided))\.?",
    re.IGNORECASE,
)


def fault(path: str, message: str, severity: str = "error", values: Mapping[str, Any] | None = None) -> Finding:
    """A finding about the field at `path` (`specifications.net_content.unit`).

    `severity` is error, warning or proof: that what must hold does hold. `values` are what was compared, each by the
    path of its field: one of them is wrong, or all of them are proven.
    """
    finding = {"path": path[:_LONGEST], "message": message[:_LONGEST], "severity": severity}
    kept = {name[:_LONGEST_NAME]: _short(value) for name, value in islice((values or {}).items(), _MOST_VALUES)}
    return {**finding, "values": kept} if kept else finding


def _short(value: Any) -> str | int | float | bool:
    """A value as it may stand in a finding: a number, or the beginning of a text."""
    return value if isinstance(value, (int, float)) else str(value)[:_LONGEST_COMPARED]


def faults_in(product: Mapping[str, Any], extractor: Extractor) -> tuple[Finding, ...]:
    """Every fault by the extractor's schema, every word that stands for "unknown", every reversed range; at most 50."""
    found = chain(_schema_faults(product, extractor), _placeholders(product, ""), _reversed_ranges(product, ""))
    try:
        return tuple(islice(found, _MOST_FAULTS))
    except RecursionError:
        return (fault("", "nested too deeply"),)


def _schema_faults(product: Mapping[str, Any], extractor: Extractor) -> Iterator[Finding]:
    for error in extractor.validator.iter_errors(product):
        path = [str(part) for part in error.absolute_path]
        # For a name, jsonschema blames the object that holds it; but what has to be mended is the field of that name.
        if list(error.schema_path)[-2:-1] == ["propertyNames"]:
            yield fault(".".join([*path, error.instance]), f"its name: {error.message}")
        elif error.validator == "additionalProperties" and "patternProperties" not in error.schema:
            foreseen = error.schema.get("properties", {})
            for name in (name for name in error.instance if name not in foreseen):
                yield fault(".".join([*path, name]), f"no such field: there are {', '.join(foreseen)}")
        else:
            yield fault(".".join(path), _sentence(error))


def _sentence(error: "jsonschema.ValidationError") -> str:
    """What is wrong, in front of it just the beginning of a long value: jsonschema would repeat it all."""
    value = repr(error.instance)
    short = value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}…"
    meaning = MEANINGS.get(str(error.validator_value), "") if error.validator == "format" else ""
    return f"{error.message.replace(value, short)}{meaning and f' ({meaning})'}"


def _reversed_ranges(node: Any, path: str) -> Iterator[Finding]:
    """A range whose lower end is above its upper end, which no schema can see."""
    if isinstance(node, Mapping):
        low, high = node.get("min_value"), node.get("max_value")
        if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high:
            yield fault(path, f"min_value {low} is above max_value {high}")
        for name, value in node.items():
            yield from _reversed_ranges(value, f"{path}.{name}" if path else name)


def _placeholders(node: Any, path: str) -> Iterator[Finding]:
    if isinstance(node, str) and _PLACEHOLDER.fullmatch(node.strip()):
        yield fault(path, f"{node!r} is no value: leave out what isn't printed or can't be read")
    elif isinstance(node, (Mapping, list)):
        for name, value in node.items() if isinstance(node, Mapping) else enumerate(node):
            yield from _placeholders(value, f"{path}.{name}" if path else str(name))
