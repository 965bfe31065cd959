"""The dashboard, as it would be deployed: laid out without overlaps, and each graph says what it shows."""

import re
from itertools import combinations, pairwise
from typing import Any

import pytest

from tests.integration.deployment import packaged
from tests.integration.watched import dashboard, graphs, of_type


@pytest.fixture(scope="module")
def dev() -> dict[str, Any]:
    """The template of a stage that takes the defaults."""
    return packaged("--stage", "dev").plain


def test_dashboard_fills_its_grid_without_overlaps(dev: dict[str, Any]) -> None:
    """Every row is 24 wide, and no widget covers another."""
    widgets = dashboard(dev)["widgets"]
    rows: dict[int, list[dict[str, Any]]] = {}
    for widget in widgets:
        rows.setdefault(widget["y"], []).append(widget)
    for row in rows.values():
        assert sum(widget["width"] for widget in row) == 24
        assert max(widget["x"] + widget["width"] for widget in row) == 24
    for one, other in combinations(widgets, 2):
        beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        above = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
        assert beside or above, (one, other)
    assert all(upper["y"] <= lower["y"] for upper, lower in pairwise(widgets))


def test_dashboard_begins_with_how_many_photos_are_where(dev: dict[str, Any]) -> None:
    """In, done, to review, failed, waiting, dead in one row of numbers; then the state of every alarm."""
    widgets = dashboard(dev)["widgets"]
    numbers = [each["properties"] for each in widgets if each["y"] == 0]
    assert [number["title"].split(":")[0] for number in numbers] == [
        *("In", "Done", "To review", "Failed", "Waiting now", "Dead letters now")
    ]
    assert {number["view"] for number in numbers} == {"singleValue"}
    assert [number.get("setPeriodToTimeRange", False) for number in numbers] == [True] * 4 + [False] * 2
    states = widgets[6]["properties"]["alarms"]
    assert states == [f"${{{name}.Arn}}" for name in of_type(dev, "AWS::CloudWatch::Alarm")]


def test_every_graph_says_what_it_shows(dev: dict[str, Any]) -> None:
    """Each has a title of its own, an axis with a unit, a label a curve, and a period that CloudWatch knows."""
    titles = [graph["title"] for graph in graphs(dev)]
    assert len(set(titles)) == len(titles)
    for graph in graphs(dev):
        assert graph["region"] == "${AWS::Region}"
        assert graph["period"] in {60, 300, 3600, 86400}
        if graph["view"] == "timeSeries":
            assert graph["yAxis"]["left"]["label"]
        for entry in graph["metrics"]:
            options = entry[-1]
            assert options.get("label") or options["visible"] is False, graph["title"]


def test_expressions_compute_with_what_is_there(dev: dict[str, Any]) -> None:
    """An expression of a graph names only metrics of the same graph."""
    computed = 0
    for graph in graphs(dev):
        ids = {entry[-1]["id"] for entry in graph["metrics"] if "id" in entry[-1]}
        for entry in graph["metrics"]:
            expression = entry[-1].get("expression", "")
            if expression and not expression.startswith("SEARCH("):
                assert set(re.findall(r"\b[a-z]\w*", expression)) <= ids
                computed += 1
    assert computed == 2
