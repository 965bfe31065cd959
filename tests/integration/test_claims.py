"""Claims: one event, one row, one paid reading, whoever else comes along."""

import json
from itertools import permutations
from typing import Any

import boto3
import pytest

from local.stack import BUCKET, TABLE
from pipeline.errors import Throttled
from pipeline.store import DynamoStore
from tests.wire import JAM, records, s3_event, sqs_event
from tests.world import Killed, World


def test_a_duplicate_event_is_a_success_and_pays_nothing(world: World) -> None:
    """S3 delivers at least once: the second delivery meets its own finished row."""
    event = world.put("grocery/jam.jpg")
    world.models.answers(records("grocery", JAM))
    world.handle(event)
    assert world.handle(event) is None
    assert world.models.paid == 1
    assert world.row("grocery/jam.jpg")["attempts"] == 1
    assert world.metric("Duplicates") == 1


def test_a_failed_row_is_finished_too(world: World) -> None:
    """An image that was refused is not tried again by a repeated event."""
    event = world.put("grocery/jam.jpg", b"this is no picture")
    world.handle(event)
    world.handle(event)
    assert world.metric("Duplicates") == 1


def test_a_busy_image_waits_for_the_lease_to_end(world: World) -> None:
    """While another invocation holds the lease, an event goes to the retry queue until after it: never a success."""
    event = world.put("grocery/jam.jpg")

    def meanwhile(_request: object) -> dict:
        world.handle(event, request_id="the-other")
        return records("grocery", JAM)

    world.models.answers(meanwhile)
    world.handle(event)
    assert world.row("grocery/jam.jpg")["processing_status"] == "completed"
    busy = next(line for line in world.logged("image.finished") if line["request_id"] == "the-other")
    assert (busy["outcome"], busy["error_code"]) == ("waiting", "busy")
    assert world.sqs.delays[0] >= 360, "300 s of invocation and 60 s of margin are left of the lease"
    world.handle_queue()
    assert world.models.paid == 1
    assert world.metric("Duplicates") == 1


def test_a_killed_claimant_is_taken_over_when_its_lease_is_over(world: World) -> None:
    """An invocation that died holding the claim leaves a row that another takes over, and its paid call counts."""
    event = world.put("grocery/jam.jpg")
    world.models.answers(Killed())
    with pytest.raises(Killed):
        world.handle(event)
    assert world.row("grocery/jam.jpg")["processing_status"] == "processing"
    world.clock.forward(2161)
    world.models.answers(records("grocery", JAM))
    world.handle(event)
    row = world.row("grocery/jam.jpg")
    assert (row["processing_status"], row["attempts"], row["paid_calls"]) == ("completed", 2, 2)


def test_who_was_taken_over_drops_its_result(world: World) -> None:
    """A claimant that comes back after its lease must not overwrite what its successor wrote."""
    event = world.put("grocery/jam.jpg")

    def asleep(_request: object) -> dict:
        world.clock.forward(2161)
        world.models.answers(records("grocery", JAM, product_name="The successor's"))
        world.remaining = 300.0
        world.handle(event, request_id="successor")
        return records("grocery", JAM, product_name="The sleeper's")

    world.models.answers(asleep)
    world.handle(event, request_id="sleeper")
    assert world.row("grocery/jam.jpg")["product_specifications"]["product_name"] == "The successor's"
    sleeper = next(line for line in world.logged("image.finished") if line["request_id"] == "sleeper")
    assert sleeper["outcome"] == "taken_over"
    assert world.metric("ClaimsLost") == 1


def test_a_completion_whose_response_was_lost_counts(world: World) -> None:
    """If the write succeeded and only its response was lost, the repeated write's refusal is a success."""
    event = world.put("grocery/jam.jpg")
    store, finish = world.services.store, world.services.store.finish

    class Forgetful:
        """The store, whose first completion is answered by a timeout."""

        lost = False

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def finish(self, claim: object, result: object) -> None:
            finish(claim, result)
            if not self.lost:
                self.lost = True
                raise Throttled("the response was lost")

    world.replace(store=Forgetful())
    world.models.answers(records("grocery", JAM))
    world.handle(event)
    assert world.row("grocery/jam.jpg")["processing_status"] == "completed"
    assert world.logged("image.finished")[0]["outcome"] == "completed"


def test_two_versions_of_a_key_have_two_rows(world: World) -> None:
    """A key that is overwritten keeps the row of its first version, and gets another."""
    first = world.put("grocery/jam.jpg")
    world.clock.forward(1)
    second = world.put("grocery/jam.jpg")
    world.models.answers(records("grocery", product_name="New"), records("grocery", product_name="Old"))
    world.handle(second)
    world.handle(first)
    names = [row["product_specifications"]["product_name"] for row in world.rows()]
    assert names == ["Old", "New"], "out of order in delivery, in order on the table"
    assert len({row["image_id"] for row in world.rows()}) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_versions_of_one_instant_each_find_their_own_row(world: World, order: tuple[int, ...]) -> None:
    """Three versions in one millisecond end as three rows in whatever order they come, and repeats meet their own."""
    events = [world.put("grocery/jam.jpg") for _ in range(3)]
    world.models.answers(*[records("grocery", JAM)] * 3)
    for index in order:
        world.handle(events[index])
    for index in reversed(order):
        world.handle(events[index])
    assert world.models.paid == 3
    assert world.metric("Duplicates") == 3
    assert len({row["version_id"] for row in world.rows()}) == 3
    first, second = order[0], order[1]
    times = {row["version_id"]: row["processing_timestamp"] for row in world.rows()}
    version = [event["Records"][0]["s3"]["object"]["versionId"] for event in events]
    assert (times[version[second]] > times[version[first]]) == (second > first)


def test_a_bucket_without_versions_works_by_sequencer(world: World) -> None:
    """Where events carry no version, the sequencer tells a repeat from a new upload."""
    put = world.stack.s3.put_object(Bucket=BUCKET, Key="grocery/jam.jpg", Body=b"not a picture")
    events = [
        s3_event(
            BUCKET, "grocery/jam.jpg", at=world.clock.moment, size=13, version_id=None, etag=put["ETag"].strip('"')
        )
        for _ in range(2)
    ]
    for event in [*events, *events]:
        world.handle(event)
    assert [row["error_code"] for row in world.rows()] == ["not_an_image"] * 2
    assert world.metric("Duplicates") == 2


def _killed_once_and_run_until_quiet(world: World, event: dict) -> None:
    """The invocation that is killed, Lambda's two retries 60 and 180 s later, then whatever waits on the queue."""
    world.models.answers(*[records("grocery", JAM)] * 2)
    with pytest.raises(Killed):
        world.handle(event)
    for wait in (60, 120):
        world.clock.forward(wait)
        world.handle(event)
    while world.handle_queue():
        pass


def _count_calls(world: World) -> int:
    world.models.answers(records("grocery", JAM))
    world.tap.calls = []
    world.handle(world.put("grocery/counted.jpg"))
    return len(world.tap.calls)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_at_any_step_ends_in_one_row(world: World, when: str) -> None:
    """Killed before or after any call, and tried again by Lambda after 60 s and 180 s, an image ends as one row."""
    steps = _count_calls(world)
    assert steps == 5, "claim, get, reserve, invoke, finish"
    for step in range(steps):
        key = f"grocery/killed-{when}-{step}.jpg"
        event = world.put(key)
        world.tap.kills(step, when)
        _killed_once_and_run_until_quiet(world, event)
        row = world.row(key)
        assert (row["processing_status"], row.get("lease_until")) == ("completed", None), f"killed {when} step {step}"
        assert row["paid_calls"] <= 2
        world.models.forget()


def test_a_kill_around_the_retry_queue_loses_nothing(world: World) -> None:
    """Killed while it is being put back, an image is still delivered again, and ends as one row."""
    for when in ("before", "after"):
        for step in (4, 5):  # the send, and the release after it
            key = f"grocery/queued-{when}-{step}.jpg"
            event = world.put(key)
            world.models.answers(Throttled("slow down"))
            world.tap.kills(step, when)
            _killed_once_and_run_until_quiet(world, event)
            assert world.row(key)["processing_status"] == "completed", f"killed {when} step {step}"
            world.models.forget()


def test_ten_records_with_one_bad_end_as_ten(world: World) -> None:
    """One bad image of ten doesn't hide its neighbours, and a repeat of the event is nine duplicates."""
    events = [world.put(f"grocery/{index}.jpg", b"no picture" if index == 4 else None) for index in range(10)]
    world.models.answers(*[records("grocery", JAM)] * 9)
    together = {"Records": [record for event in events for record in event["Records"]]}
    assert world.handle(together) is None
    statuses = [row["processing_status"] for row in world.rows()]
    assert (statuses.count("completed"), statuses.count("failed")) == (9, 1)
    assert world.handle(sqs_event(json.dumps(together))) == {"batchItemFailures": []}
    assert world.metric("Duplicates") == 10


def test_all_records_are_finished_before_the_handler_raises(world: World) -> None:
    """A record that can't be understood is raised, after its neighbours are done."""
    good = world.put("grocery/jam.jpg")
    world.models.answers(records("grocery", JAM))
    with pytest.raises(ExceptionGroup) as raised:
        world.handle({"Records": [{"eventName": "ObjectCreated:Put"}, *good["Records"], {"s3": 1}]})
    assert ["can't be understood" in str(error) for error in raised.value.exceptions] == [True, True]
    assert world.row("grocery/jam.jpg")["processing_status"] == "completed"


def test_writes_whose_responses_are_lost_count_once(world: World) -> None:
    """botocore repeats a write whose response was lost: its refusal is taken for the success that it was."""

    class Repeating:
        """A client that makes every write twice, as after a lost response, and gives the second's."""

        def __init__(self, client: Any) -> None:
            self._client = client

        def update_item(self, **request: Any) -> Any:
            self._client.update_item(**request)
            return self._client.update_item(**request)

    store = DynamoStore(Repeating(boto3.client("dynamodb")), TABLE, 1, world.clock.now)
    world.replace(store=store)
    event = world.put("grocery/jam.jpg")
    world.models.answers(records("grocery", JAM))
    world.handle(event)
    row = world.row("grocery/jam.jpg")
    assert (row["processing_status"], row["paid_calls"], row["attempts"]) == ("completed", 1, 1)
