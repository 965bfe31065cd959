"""The metrics in CloudWatch's embedded metric format."""

import ast
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.metrics import BY_CATEGORY, UNITS, Metrics

PIPELINE = Path(__file__).resolve().parents[2] / "pipeline"
NOON_MS = 1_795_435_200_000
# CloudWatch API reference, MetricDatum: the units without a rate.
CLOUDWATCH_UNITS = {"Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Percent", "Count", "None"}


def line_of(metrics, category="book"):
    lines = []
    metrics.emit(lines.append, namespace="ProductOcr", stage="dev", category=category, timestamp_ms=NOON_MS)
    return json.loads(lines[0], parse_constant=lambda word: pytest.fail(f"{word} is no JSON")) if lines else None


def check_embedded(line):
    """The rules of CloudWatch's "Embedded metric format specification"."""
    assert isinstance(line["_aws"]["Timestamp"], int)
    directives = line["_aws"]["CloudWatchMetrics"]
    assert directives
    for directive in directives:
        assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
        assert 0 < len(directive["Namespace"]) <= 1024
        assert 0 < len(directive["Metrics"]) <= 100
        assert len({metric["Name"] for metric in directive["Metrics"]}) == len(directive["Metrics"])
        for dimensions in directive["Dimensions"]:
            assert 0 < len(dimensions) <= 30
            assert all(isinstance(line[name], str) and 0 < len(line[name]) <= 1024 for name in dimensions)
        for metric in directive["Metrics"]:
            assert metric["Unit"] in CLOUDWATCH_UNITS
            values = line[metric["Name"]]
            values = values if isinstance(values, list) else [values]
            assert 0 < len(values) <= 100
            assert all(isinstance(value, (int, float)) and math.isfinite(value) for value in values)


def directive(line, *dimensions):
    """The names of the metrics that have these dimensions."""
    for entry in line["_aws"]["CloudWatchMetrics"]:
        if entry["Dimensions"] == [list(dimensions)]:
            return {metric["Name"] for metric in entry["Metrics"]}
    return set()


def test_counts_and_measures_come_out_with_their_units():
    """What was counted is summed, what was measured is listed, each under the name and unit that alarms look for."""
    metrics = Metrics()
    metrics.count("BedrockCalls")
    metrics.count("BedrockCalls", 2)
    metrics.count("Cost", 0.25)
    metrics.measure("BedrockLatency", 12.34567)
    metrics.measure("BedrockLatency", 20)
    line = line_of(metrics)
    check_embedded(line)
    assert (line["BedrockCalls"], line["Cost"], line["BedrockLatency"]) == (3, 0.25, [12.346, 20])
    assert (line["Stage"], line["Category"], line["_aws"]["Timestamp"]) == ("dev", "book", NOON_MS)
    assert metrics.total("BedrockCalls") == 3
    assert metrics.total("Repairs") == 0


@given(
    st.lists(st.tuples(st.sampled_from(sorted(UNITS)), st.floats(0, 1e9), st.booleans()), min_size=1, max_size=300),
    st.none() | st.sampled_from(["book", "grocery"]),
)
def test_every_line_is_one_that_cloudwatch_reads(happened, category):
    """Whatever is counted and measured, in whatever order, the line keeps to the embedded metric format."""
    metrics = Metrics()
    for name, value, counted in happened:
        (metrics.count if counted else metrics.measure)(name, value)
    line = line_of(metrics, category)
    check_embedded(line)
    assert directive(line, "Stage") == {name for name, _, _ in happened}


def test_only_what_is_worth_it_is_split_by_category():
    """The dimension Category is for the few metrics of BY_CATEGORY, as every combination is billed."""
    metrics = Metrics()
    for name in UNITS:
        metrics.count(name)
    line = line_of(metrics)
    assert directive(line, "Stage", "Category") == BY_CATEGORY
    assert directive(line, "Stage") == set(UNITS)
    without = line_of(metrics, category=None)
    assert directive(without, "Stage", "Category") == set()
    assert "Category" not in without


def test_nothing_but_stage_and_category_is_a_dimension():
    """No key, no id and no model's name can become a dimension: there is no way to hand one in."""
    metrics = Metrics()
    metrics.count("Faults")
    entries = line_of(metrics)["_aws"]["CloudWatchMetrics"]
    assert [entry["Dimensions"] for entry in entries] == [[["Stage"]]]


def test_of_many_values_a_hundred_are_told():
    """More values of one metric than a line may hold don't cost the line."""
    metrics = Metrics()
    for value in range(101):
        metrics.measure("BedrockLatency", value)
    line = line_of(metrics)
    check_embedded(line)
    assert line["BedrockLatency"] == list(range(100))


def test_nothing_happened_writes_nothing():
    """Without a metric there is no line, and no empty directive to be refused."""
    assert line_of(Metrics()) is None


@pytest.mark.parametrize("note", ["count", "measure"])
def test_an_unknown_metric_is_refused(note):
    """A misspelt name is found at once, and not by an alarm that never rings."""
    with pytest.raises(KeyError, match="ImageCompleted"):
        getattr(Metrics(), note)("ImageCompleted", 1)


def names_used():
    """Every metric that the pipeline's code names."""
    for path in PIPELINE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("count", "measure") and node.args:
                name = getattr(node.args[0], "value", None)
                if isinstance(name, str):
                    yield name
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_OUTCOME_METRICS":
                yield from ast.literal_eval(node.value).values()


def test_the_list_of_metrics_is_the_list_of_those_emitted():
    """UNITS names each metric that the code emits, and none that it doesn't: an alarm may rely on it."""
    assert set(names_used()) == set(UNITS)
