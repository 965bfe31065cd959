"""What Lambda hands us -> deliveries of an image.

Four forms arrive: an S3 event; an SQS message that holds our own retry message, an S3 event or the envelope of
Lambda's on-failure destination. S3 delivers at least once and in any order; `sequencer` orders one key's events
(S3 user guide, "Event message structure").
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from pipeline.deliveries import GARBLED, Delivery, delivery_of
from pipeline.uploads import ImageUpload, moment_of, text_in

_LONGEST_REASON = 300  # characters, as what is wrong may be of any length


@dataclass(frozen=True, slots=True)
class Ignored:
    """A record that asks for nothing, and why."""

    reason: str

    def __str__(self) -> str:
        return self.reason[:_LONGEST_REASON]


@dataclass(frozen=True, slots=True)
class Malformed:
    """A record that can't be understood, and why: it ends in the DLQ, where a person finds it."""

    reason: str

    def __str__(self) -> str:
        return self.reason[:_LONGEST_REASON]


Record = Delivery | Ignored | Malformed


def is_queue_event(event: Any) -> bool:
    """Whether the event is a batch of SQS messages."""
    records = event.get("Records") if isinstance(event, Mapping) else None
    return (
        isinstance(records, list)
        and bool(records)
        and all(text_in(each, "eventSource") == "aws:sqs" and text_in(each, "messageId") for each in records)
    )


def records_in(event: Any) -> Iterator[Record]:
    """The records of one event or message body, each a Delivery or why it is none."""
    while isinstance(event, Mapping) and "requestPayload" in event:
        event = event["requestPayload"]
    if not isinstance(event, Mapping):
        yield Malformed(f"it is no JSON object but {type(event).__name__}")
    elif event.get("Event") == "s3:TestEvent":
        yield Ignored("S3's test event")
    elif "upload" in event:
        yield _retry(event)
    elif isinstance(event.get("Records"), list):
        for record in event["Records"]:
            yield _s3_record(record)
    else:
        yield Malformed("neither an S3 event, a retry message nor a failure envelope")


def body_of(message: Mapping[str, Any]) -> Any:
    """The JSON in an SQS message's body; None, which is no event, where there is none."""
    try:
        return json.loads(message["body"], parse_constant=_no_number)
    except (KeyError, TypeError, ValueError, RecursionError):
        return None


def _retry(message: Mapping[str, Any]) -> Delivery | Malformed:
    try:
        return delivery_of(message)
    except GARBLED as error:
        return Malformed(f"a retry message that lacks or garbles {error}")


def _s3_record(record: Any) -> Record:
    try:
        name = record["eventName"]
        if not name.removeprefix("s3:").startswith("ObjectCreated"):
            return Ignored(f"{name} creates no object")
        s3 = record["s3"]
        s3_object = s3["object"]
        key = unquote_plus(s3_object["key"], errors="strict")
        if key.endswith("/"):
            return Ignored(f"{key} is a folder marker")
        upload = ImageUpload(
            bucket=s3["bucket"]["name"],
            key=key,
            requested_at=moment_of(record["eventTime"]),
            version_id=text_in(s3_object, "versionId"),
            etag=text_in(s3_object, "eTag"),
            sequencer=text_in(s3_object, "sequencer"),
            size=s3_object.get("size"),
        )
    except GARBLED as error:
        return Malformed(f"an S3 record that lacks or garbles {error}")
    return Delivery(upload=upload)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON")
