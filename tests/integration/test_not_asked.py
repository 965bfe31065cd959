"""Photos while Bedrock isn't to be asked: they wait, unread and unpaid."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from local.stack import COORDINATION_TABLE
from pipeline.admission import Admissions
from pipeline.bootstrap import coordination
from pipeline.breaker import Change
from pipeline.errors import Throttled
from pipeline.metrics import Metrics
from pipeline.services import ModelAnswer
from tests.wire import JAM, records
from tests.world import ScriptedModels, World

HOUR = 3600
DAY = 24 * HOUR


class Guarded(ScriptedModels):
    """The scripted model behind the fleet's admissions, as Bedrock is; every answer costs a dollar."""

    admissions: Admissions

    def check(self, metrics: Metrics) -> None:
        self.admissions.check(metrics)

    def ask(self, request: Any, models: Any, metrics: Metrics, remaining: Any) -> ModelAnswer:
        admission = self.admissions.admit(metrics)
        answer = super().ask(request, models, metrics, remaining)
        self.admissions.record(admission, metrics, failed=False, usd=1.0)
        return answer


@pytest.fixture
def fleet(world: World) -> Any:
    """The world with its admissions on the emulated coordination table, and a ceiling of two dollars a day."""
    client = world.tap.on(boto3.client("dynamodb"))
    models = Guarded(world.tap)
    models.admissions = Admissions(coordination(client, COORDINATION_TABLE), world.clock.now, 2.0)
    world.models = models
    world.replace(models=models)
    yield coordination(boto3.client("dynamodb"), COORDINATION_TABLE)
    client.delete_item(TableName=COORDINATION_TABLE, Key={"name": {"S": "bedrock"}})


def held(fleet: Any, world: World, state: Any) -> None:
    fleet.change(fleet.report(), Change(state, "by the test"), world.clock.moment)
    world.clock.forward(2)


def test_while_the_breaker_is_open_a_photo_waits_unpaid(world: World, fleet: Any) -> None:
    """An open breaker sends the photo to the retry queue before it's fetched; no call is made, none is counted."""
    held(fleet, world, "open")
    event = world.put("grocery/jam.jpg")
    world.tap.calls.clear()
    assert world.handle(event) is None
    assert "GetObject" not in world.tap.calls
    row = world.row("grocery/jam.jpg")
    assert (row["processing_status"], row["error_code"], row["paid_calls"]) == ("waiting", "breaker_open", 0)
    assert world.metric("BreakerRefusals") == 1
    held(fleet, world, "closed")
    world.models.answers(records("grocery", JAM))
    world.handle_queue()
    assert world.row("grocery/jam.jpg")["processing_status"] == "completed"


def test_at_the_ceiling_photos_wait_for_days_and_none_fails(world: World, fleet: Any) -> None:
    """Two photos a day are paid; the others wait, past the age limit too, and are read when it's their turn."""
    world.services = replace(world.services, settings=replace(world.services.settings, retry_age_limit=DAY))
    world.clock.forward(10 * HOUR)  # two hours before midnight
    keys = [f"grocery/{number}.jpg" for number in range(5)]
    for key in keys:
        event = world.put(key)
        world.models.answers(records("grocery", JAM))
        world.handle(event)
    began = world.clock.moment
    seen = set()
    while world.handle_queue():
        seen |= {row["processing_status"] for row in world.rows()}
    assert (world.clock.moment - began).days >= 1
    assert {row["processing_status"] for row in world.rows()} == {"completed"}
    assert seen == {"waiting", "completed"}
    assert world.models.paid == 5
    assert world.on_queue("dead") == []
    assert sorted(fleet.report().spent.values()) == [1.0, 2.0, 2.0]


def test_after_a_person_held_it_the_patience_begins_anew(world: World, fleet: Any) -> None:
    """Waiting past the age limit for a person doesn't count: the first throttle after it doesn't bury the photo."""
    world.services = replace(world.services, settings=replace(world.services.settings, retry_age_limit=4 * HOUR))
    held(fleet, world, "open")
    world.handle(world.put("grocery/jam.jpg"))
    began = world.clock.moment
    for _ in range(30):
        world.handle_queue()
    assert world.clock.moment - began > timedelta(hours=6)
    [message] = world.on_queue("retry")
    assert message["first_seen"] is None
    held(fleet, world, "closed")
    world.models.answers(Throttled("slow down"), records("grocery", JAM))
    world.handle_queue()
    assert world.row("grocery/jam.jpg")["processing_status"] == "waiting"
    world.handle_queue()
    assert world.row("grocery/jam.jpg")["processing_status"] == "completed"


def test_a_paid_answer_is_stored_whatever_the_breaker_says(world: World, fleet: Any) -> None:
    """What only has to be stored needs no Bedrock: an open breaker doesn't hold it up."""

    def answer(_request: object) -> dict[str, Any]:
        world.tap.breaks("UpdateItem", *[("ThrottlingException", 400)] * 5)
        return records("grocery", JAM)

    world.models.answers(answer)
    world.handle(world.put("grocery/jam.jpg"))
    assert "answer" in json.loads(world.sqs.sent[0][2])
    held(fleet, world, "open")
    world.handle_queue()
    assert world.row("grocery/jam.jpg")["processing_status"] == "completed"


def test_without_the_coordination_table_photos_are_read(world: World, fleet: Any) -> None:
    """A coordination table that is gone costs no photo: it's read, and a metric tells."""
    world.models.admissions = Admissions(
        coordination(boto3.client("dynamodb"), "no-such-table"), world.clock.now, ceiling_usd=2.0
    )
    world.models.answers(records("grocery", JAM))
    world.handle(world.put("grocery/jam.jpg"))
    assert world.row("grocery/jam.jpg")["processing_status"] == "completed"
    assert world.metric("CoordinationFaults") == 1
    assert fleet.report().spent == {}
