"""Events: whatever is handed to the function, every image ends, and nothing foreign is raised."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from local.stack import BUCKET
from pipeline.events import records_in
from tests.fuzz.endings import handled
from tests.fuzz.profiles import fuzzed
from tests.fuzz.strategies import ANYTHING, NUMBERS, TEXT, almost
from tests.wire import JAM, calls, s3_record, sqs_event
from tests.world import START, World

KEY = "grocery/jam.jpg"
PUT = s3_record(BUCKET, KEY, at=START, size=1000, version_id=None, etag="e")
NOT_CREATED = {**PUT, "eventName": "ObjectRemoved:Delete"}
RETRY = {
    "upload": {
        "bucket": BUCKET,
        "key": KEY,
        "requested_at": START.isoformat(),
        "version_id": None,
        "etag": None,
        "sequencer": "00A1",
        "size": 1000,
    },
    "first_seen": START.isoformat(),
    "attempt": 2,
}
ANSWER = {
    "processing_status": "needs_review",
    "product_specifications": {"category": "grocery", "specifications": JAM},
    "findings": [{"path": "", "message": "m", "severity": "error"}],
    "usage": {"input_tokens": 1},
}
STORED_LATER = {**RETRY, "answer": ANSWER, "owner": "owner"}
BURIED = {**RETRY, "reason": {"code": "throttled", "message": "m"}}
ENVELOPE = {"version": "1.0", "requestContext": {"condition": "RetriesExhausted"}, "requestPayload": {"Records": [PUT]}}
FORMS: dict[str, Any] = {
    "an S3 event": {"Records": [PUT]},
    "an S3 event of several": {"Records": [PUT, NOT_CREATED, {**PUT, "eventTime": "2026-11-23T12:00:01Z"}]},
    "a retry message": RETRY,
    "a message from the dead letter queue": BURIED,
    "a failure envelope": ENVELOPE,
    "an envelope in an envelope": {"requestPayload": {"requestPayload": RETRY}},
}


def _reads(request: Any) -> Any:
    """Any photo is plum jam."""
    return calls(request["tool_choice"]["name"], {"product_name": "Plum jam", "specifications": {}})


@pytest.fixture
def jam(world: World) -> World:
    """A photo in the bucket, and a model that reads whatever it is sent."""
    world.put(KEY)
    world.models.answers(*[_reads] * 100_000)
    return world


@pytest.mark.parametrize("form", FORMS)
@fuzzed(25)
@given(data=st.data())
def test_an_event_that_is_almost_right(jam: World, form: str, data: st.DataObject) -> None:
    """An event in any of its forms, with values replaced, missing or twice: each image ends as told."""
    handled(jam, data.draw(almost(FORMS[form])))


@fuzzed(40)
@given(event=almost(STORED_LATER, values=NUMBERS | TEXT | st.booleans()))  # a null in a list is more than moto can keep
def test_an_answer_that_is_almost_right(jam: World, event: Any) -> None:
    """A message that brings an answer to be stored, with values replaced, missing or twice: it ends as told, too."""
    handled(jam, event, reads=False)


@fuzzed(40)
@given(event=ANYTHING)
@example(event={"Records": [{"s3": {}}]})
def test_an_event_that_is_none(jam: World, event: Any) -> None:
    """Any JSON at all: it is raised as not understood, or asks for nothing."""
    handled(jam, event)


@fuzzed(25)
@given(key=TEXT, version=st.none() | TEXT, etag=TEXT, sequencer=TEXT)
def test_any_names(jam: World, key: str, version: str | None, etag: str, sequencer: str) -> None:
    """Key, version, ETag and sequencer are any text: the image is read, refused or raised, and never forgotten."""
    upload = {**RETRY["upload"], "key": key, "version_id": version, "etag": etag, "sequencer": sequencer}
    handled(jam, {**RETRY, "upload": upload})


@fuzzed(25)
@given(bodies=st.lists(ANYTHING.map(json.dumps) | TEXT | almost(RETRY).map(json.dumps), max_size=4))
def test_messages_of_the_queue(jam: World, bodies: list[str]) -> None:
    """Any bodies: the answer names just those messages that can't be understood, or whose processing raised."""
    answer = jam.handle(sqs_event(*bodies)) if bodies else None
    for index, body in enumerate(bodies):
        named = {"itemIdentifier": f"message-{index}"} in (answer or {})["batchItemFailures"]
        assert named or _is_event(body)
    assert not [line for line in jam.logged("record.failed") if "pipeline.errors." not in line["exception"]]


def _is_event(body: str) -> bool:
    try:
        list(records_in(json.loads(body)))
    except (ValueError, RecursionError):
        return False
    return True
