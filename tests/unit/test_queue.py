"""Putting an image back into the retry queue, or into the dead letter queue; and what SQS's errors come to."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.aws import QUICK
from pipeline.deliveries import Delivery
from pipeline.errors import Busy, OcrError, ServiceFault, ServiceMisconfigured, Throttled
from pipeline.events import records_in
from pipeline.faults import fault
from pipeline.queue import SqsRetryQueue
from pipeline.storable import storable
from pipeline.uploads import ImageUpload
from tests.http import URL, Answered, json_error, response

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RETRY, DEAD = f"{URL}/1/retry", f"{URL}/1/dead"
UPLOAD = ImageUpload(bucket="photos", key="grocery/Müller.jpg", requested_at=NOON, version_id="v1", size=5)
DELIVERY = Delivery(upload=UPLOAD, first_seen=NOON, attempt=2)
ONE_TRY = QUICK.merge(type(QUICK)(retries={"mode": "standard", "total_max_attempts": 1}))
MOST_BYTES = 1024 * 1024  # of a message; SQS developer guide, "Quotas"


class Kept:
    """An SQS client that keeps what is sent."""

    def __init__(self):
        self.sent = []

    def send_message(self, **request):
        self.sent.append(request)


@pytest.fixture
def sqs():
    return Kept()


@pytest.fixture
def queue(sqs):
    return SqsRetryQueue(lambda: sqs, RETRY, DEAD)


def test_what_is_put_back_comes_back(queue, sqs):
    """The message on the retry queue is read as the delivery it was, after the delay."""
    queue.put_back(DELIVERY, 61.2)
    [sent] = sqs.sent
    assert (sent["QueueUrl"], sent["DelaySeconds"]) == (RETRY, 62)
    assert list(records_in(json.loads(sent["MessageBody"]))) == [DELIVERY]


@given(st.floats(0, 1e9))
def test_a_delay_is_one_that_sqs_takes(delay):
    """Whatever delay is asked for, SQS gets whole seconds, no fewer than asked, at most 900."""
    sqs = Kept()
    SqsRetryQueue(lambda: sqs, RETRY, DEAD).put_back(DELIVERY, delay)
    seconds = sqs.sent[0]["DelaySeconds"]
    assert isinstance(seconds, int)
    assert min(delay, 900) <= seconds <= 900


def test_what_is_buried_says_why(queue, sqs):
    """The dead letter queue gets the delivery with the reason, readable by people and by a redrive."""
    queue.bury(DELIVERY, Busy("Another invocation holds it."))
    [sent] = sqs.sent
    body = json.loads(sent["MessageBody"])
    assert sent["QueueUrl"] == DEAD
    assert body["reason"] == {"code": "busy", "message": "Another invocation holds it."}
    assert list(records_in(body)) == [Delivery(upload=UPLOAD, redriven=True)], "put back, it begins anew"


def test_an_answer_travels_with_the_image(queue, sqs):
    """What was read and paid for, and couldn't be stored, comes back with the next attempt."""
    answer = {"processing_status": "completed", "product_specifications": {"brand": "Orchard Lane"}}
    queue.put_back(DELIVERY.again(NOON, answer=answer), 0)
    [back] = records_in(json.loads(sqs.sent[0]["MessageBody"]))
    assert (back.answer, back.attempt) == (answer, 3)


@pytest.mark.parametrize("character", ["x", "é", "漢", "😀", "\0"])
def test_the_largest_answer_fits_into_a_message(queue, sqs, character):
    """The most that a row may hold, findings and all, stays below SQS's limit in whatever script it is."""
    texts = {f"text_{index}": character * 1_000 for index in range(1_000)}
    product, _ = storable({"specifications": texts}, "grocery")
    findings = [fault(character * 400, character * 400)] * 60
    queue.put_back(
        DELIVERY.again(
            NOON, answer={"processing_status": "completed", "product_specifications": product, "findings": findings}
        ),
        0,
    )
    assert len(sqs.sent[0]["MessageBody"].encode()) < MOST_BYTES


def test_no_client_is_made_before_it_is_needed():
    """Most images never see the queue: connecting waits for the first that does."""
    connected = []
    queue = SqsRetryQueue(lambda: connected.append(1) or Kept(), RETRY, DEAD)
    assert connected == []
    queue.put_back(DELIVERY, 0)
    assert connected == [1]


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (json_error("RequestThrottled", 403), Throttled),
        (json_error("KmsThrottled", 400), Throttled),
        # As SQS tells clients that knew its older protocol.
        (response(400, b"{}", x_amzn_query_error="KMS.ThrottlingException;Sender"), Throttled),
        (json_error("ServiceUnavailable", 503), ServiceFault),
        (json_error("QueueDoesNotExist", 400), ServiceMisconfigured),
        (json_error("AccessDeniedException", 403), ServiceMisconfigured),
        (json_error("KmsDisabled", 400), ServiceMisconfigured),
    ],
)
@pytest.mark.parametrize("name", ["retry queue", "dead letter queue"])
def test_a_queue_that_refuses_is_told_with_the_image(trouble, kind, name):
    """An error of SQS says which image was to go into which queue, and whether it may pass."""
    sqs = Answered("sqs", ONE_TRY)
    sqs.script = [trouble]
    queue = SqsRetryQueue(lambda: sqs.client, RETRY, DEAD)
    with pytest.raises(OcrError) as caught:
        queue.put_back(DELIVERY, 5) if name == "retry queue" else queue.bury(DELIVERY, Busy("held"))
    assert type(caught.value) is kind
    assert f"Sending s3://photos/grocery/Müller.jpg to the {name} failed" in str(caught.value)


def test_the_real_client_takes_the_message():
    """botocore's own validation takes what is sent."""
    sqs = Answered("sqs", ONE_TRY)
    sqs.script = [response(200, b'{"MessageId": "1", "MD5OfMessageBody": ""}')]
    sqs.client.meta.events.unregister("after-call.sqs.SendMessage")
    queue = SqsRetryQueue(lambda: sqs.client, RETRY, DEAD)
    queue.put_back(DELIVERY, 5)
    sent = json.loads(sqs.requests[0].body)
    assert (sent["QueueUrl"], sent["DelaySeconds"]) == (RETRY, 5)
