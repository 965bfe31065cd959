"""The command `breaker`: whether Bedrock is asked, for a person to see and to decide (`pipeline/breaker.py`)."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime

import boto3
from rich.console import Console

from local.readable import count, moment
from operate.screen import say
from operate.stage import add_stage, settings
from pipeline.admission import Coordination
from pipeline.bootstrap import coordination
from pipeline.breaker import WINDOW_MINUTES, Change, Fleet

_LONGEST_REASON = 200  # characters: it stands on the row of every photo that waits
_TRIES = 5  # containers change the breaker at most every few seconds
_HELD = (
    "No photo is sent to Bedrock from now on, but for calls under way. Photos wait on the retry queue, however long "
    "this lasts, and are read when it's closed: npm run operate -- breaker close --stage {}"
)
_CLOSED = "Photos that wait come back within a quarter of an hour."


class BreakerRefusedError(Exception):
    """The breaker was not changed; the message says why."""


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    says = "status: what it is, exit code 0 if closed; open: ask Bedrock no more, until somebody closes it; close"
    command.add_argument("action", choices=("status", "open", "close"), help=says)
    command.add_argument("--reason", help="why, for all who read it in rows and logs")
    add_stage(command)


def run(
    options: argparse.Namespace,
    console: Console,
    session: boto3.Session,
    _ask: object,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Say what the breaker is, or change it; the exit code.

    Raises StageUnknownError, BreakerRefusedError, or as `aws.translated`.
    """
    told = settings(session.client("lambda"), options.stage)
    table = coordination(session.client("dynamodb"), told.coordination_table)
    fleet = table.report()
    if options.action == "status":
        say(console, f"The breaker is {described(fleet, now(), options.stage)}")
        return 0 if fleet.state == "closed" else 1
    if options.action == "close" and fleet.state == "closed":
        say(console, "The breaker is closed already.")
        return 0
    fleet = _changed(table, fleet, _wanted(options), now())
    say(console, f"The breaker is {described(fleet, now(), options.stage)}")
    say(console, _CLOSED if fleet.state == "closed" else _HELD.format(options.stage))
    return 0


def described(fleet: Fleet, now: datetime, stage: str) -> str:
    """The breaker's state in a sentence or two that go on after `The breaker is`."""
    calls, failures = fleet.recent(now)
    lately = f"{count(calls, 'call')} in the last {WINDOW_MINUTES} minutes, {failures:,} failed."
    since = f" since {moment(fleet.changed_at)}" if fleet.changed_at else ""
    if fleet.state == "closed":
        return f"closed{since}: Bedrock is asked. {lately}"
    if fleet.is_held:
        close = f"npm run operate -- breaker close --stage {stage}"
        return f"held open{since}: {fleet.reason} Until somebody closes it: {close}"
    if fleet.state == "half_open":
        return f"half open{since}: {fleet.reason}"
    left = (fleet.retry_at or 0) - now.timestamp()
    then = f"in {left:.0f} s at the earliest" if left > 0 else "for the next photo that comes"
    return f"open{since}: {fleet.reason} It's tried again {then}. {lately}"


def _wanted(options: argparse.Namespace) -> Change:
    reason = (options.reason or "").strip()
    if len(reason) > _LONGEST_REASON or not reason.isprintable():
        raise BreakerRefusedError(f"A reason is one line of at most {_LONGEST_REASON} characters.")
    why = f": {reason.rstrip('.')}." if reason else "."
    if options.action == "close":
        return Change("closed", f"A person closed it{why}")
    return Change("open", f"A person holds it open{why}")


def _changed(table: Coordination, seen: Fleet, change: Change, now: datetime) -> Fleet:
    """The breaker as it was changed, whatever the containers make of it at the same time."""
    for _ in range(_TRIES):
        if changed := table.change(seen, change, now):
            return changed
        seen = table.report()
    raise BreakerRefusedError("The breaker changes all the time. Nothing was changed; try again.")
