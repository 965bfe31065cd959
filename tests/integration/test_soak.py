"""The soak: a short one is clean, it gives the same run on moto's DynamoDB, and it sees what is broken on purpose."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from pipeline.bootstrap import Clients
from pipeline.deliveries import Delivery
from pipeline.errors import AlreadyFinished, Busy, Throttled
from pipeline.services import Claim, Services
from pipeline.store import DynamoStore
from tests.soak.__main__ import main
from tests.soak.expressions import condition, updated
from tests.soak.soak import Soaked, soak
from tests.soak.truth import Fate, PaidCall, Step, Version, needlessly_paid

IMAGES, SEED = 150, 3
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
    ours, motos = soak(15, SEED), soak(15, SEED, on_moto=True)
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


class RefusesAtFirst(Wrapper):
    """A store that takes an image's result at each second attempt only, whatever the weather."""

    def finish(self, claim: Claim, result: Mapping[str, Any]) -> None:
        if claim.attempts % 2:
            raise Throttled("by the test")
        self._inner.finish(claim, result)


class AnswersLeftBehind(Wrapper):
    """A retry queue whose messages carry no answers, and a store that puts none on a row that is released."""

    def put_back(self, delivery: Delivery, delay: float) -> None:
        self._inner.put_back(replace(delivery, answer=None, owner=None), delay)

    def release(self, claim: Claim, error: BaseException) -> None:
        claim.draft = None
        self._inner.release(claim, error)


class Forgetful(Wrapper):
    """A retry queue that keeps nothing."""

    def put_back(self, delivery: Delivery, delay: float) -> None:
        """Say yes, and do nothing."""


def _without_conditions(services: Services, clients: Clients) -> Services:
    client, settings = Unconditional(clients.dynamodb, services), services.settings
    return replace(services, store=DynamoStore(client, settings.table, settings.max_paid_calls, services.now))


def _without_answers(services: Services, _: Clients) -> Services:
    store = AnswersLeftBehind(RefusesAtFirst(services.store, services), services)
    return replace(services, queue=AnswersLeftBehind(services.queue, services), store=store)


def _with_store(kind: type[Wrapper]) -> Callable[[Services, Clients], Services]:
    return lambda services, _: replace(services, store=kind(services.store, services))


def _with_queue(kind: type[Wrapper]) -> Callable[[Services, Clients], Services]:
    return lambda services, _: replace(services, queue=kind(services.queue, services))


@pytest.mark.parametrize(
    ("tamper", "seen"),
    [
        (_without_conditions, {"paid_twice"}),
        (_with_store(BusyIsDone), {"lost"}),
        (_with_store(RowsByArrival), {"double_rows"}),
        (_without_answers, {"paid_twice"}),
        (_with_queue(Forgetful), {"lost"}),
    ],
    ids=["claims without conditions", "busy is done", "rows by arrival", "answers not carried", "messages not kept"],
)
def test_the_soak_sees_what_is_broken(tamper: Callable[[Services, Clients], Services], seen: set[str]) -> None:
    """Break the claim, the busy rule, the event's slot, the carried answer or the queue: the line says so."""
    line = soak(IMAGES, SEED, tamper=tamper).line
    assert {name for name in ("lost", "double_rows", "paid_twice") if line[name]} >= seen


def test_a_table_that_refuses_alone_breaks_nothing() -> None:
    """What the soak sees without the carried answers is their absence: with them, the same refusals come to nothing."""
    soaked = soak(40, SEED, tamper=_with_store(RefusesAtFirst))
    assert soaked.report.breaches == []


def test_the_command_prints_one_line_and_says_that_all_is_well(
    short_soak: Soaked, capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard output is the line of JSON and nothing else; the exit code is 0; a story is told when asked for."""
    assert main(["--images", "150", "--trace", "0"], run=lambda *_, **__: short_soak) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == short_soak.line
    assert told.out.count("\n") == 1
    assert "Image 0" in told.err
    assert "event delivered" in told.err


def test_the_command_fails_and_tells_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    """If anything is lost the exit code is 1, and standard error tells the stories of the first images."""
    broken = soak(40, SEED, tamper=_with_queue(Forgetful))
    assert main([], run=lambda *_, **__: broken) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["lost"] == len(broken.report.breaches) > 0
    version, _ = broken.report.breaches[0]
    assert f"Image {version.number}, {version.key}: lost: " in told.err


@pytest.mark.parametrize(
    ("calls", "needless"),
    [
        ([("choose", "kept"), ("read", "kept"), ("repair", "kept")], 0),
        ([("read", "lost to a kill"), ("read", "lost to a timeout"), ("read", "kept")], 0),
        ([("read", "kept"), ("read", "lost to a kill")], 1),
        ([("read", "arrived"), ("read", "kept"), ("read", "kept")], 2),
        ([("choose", "arrived"), ("read", "kept"), ("choose", "kept")], 1),
    ],
)
def test_paid_twice_is_what_was_had_already(calls: list[tuple[Step, Fate]], needless: int) -> None:
    """A step is paid again needlessly if an earlier answer was lost neither to a kill nor to a timeout."""
    version = Version(number=0, key="jam.jpg", data=b"", metadata={}, category=None)
    version.paid = [PaidCall(step, "model", "right", 0.0, fate) for step, fate in calls]
    assert len(needlessly_paid(version)) == needless


@pytest.mark.parametrize("text", ["size(a) > :b", "a = :b !", "a BETWEEN :b AND :c", "(a = :b", "a = :b c"])
def test_a_condition_that_is_not_known_is_not_guessed(text: str) -> None:
    """What the soak's tables don't know is refused, so that nobody believes it was tried."""
    with pytest.raises((ValueError, IndexError)):
        condition(text)({"a": {"N": "1"}}, {}, {":b": {"N": "1"}, ":c": {"N": "2"}})


@pytest.mark.parametrize(
    "text", ["SET a = a + :b", "SET a = if_not_exists(a, :b)", "DELETE a :b", "SET a = b", "a = :b"]
)
def test_an_update_that_is_not_known_is_not_guessed(text: str) -> None:
    """Nor is an update."""
    with pytest.raises(ValueError, match=r"understood|mean|Expected"):
        updated({"a": {"N": "1"}}, text, {}, {":b": {"N": "1"}})
