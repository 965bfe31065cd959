"""The trigger: uploads become events, invocations, retries and dead letters, as they do at AWS."""

import json
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local.function import Context
from local.run import run
from local.stack import BUCKET, Stack, embedded_stack
from local.trigger import Trigger
from operate.files import Photo
from operate.upload import upload


def nothing(*_: Any) -> None:
    """Neither a function nor anybody who listens need do anything here."""


@pytest.fixture
def fresh() -> Any:
    """A stack of its own: triggers hook into its client for good."""
    with embedded_stack("http://127.0.0.1:9") as stack:
        yield stack


def put(stack: Stack, *keys: str) -> None:
    for key in keys:
        stack.s3.put_object(Bucket=BUCKET, Key=key, Body=b"x" * 10)


def test_events_are_as_s3_makes_them(fresh: Stack) -> None:
    """An event has the object's url-encoded key, version, size, ETag, time with milliseconds, and growing sequencer."""
    seen: list[Any] = []
    lock = threading.Lock()

    def handler(event: Mapping[str, Any], context: Context) -> None:
        assert 0 < context.get_remaining_time_in_millis() <= 300_000
        with lock:
            seen.append(event["Records"][0])

    with Trigger(fresh, nothing, start=lambda: handler) as trigger:
        put(fresh, "a/Müsli 1+.jpg", "a/Müsli 1+.jpg")
        trigger.finish()
    first, second = sorted(seen, key=lambda record: record["s3"]["object"]["sequencer"])
    assert first["eventName"] == "ObjectCreated:Put"
    assert first["s3"]["object"]["key"] == "a/M%C3%BCsli+1%2B.jpg"
    assert first["s3"]["object"]["size"] == 10
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["eventTime"])
    versions = fresh.s3.list_object_versions(Bucket=BUCKET)["Versions"]
    assert {version["VersionId"] for version in versions} == {
        record["s3"]["object"]["versionId"] for record in (first, second)
    }
    assert {version["ETag"].strip('"') for version in versions} == {first["s3"]["object"]["eTag"]}


def test_function_that_raises(fresh: Stack) -> None:
    """An event whose function raises three times lands in the dead-letter queue as Lambda's failure envelope."""
    calls: list[str] = []

    def handler(event: Mapping[str, Any], _context: Context) -> None:
        calls.append(event["Records"][0]["s3"]["object"]["key"])
        raise RuntimeError("a bug")

    with Trigger(fresh, nothing, start=lambda: handler) as trigger:
        put(fresh, "a.jpg")
        trigger.finish()
    assert calls == ["a.jpg"] * 3
    assert trigger.failures == {"a.jpg": "RuntimeError: a bug"}
    [dead] = fresh.sqs.receive_message(QueueUrl=fresh.dead_letter_queue_url)["Messages"]
    envelope = json.loads(dead["Body"])
    assert envelope["requestPayload"]["Records"][0]["s3"]["object"]["key"] == "a.jpg"
    assert envelope["requestContext"]["condition"] == "RetriesExhausted"


def requeue(stack: Stack, event: Mapping[str, Any], delay: int = 0) -> None:
    stack.sqs.send_message(QueueUrl=stack.retry_queue_url, MessageBody=json.dumps(event), DelaySeconds=delay)


def test_retry_queue_is_drained(fresh: Stack) -> None:
    """What the function puts on the retry queue comes back as a batch of one, and is deleted when it went well."""
    sources: list[str] = []

    def handler(event: Mapping[str, Any], _context: Context) -> Mapping[str, Any] | None:
        sources.append(event["Records"][0]["eventSource"])
        if sources[-1] == "aws:s3":
            requeue(fresh, event)
            return None
        return {"batchItemFailures": []}

    with Trigger(fresh, nothing, start=lambda: handler) as trigger:
        put(fresh, "a.jpg")
        trigger.finish()
        assert trigger.delayed == 0
    assert sources == ["aws:s3", "aws:sqs"]


def test_message_that_fails_is_given_up(fresh: Stack) -> None:
    """A message that fails five times is moved to the dead-letter queue: the run ends."""
    count = 0

    def handler(event: Mapping[str, Any], _context: Context) -> Mapping[str, Any] | None:
        nonlocal count
        [record] = event["Records"]
        if record["eventSource"] == "aws:s3":
            requeue(fresh, event)
            return None
        count += 1
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}

    with Trigger(fresh, nothing, start=lambda: handler) as trigger:
        put(fresh, "a.jpg")
        trigger.finish()
    assert count == 5
    assert fresh.sqs.receive_message(QueueUrl=fresh.dead_letter_queue_url)["Messages"]


def test_delayed_messages_outlast_patience(fresh: Stack) -> None:
    """A run doesn't wait for ever: what is delayed for longer than its patience is left on the queue."""

    def handler(event: Mapping[str, Any], _context: Context) -> None:
        requeue(fresh, event, delay=900)

    with Trigger(fresh, nothing, start=lambda: handler, patience=0) as trigger:
        put(fresh, "a.jpg")
        trigger.finish()
        assert trigger.delayed == 1


def test_upload_waits_for_the_function(fresh: Stack, tmp_path: Path) -> None:
    """Photos by the hundred don't pile up: the upload goes on as the function does, and every one is read."""
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff a photo")
    photos = [Photo(tmp_path / "a.jpg", f"{number}.jpg") for number in range(200)]
    ended: list[str] = []
    with Trigger(fresh, ended.append, start=lambda: nothing) as trigger:
        outcomes = list(upload(photos, fresh.s3, BUCKET))
        trigger.finish()
    assert {outcome.status for outcome in outcomes} == {"uploaded"}
    assert sorted(ended) == sorted(photo.key for photo in photos)


def test_fault_of_the_trigger_ends_the_run(fresh: Stack, tmp_path: Path) -> None:
    """When the trigger itself fails, the upload doesn't wait for it for ever, and the fault is raised."""
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff a photo")
    photos = [Photo(tmp_path / "a.jpg", f"{number}.jpg") for number in range(200)]

    def broken(_key: str) -> None:
        raise LookupError("a bug in here")

    with Trigger(fresh, broken, start=lambda: nothing) as trigger:
        assert len(list(upload(photos, fresh.s3, BUCKET))) == 200
        with pytest.raises(LookupError, match="a bug in here"):
            trigger.finish()


def test_ctrl_c_finishes_what_runs(fresh: Stack, tmp_path: Path) -> None:
    """On Ctrl-C the image in work is finished, the others are left, and every photo is still accounted for."""
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff a photo")
    photos = [Photo(tmp_path / "a.jpg", f"{number}.jpg") for number in range(40)]
    told: list[str] = []

    def interrupt(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    fresh.s3.meta.events.register("provide-client-params.s3.HeadObject", interrupt)
    result = run(
        photos,
        fresh,
        tmp_path,
        tmp_path / "out",
        progress=nothing,
        stopping=lambda: told.append("x"),
        start=lambda: nothing,
    )
    assert result.interrupted
    assert told == ["x"]
    assert len(result.entries) == 40
    assert {entry.problem for entry in result.entries} == {"Its turn did not come."}
    assert {entry.picture for entry in result.entries} == {None}


def test_fault_in_a_run_keeps_the_rows(fresh: Stack, tmp_path: Path) -> None:
    """When the run itself fails, every photo is still accounted for, and the fault is handed over."""
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff a photo")

    def broken(*_: Any) -> None:
        raise LookupError("a bug in here")

    photos = [Photo(tmp_path / "a.jpg", "a.jpg")]
    result = run(photos, fresh, tmp_path, tmp_path / "out", progress=broken, stopping=nothing, start=lambda: nothing)
    assert isinstance(result.fault, LookupError)
    assert [entry.name for entry in result.entries] == ["a.jpg"]


def test_second_ctrl_c_keeps_the_rows(fresh: Stack, tmp_path: Path) -> None:
    """A second Ctrl-C ends the run at once, and every photo is still accounted for."""
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff a photo")

    def interrupt(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    fresh.s3.meta.events.register("provide-client-params.s3.HeadObject", interrupt)
    photos = [Photo(tmp_path / "a.jpg", "a.jpg")]
    result = run(photos, fresh, tmp_path, tmp_path, progress=nothing, stopping=interrupt, start=lambda: nothing)
    assert result.interrupted
    assert result.abandoned
    assert len(result.entries) == 1
