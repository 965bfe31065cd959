"""The command `backfill`, end to end: objects in the bucket -> messages on the queue -> rows, each paid once."""

import argparse
import json
import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from local.stack import BUCKET
from operate import backfill
from operate.estimate import about, typical_dollars
from operate.stage import StageUnknownError
from pipeline.errors import ServiceMisconfigured
from pipeline.uploads import ImageUpload
from tests.backfilling import Backfilling
from tests.wire import JAM, records
from tests.world import MODEL, Killed, World


@pytest.fixture
def backfilling(world: World) -> Iterator[Backfilling]:
    backfilling = Backfilling(world)
    yield backfilling
    backfilling.tidy()


def keys(bodies: list[str]) -> list[str]:
    return sorted(json.loads(body)["upload"]["key"] for body in bodies)


def has_row(world: World, key: str, **row: Any) -> None:
    """Upload a photo whose row says so."""
    put = world.put(key)["Records"][0]
    version = put["s3"]["object"]["versionId"]
    image_id = ImageUpload(bucket=BUCKET, key=key, requested_at=world.clock.moment).image_id
    its = {"image_id": image_id, "processing_timestamp": put["eventTime"], "source_key": key, "version_id": version}
    world.stack.table.put_item(Item={**its, **row})


def test_only_what_lacks_a_row_is_sent_and_read(world: World, backfilling: Backfilling) -> None:
    """An object with a row of its version is left; one without, and one whose newest version lacks it, are read."""
    world.models.answers(records("grocery", JAM), records("grocery", JAM))
    world.handle(world.put("grocery/a-has-a-row.jpg"))
    world.handle(world.put("grocery/b-has-an-old-row.jpg"))
    world.put("grocery/b-has-an-old-row.jpg")
    world.put("grocery/c has+ë none.jpg")
    code, screen = backfilling()
    assert code == 0
    assert "3 objects" in screen
    assert "1  has a row of its version" in screen
    sent = backfilling.sent()
    assert keys(sent) == ["grocery/b-has-an-old-row.jpg", "grocery/c has+ë none.jpg"]
    world.models.answers(records("grocery", JAM), records("grocery", JAM))
    backfilling.read(sent)
    assert [row["processing_status"] for row in world.rows()] == ["completed"] * 4
    assert "There is nothing to send." in backfilling()[1]
    assert backfilling.sent() == []


def test_a_reading_again_is_a_row_of_its_own_paid_once(world: World, backfilling: Backfilling) -> None:
    """Read again, a photo has a second row at the run's start and its first as it was; a message repeated is unpaid."""
    world.models.answers(records("grocery", JAM))
    world.handle(world.put("grocery/jam.jpg"))
    [first] = world.rows()
    assert backfilling("--reprocess", "all")[0] == 0
    [body] = backfilling.sent()
    world.models.answers(records("grocery", JAM, product_name="Damson jam"))
    backfilling.read([body, body])
    assert world.models.paid == 2
    before, again = world.rows()
    assert before == first
    assert again["product_specifications"]["product_name"] == "Damson jam"
    assert again["processing_timestamp"] == f"{backfilling.now:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert again["run"] == json.loads(body)["upload"]["run"]
    assert again["version_id"] == first["version_id"]


def test_what_somebody_else_has_is_left(world: World, backfilling: Backfilling) -> None:
    """Left, and counted: what is read or waits, lies in the dead letter queue, is young, is deleted or no photo."""
    recently = f"{backfilling.now - timedelta(days=13):%Y-%m-%dT%H:%M:%S.%f}Z"
    has_row(world, "read.jpg", processing_status="processing", started_at=recently)
    has_row(world, "waits.jpg", processing_status="waiting", started_at=recently)
    has_row(world, "dead.jpg", processing_status="failed", dead_lettered=True, completed_at=recently)
    world.put("folder/", b"")
    world.put("deleted.jpg")
    world.stack.s3.delete_object(Bucket=BUCKET, Key="deleted.jpg")
    for arguments in ([], ["--reprocess", "all"]):
        code, screen = backfilling(*arguments)
        assert code == 0
        assert "4 objects" in screen
        assert "2  is being read, or waits for another attempt" in screen
        assert "1  was given up, and lies in the dead letter queue (`redrive` brings it back)" in screen
        assert "1  is a folder marker" in screen
        assert "There is nothing to send." in screen
    backfilling.now -= timedelta(minutes=50)
    _, screen = backfilling("--reprocess", "all")
    assert "3  is younger than 15 minutes" in screen
    assert backfilling.sent() == backfilling.asked == []


def test_what_the_queues_have_dropped_can_be_read_again(world: World, backfilling: Backfilling) -> None:
    """When neither queue can hold a photo's message any more, it is taken like any that failed."""
    before_14_days, before_28_days = (
        f"{backfilling.now - timedelta(days=days, hours=1):%Y-%m-%dT%H:%M:%S.%f}Z" for days in (14, 28)
    )
    has_row(world, "dead.jpg", processing_status="failed", dead_lettered=True, completed_at=before_14_days)
    has_row(world, "lost.jpg", processing_status="waiting", started_at=before_28_days)
    has_row(world, "may be.jpg", processing_status="waiting", started_at=before_14_days)
    backfilling("--reprocess", "failed")
    assert keys(backfilling.sent()) == ["dead.jpg", "lost.jpg"]


@pytest.mark.parametrize("status", ["failed", "needs_review"])
def test_by_status_the_newest_row_decides(world: World, backfilling: Backfilling, status: str) -> None:
    """With --reprocess STATUS, taken is what ended so at its newest reading, not what did so before, or has no row."""
    world.clock.forward(-60)
    has_row(world, "mended.jpg", processing_status=status)
    [old] = world.rows()
    world.clock.forward(60)
    world.stack.table.put_item(
        Item={**old, "processing_timestamp": "2026-11-23T13:00:00.000000Z", "processing_status": "completed"}
    )
    has_row(world, "asked-for.jpg", processing_status=status)
    has_row(world, "fine.jpg", processing_status="completed")
    world.put("new.jpg")
    _, screen = backfilling("--reprocess", status)
    assert keys(backfilling.sent()) == ["asked-for.jpg"]
    assert "2  has a row, but none that is asked for" in screen
    assert "1  has no row of its version (without --reprocess it is read)" in screen


def test_photos_that_an_older_extractor_has_read(world: World, backfilling: Backfilling) -> None:
    """With extractor-changed, taken is what another version of its extractor has read, or a category that is gone."""
    today = world.services.catalog["grocery"].version
    read = {"processing_status": "completed", "category": "grocery"}
    has_row(world, "a-today.jpg", **read, extractor_version=today)
    has_row(world, "b-before.jpg", **read, extractor_version="0123456789ab")
    has_row(world, "c-gone.jpg", **{**read, "category": "footwear"}, extractor_version=today)
    has_row(world, "d-unread.jpg", processing_status="failed", category="grocery")
    backfilling("--reprocess", "extractor-changed")
    assert keys(backfilling.sent()) == ["b-before.jpg", "c-gone.jpg"]


def test_an_estimate_comes_first(world: World, backfilling: Backfilling) -> None:
    """Dollars and hours are said before the question; without a yes nothing is sent, and --dry-run doesn't ask."""
    for number in range(15):
        world.put(f"grocery/{number}.jpg")
    price = about(15, typical_dollars([MODEL], caching=True))
    said = f"15  to read: {price}, in about 30 seconds (0.5 messages a second, 5 photos read at once)"
    code, screen = backfilling("--dry-run")
    assert (code, backfilling.asked) == (0, [])
    assert said in screen
    for backfilling.answers in ("", "n", "no idea"):
        code, screen = backfilling()
        assert code == 1
        assert said in screen
        assert "Nothing was sent." in screen
    assert backfilling.asked == ["Send them? [y/N] "] * 3
    assert backfilling.sent() == []
    assert "Going on" not in screen
    assert backfilling("--yes", "--prefix", "grocery/1")[0] == 0
    assert len(backfilling.asked) == 3
    assert keys(backfilling.sent()) == sorted(f"grocery/{number}.jpg" for number in (1, 10, 11, 12, 13, 14))


def test_queues_that_are_not_empty_are_told(world: World, backfilling: Backfilling) -> None:
    """Messages that nobody has read yet may be about the same photos: the question comes with that warning."""
    world.put("jam.jpg")
    assert "essages on" not in backfilling()[1]
    dead = {"QueueUrl": world.stack.dead_letter_queue_url}
    world.stack.sqs.send_message(**dead, MessageBody="an upload that was never read")
    _, screen = backfilling("--dry-run")
    world.stack.sqs.purge_queue(**dead)
    assert "Messages on the retry queue: 1. " in screen
    assert "Messages on the dead letter queue: 1. " in screen


def test_a_run_that_was_stopped_goes_on(world: World, backfilling: Backfilling) -> None:
    """Ctrl-C, then the same command: the same run, from where it was; each object sent once, and no record left."""
    for number in range(25):
        world.put(f"{number:02}.jpg")
    started = backfilling.now
    stop_at_second_batch(backfilling)
    code, screen = backfilling()
    assert code == 130
    assert "10 messages sent" in screen
    assert "To go on where it stopped:\n  npm run operate -- backfill --stage dev\n" in screen
    backfilling.now += timedelta(days=1)
    code, screen = backfilling()
    assert code == 0
    assert "10 messages are sent." in screen
    assert "behind 09.jpg: 15 objects" in screen
    sent = backfilling.sent()
    assert keys(sent) == [f"{number:02}.jpg" for number in range(25)]
    assert {json.loads(body)["upload"]["requested_at"] for body in sent} == {started.isoformat()}
    assert "Going on" not in backfilling()[1]


def stop_at_second_batch(backfilling: Backfilling) -> None:
    """Ctrl-C comes when the second batch is to be sent."""
    before = backfilling.tap.before
    sending = []

    def ctrl_c(operation: str) -> Any:
        sending.extend([operation] * (operation == "SendMessageBatch"))
        if len(sending) == 2:
            sending.append("stopped")
            raise KeyboardInterrupt
        return before(operation)

    backfilling.tap.before = ctrl_c  # type: ignore[method-assign]


def test_killed_between_sending_and_noting_it(world: World, backfilling: Backfilling) -> None:
    """A run that dies before it has noted what it sent sends it again, and each photo is paid once all the same."""
    for number in range(3):
        world.put(f"grocery/{number}.jpg")
    backfilling.tap.breaks("DeleteItem", Killed())
    with pytest.raises(Killed):
        backfilling()
    assert backfilling()[0] == 0
    sent = backfilling.sent()
    assert keys(sent) == sorted([f"grocery/{number}.jpg" for number in range(3)] * 2)
    world.models.answers(*[records("grocery", JAM)] * 3)
    backfilling.read(sent)
    assert (world.models.paid, len(world.rows())) == (3, 3)


def test_an_event_that_comes_late_is_another_reading(world: World, backfilling: Backfilling) -> None:
    """An object whose own event waits at Lambda has no row: read by a backfill first, it's read twice, in two rows."""
    waits_at_lambda = world.put("grocery/jam.jpg")
    backfilling()
    world.models.answers(records("grocery", JAM), records("grocery", JAM))
    backfilling.read(backfilling.sent())
    world.handle(waits_at_lambda)
    assert world.models.paid == 2
    assert [row["processing_status"] for row in world.rows()] == ["completed"] * 2
    assert "There is nothing to send." in backfilling()[1]


def test_another_run_is_not_begun_unasked(world: World, backfilling: Backfilling) -> None:
    """While a run isn't finished, other options are refused with both ways on; --new gives the old run up."""
    for number in range(25):
        world.put(f"{number:02}.jpg")
    stop_at_second_batch(backfilling)
    assert backfilling("--prefix", "", "--rate", "100")[0] == 130
    code, screen = backfilling("--reprocess", "all")
    assert code == 2
    assert "Go on with it:\n  npm run operate -- backfill --stage dev\nor give it up by adding --new" in screen
    code, screen = backfilling("--reprocess", "all", "--dry-run")
    assert (code, "25  to read" in screen) == (0, True)
    backfilling.sent()
    backfilling.now += timedelta(hours=1)
    assert backfilling("--reprocess", "all", "--new")[0] == 0
    sent = backfilling.sent()
    assert len(sent) == 25
    assert {json.loads(body)["upload"]["requested_at"] for body in sent} == {backfilling.now.isoformat()}


def test_of_two_at_a_time_the_later_goes_on(world: World, backfilling: Backfilling) -> None:
    """Started a second time while it runs, the run is the second's: the first stops, and nothing is read twice."""
    for number in range(25):
        world.put(f"grocery/{number:02}.jpg")
    first, second = backfilling, Backfilling(world, now=backfilling.now + timedelta(minutes=1))
    screens = []
    before = first.tap.before

    def meanwhile(operation: str) -> Any:
        if operation == "SendMessageBatch" and not screens:
            screens.append(second())
        return before(operation)

    first.tap.before = meanwhile  # type: ignore[method-assign]
    code, screen = first("--yes")
    assert code == 1
    assert "Another backfill of this stage was started or finished meanwhile" in screen
    assert screens[0][0] == 0
    world.models.answers(*[records("grocery", JAM)] * 25)
    first.read(first.sent())
    assert (world.models.paid, len(world.rows())) == (25, 25)


def test_faults_that_pass_are_outlasted(world: World, backfilling: Backfilling) -> None:
    """Throttled or failing, each of the services is asked again; nothing is lost or sent twice."""
    world.put("a.jpg")
    for operation in ("ListObjectVersions", "Query", "GetQueueAttributes", "GetItem", "PutItem", "DeleteItem"):
        backfilling.tap.breaks(operation, ("InternalError", 500), ("ThrottlingException", 400))
    backfilling.tap.breaks("SendMessageBatch", ("ServiceUnavailable", 503), ("RequestThrottled", 403))
    assert backfilling()[0] == 0
    assert keys(backfilling.sent()) == ["a.jpg"]


def test_a_fault_that_stays_says_how_to_go_on(world: World, backfilling: Backfilling) -> None:
    """A missing permission ends the run with what AWS said and the line that goes on: exit code 1."""
    world.put("it's/a.jpg")
    backfilling.tap.breaks("SendMessageBatch", ("AccessDenied", 403))
    code, screen = backfilling("--prefix", "it's", "--rate", "3")
    assert code == 1
    assert "Sending messages to" in screen
    assert "AccessDenied" in screen
    assert "0 messages sent" in screen
    assert "npm run operate -- backfill --stage dev --prefix 'it'\"'\"'s' --rate 3" in screen
    assert backfilling("--prefix", "it's", "--rate", "3")[0] == 0
    assert keys(backfilling.sent()) == ["it's/a.jpg"]


def test_before_anything_is_sent_a_fault_is_raised(world: World, backfilling: Backfilling) -> None:
    """What is wrong while counting ends the command as `operate` ends any: by its sentence."""
    world.put("a.jpg")
    backfilling.tap.breaks("Query", ("AccessDeniedException", 400))
    with pytest.raises(ServiceMisconfigured, match=r"^Looking up the row of a\.jpg failed: .*AccessDenied"):
        backfilling()


def test_messages_go_at_a_rate(world: World, backfilling: Backfilling) -> None:
    """Batches of ten go --rate messages a second; without it, at what the function reads, ten seconds a photo."""
    for number in range(25):
        world.put(f"{number:02}.jpg")
    _, screen = backfilling("--rate", "4")
    assert sum(backfilling.slept) == 5.0  # before the second and the third batch
    assert "in about 50 seconds (4 messages a second, 5 photos read at once)" in screen
    backfilling.sent()
    backfilling.slept.clear()
    backfilling()
    assert sum(backfilling.slept) == 40.0
    assert len(backfilling.sent()) == 25


def test_a_full_queue_is_waited_for(world: World, backfilling: Backfilling) -> None:
    """While a quarter of an hour's work stands on the queue nothing is added, so that live photos don't wait for it."""
    world.put("jam.jpg")
    backfilling.at_once = 2
    queue = {"QueueUrl": world.stack.retry_queue_url}
    for _ in range(19):
        entries = [{"Id": str(number), "MessageBody": "another's"} for number in range(10)]
        world.stack.sqs.send_message_batch(**queue, Entries=entries)
    looks = []

    def somebody_reads(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            for message in world.stack.sqs.receive_message(**queue, MaxNumberOfMessages=10)["Messages"]:
                world.stack.sqs.delete_message(**queue, ReceiptHandle=message["ReceiptHandle"])

    backfilling.on_sleep = somebody_reads
    assert backfilling()[0] == 0
    assert looks[:3] == [10.0, 10.0, 10.0]
    assert sum(looks) == 30.0
    assert len(backfilling.sent()) == 181


@pytest.mark.parametrize("rate", ["0", "-1", "nan", "inf", "fast", "1e9"])
def test_a_rate_that_can_t_be(backfilling: Backfilling, rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What isn't a number of messages a second is refused with the usage."""
    with pytest.raises(SystemExit):
        backfilling("--rate", rate)
    assert f"--rate: must be messages a second, more than 0 and at most 10,000, not '{rate}'" in capsys.readouterr().err


def test_the_page_s_commands_can_be_typed(backfilling: Backfilling) -> None:
    """Each line of docs/backfill.md that runs the command runs, and the options in its text are the command's."""
    page = (Path(backfill.__file__).parent.parent / "docs" / "backfill.md").read_text(encoding="utf-8")
    lines = re.findall(r"^npm run operate -- backfill ([^#\n]+)", page, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        assert backfilling(*shlex.split(line))[0] == 0
    parser = argparse.ArgumentParser()
    backfill.configure(parser)
    assert set(re.findall(r"--[a-z-]{3,}", page)) <= set(parser.format_help().replace(",", " ").split())


def test_a_stage_that_is_not_deployed(backfilling: Backfilling) -> None:
    """There is no backfill of a stage that isn't there; the sentence says what to do."""
    with pytest.raises(StageUnknownError, match="npx sls deploy --stage prod"):
        backfilling("--stage", "prod")
