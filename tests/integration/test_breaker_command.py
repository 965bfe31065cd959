"""The command `breaker`, on the emulated coordination table: what a person changes the function obeys."""

import argparse
import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from rich.console import Console

from local.stack import COORDINATION_TABLE, Stack
from operate import breaker
from operate.__main__ import main
from operate.breaker import BreakerRefusedError, _changed
from pipeline.admission import Admissions
from pipeline.bootstrap import coordination
from pipeline.breaker import Change, Fleet
from pipeline.errors import BreakerOpen
from pipeline.metrics import Metrics
from tests.deployed import DeployedSession

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


class Fleets:
    """A container's view of the breaker, and the command; both at the time that the test sets."""

    def __init__(self) -> None:
        self.now = NOW
        self.table = coordination(boto3.client("dynamodb"), COORDINATION_TABLE)
        self.container = Admissions(self.table, lambda: self.now, None)

    def asks(self) -> None:
        """One call of Bedrock, two seconds later, that goes well; raises BreakerOpen if it isn't to be made."""
        self.now += timedelta(seconds=2)
        self.container.record(self.container.admit(Metrics()), Metrics(), failed=False)

    def fails(self, times: int) -> None:
        """So many calls of Bedrock that fail."""
        for _ in range(times):
            self.container.record(self.container.admit(Metrics()), Metrics(), failed=True)

    def run(self, *arguments: str) -> tuple[int, str]:
        """The exit code and the screen of the command."""
        parser = argparse.ArgumentParser()
        breaker.configure(parser)
        screen = io.StringIO()
        session = DeployedSession({}, {"product-ocr-dev-process": dict(os.environ)})
        options = parser.parse_args([*arguments, "--stage", "dev"])
        code = breaker.run(options, Console(file=screen, width=200), session, None, now=lambda: self.now)
        return code, screen.getvalue()


@pytest.fixture
def fleet(stack: Stack) -> Iterator[Fleets]:  # noqa: ARG001  # it stands for AWS
    yield Fleets()
    boto3.client("dynamodb").delete_item(TableName=COORDINATION_TABLE, Key={"name": {"S": "bedrock"}})


def test_a_breaker_that_nobody_has_used_is_closed(fleet: Fleets) -> None:
    """A stage that has read nothing yet: closed, exit code 0."""
    assert fleet.run("status") == (
        0,
        "The breaker is closed: Bedrock is asked. 0 calls in the last 5 minutes, 0 failed.\n",
    )


def test_a_person_holds_it_open_and_closes_it(fleet: Fleets) -> None:
    """Open: no container asks Bedrock, for hours, without it counting against a photo's patience. Closed: they do."""
    fleet.asks()
    code, screen = fleet.run("open", "--reason", "new prices, wait for Ada")
    assert code == 0
    assert "held open since 24 Nov 2026, 09:30 UTC: A person holds it open: new prices, wait for Ada. Until" in screen
    for _ in range(2):
        with pytest.raises(BreakerOpen, match="wait for Ada") as refused:
            fleet.asks()
        assert refused.value.costs_patience is False
        fleet.now += timedelta(hours=5)
    code, screen = fleet.run("status")
    assert code == 1
    assert "npm run operate -- breaker close --stage dev" in screen
    code, screen = fleet.run("close")
    assert code == 0
    assert "The breaker is closed since" in screen
    fleet.asks()


def test_a_breaker_that_opened_by_itself_is_told(fleet: Fleets) -> None:
    """Opened by failures: why, and when it's tried again; a person may close it before that."""
    fleet.fails(10)
    code, screen = fleet.run("status")
    assert code == 1
    assert (
        "open since 24 Nov 2026, 09:30 UTC: 10 of the last 10 calls of Bedrock failed. It's tried again in 60 s"
        in screen
    )
    fleet.now += timedelta(minutes=2)
    assert "for the next photo that comes" in fleet.run("status")[1]
    fleet.container.admit(Metrics())  # that photo
    assert "half open since" in fleet.run("status")[1]
    assert fleet.run("close")[0] == 0
    fleet.asks()


def test_closing_what_is_closed_changes_nothing(fleet: Fleets) -> None:
    """Close twice: the second time a sentence says so, and the item stays as it was."""
    assert fleet.run("close") == (0, "The breaker is closed already.\n")
    assert fleet.table.report().generation == 0


@pytest.mark.parametrize("reason", ["x" * 201, "two\nlines", "\x1b[31mred"])
def test_a_reason_that_rows_and_logs_cant_hold_is_refused(fleet: Fleets, reason: str) -> None:
    """A reason of several lines, with control characters, or too long: a sentence, and nothing is changed."""
    with pytest.raises(BreakerRefusedError, match=r"^A reason is one line of at most 200 characters\.$"):
        fleet.run("open", "--reason", reason)
    assert fleet.table.report().state == "closed"


class Hasty:
    """A coordination table in which somebody else is always first, so many times."""

    def __init__(self, times: int) -> None:
        self.times, self.asked = times, 0

    def report(self, _news: object = None) -> Fleet:
        return Fleet(generation=self.asked)

    def change(self, seen: Fleet, change: Change, _now: datetime) -> Fleet | None:
        assert seen.generation == self.asked
        self.asked += 1
        return None if self.asked <= self.times else Fleet(state=change.state)


def test_a_change_that_comes_second_is_tried_again() -> None:
    """Containers change the breaker meanwhile: the person's change is made over theirs, or refused with a sentence."""
    table: Any = Hasty(3)
    assert _changed(table, Fleet(), Change("open", "A person."), NOW).state == "open"
    with pytest.raises(BreakerRefusedError, match="try again"):
        _changed(Hasty(99), Fleet(), Change("open", "A person."), NOW)  # type: ignore[arg-type]


def test_a_stage_that_isnt_deployed() -> None:
    """No function of that name: a sentence, exit code 2."""
    screen = io.StringIO()
    assert main(["breaker", "status", "--stage", "nope"], Console(file=screen, width=200), DeployedSession({})) == 2
    assert "There is no function product-ocr-nope-process" in screen.getvalue()
