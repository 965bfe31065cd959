"""The saved queries, and the dashboard's own: every field that they name stands in a line that the function logs."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from extractors import hookimpl
from pipeline import report
from pipeline.admission import Admissions
from pipeline.aws import BEDROCK
from pipeline.bedrock import BedrockModels
from pipeline.errors import ServiceMisconfigured
from pipeline.plugins import load_plugins
from pipeline.resilience import RetryPolicy
from tests.fleet import Memory
from tests.http import Answered, json_error, response
from tests.integration.deployment import packaged
from tests.integration.watched import dashboard, of_type
from tests.wire import JAM, chooses, records
from tests.world import MODEL, World

GONE = "global.anthropic.claude-sonnet-4-20250514-v1:0"
# Words of the query language (CloudWatch Logs user guide, "Logs Insights QL"); a function is told by its bracket.
COMMANDS = {"fields", "filter", "stats", "sort", "limit", "by", "as", "and", "or", "in", "like", "asc", "desc"}
LAMBDAS_OWN = {"@timestamp", "@message"}


@pytest.fixture(scope="module")
def dev() -> dict[str, Any]:
    """The template of a stage that takes the defaults."""
    return packaged("--stage", "dev").plain


def queries(template: dict[str, Any]) -> dict[str, str]:
    """All queries of the stack by name: the saved ones, and those of the dashboard."""
    saved = {query["Name"]: query["QueryString"] for query in of_type(template, "AWS::Logs::QueryDefinition").values()}
    logs = (widget["properties"] for widget in dashboard(template)["widgets"] if widget["type"] == "log")
    return saved | {each["title"]: each["query"].partition("|")[2] for each in logs}


def fields_of(query: str) -> set[str]:
    """The fields that a query reads, less those that it makes."""
    code = re.sub(r'#.*|"[^"]*"|/[^/]*/', "", query)
    made = set(re.findall(r"\bas (\w+)", code))
    return set(re.findall(r"@?\b[a-z_][\w.]*\b(?!\()", code)) - made - COMMANDS


def flat(line: dict[str, Any], above: str = "") -> Iterator[str]:
    """The names of a line's fields as Logs Insights gives them, with a dot before what is inside."""
    for name, value in line.items():
        yield f"{above}{name}"
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name}.")


class Breaks:
    """A plugin that fails."""

    @hookimpl
    def choose_category(self, upload: Any, image: Any) -> str:  # noqa: ARG002  # as the hook has it
        raise RuntimeError("by the test")


@pytest.fixture
def lines(world: World) -> list[dict[str, Any]]:
    """What the real handler logs of photos that are read, skipped over a model, refused, or can't be understood."""
    bedrock = Answered("bedrock-runtime", BEDROCK)
    admissions = Admissions(Memory(), world.clock.now, None)
    retry = RetryPolicy(world.clock.sleep, lambda: 1.0)
    plugins = load_plugins()
    plugins.register(Breaks())
    world.replace(
        settings=replace(world.services.settings, models=(GONE, MODEL)),
        models=BedrockModels(bedrock.client, admissions, retry, world.clock.monotonic),
        plugins=plugins,
    )
    unreadable = {"net_content": {"value": "much", "unit": "g"}}
    answers = [chooses("grocery"), records("grocery", unreadable), records("grocery", JAM)]
    answered = [response(200, json.dumps(answer).encode()) for answer in answers]
    gone = json_error("ResourceNotFoundException", 404, "This model version has reached the end of its life.")
    bedrock.script += [answered[0], gone, *answered[1:]]
    world.handle(world.put("jam.jpg"))
    world.handle(world.put("notes.txt", b"no photo at all"))
    with pytest.raises(ServiceMisconfigured):
        world.handle({"Records": [{"of": "another kind"}]})
    assert world.row("jam.jpg")["processing_status"] == "completed"
    return [line for line in map(json.loads, world.lines) if "_aws" not in line]


def test_every_field_of_a_query_is_logged(dev: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    """Each field that a query names is in a line of the real handler, or is CloudWatch's own."""
    logged = {field for line in lines for field in flat(line)}
    named = {name: fields_of(query) for name, query in queries(dev).items()}
    assert len(named) == 8
    assert all(named.values())
    missing = {name: fields - logged - LAMBDAS_OWN for name, fields in named.items()}
    assert not any(missing.values()), missing


def test_a_misspelt_field_would_be_found() -> None:
    """A query's fields are told from its words, functions, texts and the names that it makes."""
    query = """# where outcome is meant
    fields @timestamp, usage.cost_usd, coalesce(error, reason) as why
    | filter event = "image.finished" and outcom in ["failed"] or @message like /key (\\w+)/
    | stats count(*) as photos, pct(milliseconds.read, 90) by bin(15m), category
    | sort photos desc"""
    fields = "@timestamp usage.cost_usd error reason event outcom @message milliseconds.read category"
    assert fields_of(query) == set(fields.split())


def test_events_and_outcomes_that_a_query_asks_for_exist(dev: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    """What a query compares `event` and `outcome` with exists; a misspelt one would find nothing for ever."""
    logged = {line["event"] for line in lines}
    asked = {word for query in queries(dev).values() for word in re.findall(r'"(\w+\.\w+)"', query)}
    assert asked == {"image.finished", "model.skipped"}
    assert asked <= logged
    outcomes = {
        word
        for query in queries(dev).values()
        for clause in re.findall(r"outcome(?: in \[|, )([^\])]+)", query)
        for word in re.findall(r'"(\w+)"', clause)
    }
    assert {"waiting", "completed", "needs_review"} < outcomes
    assert outcomes <= report._OUTCOME_METRICS.keys()


def test_story_of_a_photo_is_whole(lines: list[dict[str, Any]]) -> None:
    """Whatever is logged on the way of a photo has its key, by which the saved query finds it."""
    story = [line["event"] for line in lines if line.get("key") == "jam.jpg"]
    assert story == ["plugin.failed", "model.skipped", "image.finished"]
    assert all("key" in line for line in lines if line["event"] != "record.failed")


def test_every_step_is_drawn(dev: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    """The dashboard's times by step, and the query for slow photos, name just the steps that the log line has."""
    steps = {step for line in lines for step in line.get("milliseconds", ())}
    found = [query for query in queries(dev).values() if "milliseconds." in query]
    assert len(found) == 2
    for query in found:
        assert set(re.findall(r"milliseconds\.(\w+)", query)) == steps


def test_queries_read_the_functions_log_group(dev: dict[str, Any]) -> None:
    """Every query reads the function's own log group and is found under the stage's name."""
    for query in of_type(dev, "AWS::Logs::QueryDefinition").values():
        assert query["LogGroupNames"] == ["${ProcessLogGroup}"]
        assert query["Name"].startswith("product-ocr-dev/")
    assert "SOURCE '${ProcessLogGroup}'" in json.dumps(dashboard(dev))
