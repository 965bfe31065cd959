"""The command `status`, on the emulated stack: one screen, and an exit code that says whether to look at it."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from rich.console import Console

from local.stack import BUCKET, COORDINATION_TABLE, Stack, embedded_stack
from operate import overview
from operate.__main__ import main
from pipeline.bootstrap import coordination
from pipeline.breaker import Change, News, day_of
from tests.deployed import DeployedSession, DeployedStage
from tests.world import MODEL


@pytest.fixture
def stack() -> Iterator[Stack]:
    """A stack for each test: SQS empties a queue only once a minute."""
    with embedded_stack("http://127.0.0.1:9") as stack:
        yield stack


def stage_of(**environment: str) -> DeployedStage:
    return DeployedStage(MODELS=MODEL, **environment)


def shown(stage: DeployedStage) -> tuple[int, str]:
    """The exit code and the screen of the command."""
    screen = io.StringIO()
    code = main(["status", "--stage", "dev"], Console(file=screen, width=200), stage)
    return code, screen.getvalue()


def row(stack: Stack, number: int, status: str, **more: Any) -> None:
    """A row of this status, in the table and its index."""
    item = {"image_id": str(number), "processing_timestamp": f"2026-11-24T0{number % 10}:00:00.000000Z"}
    item |= {"source_bucket": BUCKET, "source_key": f"{number}.jpg", "processing_status": status, **more}
    stack.table.put_item(Item={**item, **({} if status == "completed" else {"open_status": status})})


def fleet() -> Any:
    return coordination(boto3.client("dynamodb"), COORDINATION_TABLE)


def test_a_stage_that_does_well(stack: Stack) -> None:
    """Nothing wants attention: exit code 0, and each line says what there is."""
    for number, status in enumerate(["completed", "waiting", "waiting", "needs_review", "failed"]):
        row(stack, number, status)
    stack.sqs.send_message(QueueUrl=stack.retry_queue_url, MessageBody="{}")
    stack.sqs.send_message(QueueUrl=stack.retry_queue_url, MessageBody="{}", DelaySeconds=900)
    now = datetime.now(UTC)
    fleet().report(News(0, int(now.timestamp() // 60), day_of(now), 3, 0, 1.25))
    code, screen = shown(stage_of())
    assert code == 0
    for line in (
        r"product-ocr-dev in us-east-1, \d+ \w+ 20\d\d",
        r"Breaker +closed: Bedrock is asked. 3 calls in the last 5 minutes, 0 failed\.",
        r"Spent +\$1.25 today \(UTC\); no ceiling",
        r"Retry queue +1 to be read, 0 being read, 1 put off",
        r"Dead letters +0 +\n",
        r"Rows +0 processing, 2 waiting, 1 to review, 1 failed",
        r"Oldest waiting +1(\.jpg)?, asked for 24 Nov 2026, 01:00 UTC",
        r"Function +unreserved concurrency, 5 of them for the retry queue \(trigger enabled\); at most 3 paid calls",
        r"Alarms +none",
        rf"Models +{MODEL}",
        r"Nothing wants attention\.",
    ):
        assert re.search(line, screen), line


def test_dead_letters_want_attention(stack: Stack) -> None:
    """A dead letter: exit code 1, and the command that looks at them."""
    stack.sqs.send_message(QueueUrl=stack.dead_letter_queue_url, MessageBody=json.dumps({}))
    code, screen = shown(stage_of())
    assert code == 1
    assert re.search(r"Dead letters +1: npm run operate -- redrive --stage dev --dry-run", screen)
    assert "Wants attention: Dead letters. See docs/runbook.md." in screen


def test_a_breaker_held_open_wants_attention(stack: Stack) -> None:  # noqa: ARG001
    """Held open by a person: exit code 1, and how to close it."""
    table = fleet()
    table.change(table.report(), Change("open", "A person holds it open: prices."), datetime.now(UTC))
    code, screen = shown(stage_of())
    assert code == 1
    assert "A person holds it open: prices. Until somebody closes it: npm run operate -- breaker close" in screen


@pytest.mark.parametrize(("spent", "code"), [(4.99, 0), (5.0, 1)])
def test_a_reached_ceiling_wants_attention(stack: Stack, spent: float, code: int) -> None:  # noqa: ARG001
    """What was spent today stands beside the ceiling; reached, it wants attention."""
    now = datetime.now(UTC)
    fleet().report(News(0, int(now.timestamp() // 60), day_of(now), 1, 0, spent))
    told, screen = shown(stage_of(DAILY_CEILING_USD="5"))
    assert told == code
    assert f"${spent:.2f} of the $5.00 that a day may cost (UTC)" in screen
    assert ("photos wait for tomorrow" in screen) == bool(code)


def test_a_stopped_function_or_trigger_wants_attention(stack: Stack) -> None:  # noqa: ARG001
    """Reserved concurrency 0, a trigger that is disabled, and none at all: each is said."""
    stage = stage_of()
    stage.reserved = 0
    code, screen = shown(stage)
    assert (code, "it is stopped: uploads become dead letters" in screen) == (1, True)
    stage.reserved, stage.trigger["State"] = 20, "Disabled"
    code, screen = shown(stage)
    assert (code, "at most 20 at a time, 5 of them for the retry queue (trigger disabled)" in screen) == (1, True)
    stage.trigger = {}
    code, screen = shown(stage)
    assert (code, "trigger missing" in screen) == (1, True)


def test_alarms_are_named(stack: Stack) -> None:  # noqa: ARG001
    """What is in alarm is named as the runbook calls it."""
    stage = stage_of()
    stage.in_alarm = ["faults", "function-errors"]
    code, screen = shown(stage)
    assert code == 1
    assert re.search(r"Alarms +faults, function-errors \(docs/runbook.md\)", screen)


def test_what_cant_be_told_is_said(stack: Stack) -> None:
    """A missing permission costs its own line only, and wants attention; no terminal obeys what a row says."""
    row(stack, 3, "waiting", error_message="\x1b[31m no")
    stage = stage_of()
    stage.refused = {"cloudwatch"}
    code, screen = shown(stage)
    assert code == 1
    assert re.search(r"Alarms +Can't be told: An error occurred \(AccessDenied\)", screen)
    assert "Models" in screen
    assert "\x1b" not in screen


def test_many_rows_are_not_counted_to_the_end(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an index of many pages only the first are counted, and the line says so."""
    monkeypatch.setattr(overview, "_MOST_PAGES", 2)
    for number in range(40):
        row(stack, number, "failed", error_message="x" * 80_000)
    _, screen = shown(stage_of())
    assert re.search(r"more than \d\d failed", screen)


def test_a_stage_that_isnt_deployed() -> None:
    """No function of that name: a sentence, exit code 2."""
    screen = io.StringIO()
    assert main(["status", "--stage", "nope"], Console(file=screen, width=200), DeployedSession({})) == 2
    assert "There is no function product-ocr-nope-process" in screen.getvalue()
