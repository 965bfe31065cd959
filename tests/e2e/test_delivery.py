"""Photos on their way through the deployed stage: by its real triggers, queues and retries."""

import time
from typing import Any

import pytest

from tests.e2e import bedrock
from tests.e2e.stage import Stage, until

WAITING, GIVEN_UP, FAULTY, KILLED = 401, 402, 403, 404  # widths of the scenarios' photos


@pytest.fixture(scope="module", autouse=True)
def throttled(stage: Stage) -> dict[str, Any]:
    """What takes its time begins at once: two photos that Bedrock throttles, which come back after 15 to 30 seconds.

    The row of the first, as it waits; from then on Bedrock has room for it.
    """
    stage.bedrock.behaves |= {WAITING: bedrock.throttles, GIVEN_UP: bedrock.throttles}
    stage.put("grocery/given-up.jpg", GIVEN_UP)
    stage.put("grocery/waiting.jpg", WAITING)
    row = stage.waiting("grocery/waiting.jpg")
    del stage.bedrock.behaves[WAITING]
    return row


def test_photo_becomes_a_row(stage: Stage) -> None:
    """A photo that is put into the bucket is read by the model, and its row stands in the table."""
    version = stage.put("grocery/jam.jpg", 320)
    row = stage.ended("grocery/jam.jpg")
    assert row["processing_status"] == "completed"
    assert (row["source_bucket"], row["version_id"]) == (stage.bucket, version)
    assert row["product_specifications"]["product_name"] == "Plum jam"
    assert row["model_id"] == bedrock.MODEL


@pytest.mark.parametrize(
    "key", ["grocery/a jam.jpg", "grocery/1+1.jpg", "grocery/Gelée d'été 50%.jpg", "grocery/a%2Bb&c.jpg"]
)
def test_awkward_keys(stage: Stage, key: str) -> None:
    """A key with a space, `+`, `é` or `%` arrives as it was uploaded."""
    stage.put(key, 320)
    assert stage.ended(key)["processing_status"] == "completed"


def test_fault_goes_to_the_dead_letter_queue_and_back(stage: Stage) -> None:
    """A photo that meets a fault is tried three times, lies in the dead letter queue, and is read after its redrive."""
    stage.bedrock.behaves[FAULTY] = bedrock.refuses_the_request
    stage.put("grocery/faulty.jpg", FAULTY)
    until(lambda: stage.is_dead("grocery/faulty.jpg"), "a dead letter")
    assert stage.bedrock.asked[FAULTY] == 3
    assert stage.row("grocery/faulty.jpg")["error_code"] == "service_misconfigured"
    del stage.bedrock.behaves[FAULTY]
    stage.operate("redrive", "--yes")
    assert stage.ended("grocery/faulty.jpg")["processing_status"] == "completed"


def test_killed_in_the_middle(stage: Stage) -> None:
    """A photo whose function is killed while the model reads is read again by another, once the lease is over."""
    holds = bedrock.Holds()
    stage.bedrock.behaves[KILLED] = holds
    with stage.alone():
        stage.put("grocery/killed.jpg", KILLED)
        assert holds.reached.wait(60)
        row = stage.row("grocery/killed.jpg")
        assert row["processing_status"] == "processing"
        stage.table.update_item(  # stands for the half hour and more until the lease is over
            Key={name: row[name] for name in ("image_id", "processing_timestamp")},
            UpdateExpression="SET lease_until = :past",
            ExpressionAttributeValues={":past": int(time.time()) - 1},
        )
        stage.restart()
        holds.release()
    row = stage.ended("grocery/killed.jpg")
    assert row["processing_status"] == "completed"
    assert row["attempts"] >= 2  # once more where whoever took it over had to wait
    assert row["paid_calls"] == 2  # the killed call may have been paid, so it's counted


def test_throttled_photo_waits_and_is_read(stage: Stage, throttled: dict[str, Any]) -> None:
    """A photo that Bedrock throttles waits on the retry queue, and is read when Bedrock has room again."""
    assert throttled["error_code"] == "throttled"
    row = stage.ended("grocery/waiting.jpg")
    assert (row["processing_status"], row["attempts"]) == ("completed", 2)
    assert stage.bedrock.asked[WAITING] == 3 + 1  # three times in the invocation that was throttled


def test_given_up_photo_comes_back(stage: Stage) -> None:
    """A photo that waits longer than the age limit is given up, lies in the dead letter queue, and can be redriven."""
    row = stage.ended("grocery/given-up.jpg")
    assert (row["processing_status"], row["dead_lettered"]) == ("failed", True)
    stage.bedrock.behaves.pop(GIVEN_UP)
    stage.operate("redrive", "--yes")
    row = until(
        lambda: (row := stage.row("grocery/given-up.jpg"))["processing_status"] == "completed" and row, "a redriven row"
    )
    assert "dead_lettered" not in row
