"""The dead letter queue, as an operator looks at it: what lies there, why, and what is to be sent to read it again.

SQS's own way back (StartMessageMoveTask) can't serve: it moves all there is without a word of why, and leaves a message
that SQS moved here its old age, by which it would be given up again at once.
Looking at an SQS queue means receiving, which hides a message from everybody else for a while (its visibility
timeout). Whatever is looked at here is either removed or shown again; if this process is killed, SQS shows it again
after HIDDEN_SECONDS.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from operate.batches import BATCH, Patience
from pipeline.deliveries import Delivery, retry_message
from pipeline.events import Malformed, records_in

HIDDEN_SECONDS = 3600
"""Long enough to look at MOST messages, to be asked, and to send them."""
MOST = 100_000
"""Messages that are looked at in one go: SQS lets at most 120,000 of a queue be hidden (SQS quotas)."""
NOT_UNDERSTOOD = "not_understood"
_WAIT_SECONDS = 2  # any wait makes SQS look on all its servers: only then an empty answer says that nothing is there
_TAKEN_TOO_OFTEN = "The function took it from the retry queue several times, and each time failed or was killed."
# Lambda's word for why it gave up, where the function itself has said nothing.
_GAVE_UP = {
    "RetriesExhausted": "The function was tried three times, and each time failed or was killed.",
    "EventAgeExceeded": "Lambda could not start the function for hours: its concurrency was used up.",
    "ZeroReservedConcurrency": "The function was not started: reservedConcurrency was 0.",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the queue, and what is to be sent instead of it.

    `bodies`: the messages for the retry queue that make it begin anew, one a photo; `unpaid`: how many of these photos
    carry no answer yet, so that reading them is paid.
    """

    receipt: str
    bodies: tuple[str, ...] = ()
    unpaid: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a message lies there, as a word and as a sentence; and when it was sent."""

    code: str
    said: str
    sent_at: datetime


class DeadLetters:
    """The queue, through a boto3 SQS client. Raises as `aws.translated`."""

    def __init__(self, sqs: Any, url: str, patience: Patience, wait: int = _WAIT_SECONDS) -> None:
        self._sqs = sqs
        self._url = url
        self._patience = patience
        self._wait = wait

    def count(self) -> tuple[int, int]:
        """About how many messages lie in the queue, and how many more are hidden because somebody looks at them."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._call("Looking at", self._sqs.get_queue_attributes, AttributeNames=names)
        visible, hidden = (int(answer["Attributes"][name]) for name in names)
        return visible, hidden

    def look(self) -> Iterator[list[tuple[Letter, Reason]]]:
        """The messages, some at a time, each hidden from now on, until there are no more."""
        while messages := self._received():
            yield [understood(message) for message in messages]

    def show_again(self, receipts: Iterable[str]) -> None:
        """End the hiding of messages that stay. One that is shown again or gone already is passed over."""
        left = iter(receipts)
        while some := list(islice(left, BATCH)):
            entries = [{**entry, "VisibilityTimeout": 0} for entry in _entries(some)]
            self._call(
                "Showing again what was looked at in", self._sqs.change_message_visibility_batch, Entries=entries
            )

    def remove(self, receipts: Sequence[str]) -> set[str]:
        """Delete at most ten messages; those of which SQS has confirmed it."""
        answer = self._call("Deleting from", self._sqs.delete_message_batch, Entries=_entries(receipts))
        return {receipts[int(confirmed["Id"])] for confirmed in answer.get("Successful", ())}

    def _received(self) -> list[dict[str, Any]]:
        answer = self._call(
            "Looking at",
            self._sqs.receive_message,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=self._wait,
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["ErrorCode", "ErrorMessage"],
        )
        received: list[dict[str, Any]] = answer.get("Messages", [])
        return received

    def _call(self, what: str, call: Any, **asked: Any) -> Any:
        return self._patience.call(f"{what} the dead letter queue", call, QueueUrl=self._url, **asked)


def understood(message: Mapping[str, Any]) -> tuple[Letter, Reason]:
    """What a message of the queue, as SQS gives it, stands for. One that can't be understood has nothing to send."""
    receipt = message["ReceiptHandle"]
    sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    body = _json(message["Body"])
    records = list(records_in(body))
    if garbled := [record.reason for record in records if isinstance(record, Malformed)]:
        return Letter(receipt), Reason(NOT_UNDERSTOOD, garbled[0], sent_at)
    fresh = [_fresh(record) for record in records if isinstance(record, Delivery)]
    bodies = tuple(json.dumps(retry_message(delivery)) for delivery in fresh)
    letter = Letter(receipt, bodies, unpaid=sum(not delivery.answer for delivery in fresh))
    return letter, Reason(*_reason(body, message.get("MessageAttributes", {})), sent_at)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _fresh(delivery: Delivery) -> Delivery:
    """The delivery as if it came for the first time, but for its answer, if it has one."""
    return replace(delivery, redriven=True, first_seen=None, attempt=1)


def _reason(body: Mapping[str, Any], attributes: Mapping[str, Any]) -> tuple[str, str]:
    """Why the message is here: said by this service, by Lambda's on-failure destination, or by a function's own DLQ.

    Lambda developer guide, "Capturing records of Lambda asynchronous invocations". A message that tells nothing was
    moved by SQS itself.
    """
    if isinstance(reason := body.get("reason"), Mapping):
        return _texts(reason.get("code"), reason.get("message"))
    if "requestPayload" in body:
        condition = _part(body, "requestContext").get("condition")
        answer = _part(body, "responsePayload")
        return _texts(answer.get("errorType") or condition, answer.get("errorMessage") or _GAVE_UP.get(str(condition)))
    if "ErrorCode" in attributes:
        code, said = (_part(attributes, name).get("StringValue") for name in ("ErrorCode", "ErrorMessage"))
        return _texts(f"lambda_{code}", said)
    return "taken_too_often", _TAKEN_TOO_OFTEN


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, Mapping) else {}


def _texts(code: object, said: object) -> tuple[str, str]:
    return str(code or "unknown"), str(said or "Nothing more is said.")


def _entries(receipts: Sequence[str]) -> list[dict[str, str]]:
    return [{"Id": str(index), "ReceiptHandle": receipt} for index, receipt in enumerate(receipts)]
