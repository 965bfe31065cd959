"""The soak: a short one is clean, it gives the same run on moto's DynamoDB, and it sees what is broken on purpose."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from pipeline.bootstrap import Clients
from pipeline.errors import AlreadyFinished, Busy, OcrError
from pipeline.events import Delivery
from pipeline.services import Claim, RetryQueue, Services, Store
from pipeline.store import DynamoStore
from tests.soak import __main__ as command
from tests.soak.soak import Soaked, soak

IMAGES, SEED = 150, 1
FIELDS = (
    *("images", "events", "completed", "needs_review", "failed", "dead_lettered", "waiting", "lost", "double_rows"),
    *("paid_calls", "paid_twice", "killed_after_paying", "seconds", "peak_mb"),
)


@pytest.fixture(scope="module")
def short_soak() -> Soaked:
    """A soak that takes a few seconds."""
    return soak(IMAGES, SEED)


def test_nothing_is_lost_double_or_paid_twice(short_soak: Soaked) -> None:
    """Through faults, storms and kills, each image has one true row, or lies where people look for it."""
    line = short_soak.line
    assert [f"{version.number}: {sentence}" for version, sentence in short_soak.report.breaches] == []
    assert [line[name] for name in ("lost", "double_rows", "paid_twice", "wrong_rows", "waiting")] == [0] * 5
    ends = ("completed", "needs_review", "failed", "dead_lettered")
    assert sum(line[name] for name in ends) == line["images"] == IMAGES
    assert line.keys() >= set(FIELDS)


def test_the_short_soak_meets_what_it_is_there_for(short_soak: Soaked) -> None:
    """Even the short one has duplicates, kills, answers lost to them, and rows of every kind."""
    line = short_soak.line
    assert line["events"] > IMAGES
    for name in ("kills", "killed_after_paying", "completed", "needs_review", "failed"):
        assert line[name] > 0, name
    assert line["paid_calls"] > line["completed"]


def test_dynamodb_is_what_moto_says() -> None:
    """On moto's tables the same seed leaves the same rows: the soak's own are no laxer."""
    ours, motos = soak(25, SEED), soak(25, SEED, on_moto=True)
    measured = ("seconds", "peak_mb")
    assert [{**one.line, **dict.fromkeys(measured)} for one in (ours, motos)] == [
        {**ours.line, **dict.fromkeys(measured)}
    ] * 2
    assert _comparable(ours) == _comparable(motos)


def _comparable(soaked: Soaked) -> list[Mapping[str, Any]]:
    """The rows without what S3 draws by itself."""
    drawn = ("version_id", "event_id", "sequencer", "etag")
    rows = [{name: value for name, value in row.items() if name not in drawn} for row in soaked.rows]
    return sorted(rows, key=lambda row: (row["source_key"], row["processing_timestamp"]))


class Wrapper:
    """Passes on whatever it doesn't break."""

    def __init__(self, inner: Any, services: Services) -> None:
        self._inner, self._services = inner, services

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Unconditional(Wrapper):
    """A DynamoDB client that forgets conditions."""

    def update_item(self, **asked: Any) -> Any:
        asked.pop("ConditionExpression", None)
        return self._inner.update_item(**asked)


class BusyIsDone(Wrapper):
    """A store that takes a busy image for a finished one."""

    def claim(self, *given: Any) -> Claim:
        try:
            return self._inner.claim(*given)
        except Busy as busy:
            raise AlreadyFinished(str(busy)) from busy


class RowsByArrival(Wrapper):
    """A store whose rows stand at the time of their claim, not of their event."""

    def claim(self, delivery: Delivery, owner: str, lease_until: int) -> Claim:
        upload = replace(delivery.upload, requested_at=self._services.now())
        return self._inner.claim(replace(delivery, upload=upload), owner, lease_until)


class AnswersLeftBehind(Wrapper):
    """A retry queue whose messages don't carry answers."""

    def put_back(self, delivery: Delivery, delay: float) -> None:
        self._inner.put_back(replace(delivery, answer=None, owner=None), delay)


class Forgetful(Wrapper):
    """A retry queue that keeps nothing."""

    def put_back(self, delivery: Delivery, delay: float) -> None:
        """Say yes, and do nothing."""


def _without_conditions(services: Services, clients: Clients) -> Services:
    client, settings = Unconditional(clients.dynamodb, services), services.settings
    return replace(services, store=DynamoStore(client, settings.table, settings.max_paid_calls, services.now))


def _with_store(kind: type[Wrapper]) -> Callable[[Services, Clients], Services]:
    return lambda services, _: replace(services, store=kind(services.store, services))


def _with_queue(kind: type[Wrapper]) -> Callable[[Services, Clients], Services]:
    return lambda services, _: replace(services, queue=kind(services.queue, services))


@pytest.mark.parametrize(
    ("tamper", "seen"),
    [
        (_without_conditions, {"lost", "paid_twice"}),
        (_with_store(BusyIsDone), {"lost"}),
        (_with_store(RowsByArrival), {"double_rows"}),
        (_with_queue(AnswersLeftBehind), {"paid_twice"}),
        (_with_queue(Forgetful), {"lost"}),
    ],
    ids=["claims without conditions", "busy is done", "rows by arrival", "answers not carried", "messages not kept"],
)
def test_the_soak_sees_what_is_broken(tamper: Callable[[Services, Clients], Services], seen: set[str]) -> None:
    """Break the claim, the busy rule, the event's slot, the carried answer or the queue: the line says so."""
    line = soak(IMAGES, SEED, tamper=tamper).line
    assert {name for name in ("lost", "double_rows", "paid_twice") if line[name]} >= seen
