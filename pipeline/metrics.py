"""CloudWatch metrics in the embedded metric format: a JSON line on stdout that CloudWatch Logs turns into metrics.

Format: CloudWatch user guide, "Embedded metric format specification". A dimension is never an object's key or a
request's id: each new value of a dimension is a new metric, and billed.
"""

import json
from collections.abc import Callable, Mapping

# Every metric that this service emits, with its CloudWatch unit.
UNITS: Mapping[str, str] = {
    "ImagesCompleted": "Count",
    "ImagesNeedingReview": "Count",
    "ImagesFailed": "Count",
    "ImagesWaiting": "Count",
    "ImagesDeadLettered": "Count",
    "Duplicates": "Count",
    "ClaimsLost": "Count",
    "Faults": "Count",
    "ImageDuration": "Milliseconds",
    "WaitingAge": "Seconds",  # since the image was first put off, each time that it is again
    "BedrockCalls": "Count",
    "BedrockFailures": "Count",
    "BedrockThrottles": "Count",
    "BedrockLatency": "Milliseconds",
    "BreakerRefusals": "Count",
    "BreakerOpened": "Count",
    "CeilingRefusals": "Count",
    "CoordinationFaults": "Count",
    "ModelsSkipped": "Count",
    "NoModelAnswers": "Count",
    "InputTokens": "Count",
    "OutputTokens": "Count",
    "CacheReadTokens": "Count",
    "CacheWriteTokens": "Count",
    "Cost": "None",  # dollars: CloudWatch has no unit for them
    "Repairs": "Count",
    "CategoriesChosenByModel": "Count",
}
# What is worth knowing by category too; the rest would only multiply what CloudWatch bills.
BY_CATEGORY = frozenset({"ImagesCompleted", "ImagesNeedingReview", "ImagesFailed", "Cost"})
_MOST_VALUES = 100  # of one metric in one line, by the specification


class Metrics:
    """What is counted and measured while one image is processed, in the units of UNITS."""

    def __init__(self) -> None:
        self._values: dict[str, list[float]] = {}

    def count(self, name: str, amount: float = 1) -> None:
        """Add to a count. Raises KeyError for a metric that UNITS doesn't name."""
        UNITS[name]
        self._values[name] = [self.total(name) + amount]

    def measure(self, name: str, value: float) -> None:
        """Note one value of many, of which CloudWatch makes percentiles."""
        UNITS[name]
        self._values.setdefault(name, []).append(round(value, 3))

    def total(self, name: str) -> float:
        """The sum of what was counted or measured under this name so far."""
        return sum(self._values.get(name, ()))

    def line(self, namespace: str, stage: str, category: str | None, timestamp_ms: int) -> str:
        """The EMF line: every metric by stage, and those of BY_CATEGORY by category as well."""
        sets = [(["Stage"], list(self._values))]
        if category:
            sets.append((["Stage", "Category"], [name for name in self._values if name in BY_CATEGORY]))
        directives = [
            {"Namespace": namespace, "Dimensions": [dimensions], "Metrics": [_metric(name) for name in names]}
            for dimensions, names in sets
            if names
        ]
        return json.dumps(
            {
                "_aws": {"Timestamp": timestamp_ms, "CloudWatchMetrics": directives},
                "Stage": stage,
                **({"Category": category} if category else {}),
                **{
                    name: values[:_MOST_VALUES] if len(values) > 1 else values[0]
                    for name, values in self._values.items()
                },
            }
        )

    def emit(
        self, write_line: Callable[[str], None], *, namespace: str, stage: str, category: str | None, timestamp_ms: int
    ) -> None:
        """Write the line, if there is anything to tell. `timestamp_ms` is milliseconds since 1970, UTC."""
        if self._values:
            write_line(self.line(namespace, stage, category, timestamp_ms))


def _metric(name: str) -> dict[str, str]:
    return {"Name": name, "Unit": UNITS[name]}
