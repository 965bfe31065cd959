"""The log: what it may never hold, at any level, however an image ends; and lines that nobody else can write."""

import base64
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.contextvars import clear_contextvars

from pipeline import logs
from pipeline.errors import AnswerUnusable, Throttled
from tests.wire import JAM, a_photo, calls, prose, records, sqs_event
from tests.world import World

PRINTED = "Zwetschgenmus Nr. 7391"  # what stands on the photo
FORGED = (
    'a.jpg"}\r\n{"event": "image.finished", "outcome": "completed"}\n'
    '{"_aws": {"Timestamp": 1, "CloudWatchMetrics": [{"Namespace": "ProductOcr", "Dimensions": [["Stage"]], '
    '"Metrics": [{"Name": "Cost", "Unit": "None"}]}]}, "Stage": "prod", "Cost": 1000000}\x1b[2J\u2028\x85'
)
SECRETS = {"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMIdontlogme", "AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2dontlogme"}
LONGEST_LINE = 30_000


@pytest.fixture
def told(world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """All that is logged at level DEBUG: the function's lines, and what libraries say where Lambda would print it."""
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    caplog.set_level(logging.WARNING)  # the root logger's level in Lambda's runtime
    logs.configure("DEBUG", world.lines.append)
    yield world.lines
    world.lines += caplog.messages
    clear_contextvars()


def _says(text: str) -> Any:
    return records("grocery", {**JAM, "ingredients": text}, product_name=text, brand=text)


def _completed(world: World) -> None:
    world.models.answers(_says(PRINTED))


def _invalid(world: World) -> None:
    wrong = records("grocery", {"net_content": {"value": PRINTED, "unit": "g"}}, product_name=PRINTED)
    world.models.answers(wrong, wrong)


def _in_prose(world: World) -> None:
    world.models.answers(prose(f"It says {PRINTED}."))


def _not_json(world: World) -> None:
    world.models.answers(AnswerUnusable("malformed_answer", "The model's answer is not JSON", PRINTED))


def _repair_throttled(world: World) -> None:
    wrong = records("grocery", {"net_content": PRINTED}, product_name=PRINTED)
    world.models.answers(wrong, Throttled("Rate exceeded"))


def _permission_missing(world: World) -> None:
    world.tap.breaks("GetObject", ("AccessDenied", 403))


def _waits(world: World) -> None:
    world.models.answers(Throttled("Rate exceeded"))


ENDS = [_completed, _invalid, _in_prose, _not_json, _repair_throttled, _permission_missing, _waits]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__.strip("_"))
def test_nothing_of_the_photo_and_no_secret(world: World, told: list[str], end: Any) -> None:
    """Neither the photo, nor what is printed on it, nor a credential is in the log, however the image ends."""
    photo = a_photo(400, 300)
    event = world.put("grocery/jam.jpg", photo)
    end(world)
    try:
        world.handle(event)
    except Exception as error:  # noqa: BLE001 - what is raised is printed by Lambda's runtime
        told.append(str(error))
    assert told
    encoded = [base64.b64encode(photo).decode()]
    encoded += [request["messages"][0]["content"][0]["source"]["data"] for request in world.models.requests]
    for line in told:
        assert PRINTED not in line
        assert "dontlogme" not in line
        assert not [data for data in encoded for at in range(0, len(data) - 40, 40) if data[at : at + 40] in line]
        assert len(line) < LONGEST_LINE


def test_what_the_model_said_is_on_the_row_alone(world: World, told: list[str]) -> None:
    """What a model wrote instead of an answer stands on the row, and isn't logged when the row is stored at last."""
    event = world.put("grocery/jam.jpg")
    world.models.answers(prose(f"It says {PRINTED}."))
    stored, finish = world.services.store, world.services.store.finish

    def refuses(*_: Any) -> None:
        raise Throttled("by the test")

    stored.finish = refuses  # type: ignore[method-assign]
    world.handle(event)
    stored.finish = finish  # type: ignore[method-assign]
    assert PRINTED in str(world.on_queue("retry"))
    assert world.handle_queue() == 1
    assert PRINTED in world.row("grocery/jam.jpg")["error_message"]
    assert not [line for line in told if PRINTED in line]


JAM_READ = records("grocery", JAM)
# The key, the metadata and the model's answers of an upload.
UPLOADS: dict[str, tuple[str, dict[str, str], list[Any]]] = {
    "key": (f"grocery/{FORGED}", {}, [JAM_READ]),
    "metadata": ("grocery/jam.jpg", {"category": FORGED.encode("unicode_escape").decode()}, [JAM_READ]),
    "product": ("grocery/jam.jpg", {}, [_says(FORGED), _says(FORGED)]),
    "tool": ("grocery/jam.jpg", {}, [calls(FORGED, {})]),
    "chosen category": ("inbox/jam.jpg", {}, [calls("choose_category", {"category": FORGED}), records("general")]),
}
EVENTS = {
    "event": {"Records": [{"eventName": FORGED}]},
    "message": sqs_event(json.dumps({"upload": {"bucket": "b", "key": FORGED, "requested_at": FORGED}})),
}


@pytest.mark.parametrize("where", [*UPLOADS, *EVENTS])
def test_nobody_else_writes_a_line(world: World, told: list[str], where: str) -> None:
    """Line breaks, JSON and metrics in a key, metadata, answer or event stay one value: no line, no metric more."""
    if where in UPLOADS:
        key, metadata, answers = UPLOADS[where]
        event = world.put(key, **metadata)
        world.models.answers(*answers)
    else:
        event = EVENTS[where]
    world.handle(event)
    metrics = [line for line in map(json.loads, told) if "_aws" in line]
    finished = [line["outcome"] for line in world.logged("image.finished")]
    assert len(metrics) == len(finished) == (where in UPLOADS)
    assert finished == [row["processing_status"] for row in world.rows()]
    assert all(line["Stage"] == world.services.settings.stage and line.get("Cost", 0) < 1 for line in metrics)
    assert told
    for line in told:
        assert len(line.splitlines()) == 1
        assert line.isprintable()


@pytest.mark.parametrize("length", [1_000, 100_000])
def test_no_string_is_unbounded(world: World, told: list[str], length: int) -> None:
    """Keys, versions and answers of any length take a bounded part of the log, and of what Lambda's runtime prints."""
    long = "x" * length
    upload = {"bucket": "photos", "key": long, "requested_at": "2026-11-23T12:00:00+00:00", "version_id": long}
    world.handle(sqs_event(json.dumps({"upload": upload, "first_seen": None, "attempt": 1})))
    event = world.put("grocery/jam.jpg")
    world.models.answers(calls(long, {}))
    world.handle(event)
    for garbled in (
        {"upload": {**upload, "requested_at": long}},
        {"Records": [{"eventName": "ObjectCreated", "s3": long}]},
    ):
        with pytest.raises(Exception, match="understood") as raised:
            world.handle(garbled)
        assert len(str(raised.value)) < 1_000
    assert len(told) >= 4
    assert max(map(len, told)) < LONGEST_LINE
