"""What Lambda hands us -> deliveries of an image.

Four forms arrive: an S3 event; an SQS message that holds our own retry message, an S3 event or the envelope of
Lambda's on-failure destination. S3 delivers at least once and in any order; `sequencer` orders one key's events
(S3 user guide, "Event message structure").
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUpload:
    """One version of one object, and when its processing was asked for (UTC). `size` in bytes.

    That is the time of S3's event; or, where a person has objects read again, the start of that `run`, so that the run
    has a row of its own. Raises ValueError for what S3 can't have sent.
    """

    bucket: str
    key: str
    requested_at: datetime
    version_id: str | None = None
    etag: str | None = None
    sequencer: str | None = None
    size: int | None = None
    run: str | None = None

    def __post_init__(self) -> None:
        for name in ("bucket", "key"):
            text = getattr(self, name)
            # A lone surrogate is no text: it can be neither hashed nor asked for.
            if not isinstance(text, str) or not 0 < len(text.encode()) <= _LONGEST_TEXT:
                raise ValueError(f"{name} ({text!r})")
        for name in ("version_id", "etag", "sequencer", "run"):
            text = getattr(self, name)
            if text is not None and not (isinstance(text, str) and text.isascii() and text.isprintable()):
                raise ValueError(f"{name} ({text!r})")
            if len(text or "") > _LONGEST_TEXT:
                raise ValueError(f"{name} ({text!r})")
        if not isinstance(self.size, int | None):
            raise ValueError(f"size ({self.size!r})")

    @property
    def image_id(self) -> str:
        """The UUIDv5 of `s3://bucket/key`: all versions of a key share it."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"s3://{self.bucket}/{self.key}"))

    @property
    def event_id(self) -> str:
        """What tells this version's event from another's of the same key in the same instant."""
        return f"{self.version_id or ''}:{(self.sequencer or '').rjust(_SEQUENCER_DIGITS, '0')}"

    def comes_after(self, other_event_id: str) -> bool:
        """Whether S3 says that this event is later than the other one of the same key."""
        version, _, sequencer = other_event_id.rpartition(":")
        return (self.event_id.rpartition(":")[2], self.version_id or "") > (sequencer, version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One handing-over of an image: the first by S3, later ones by the retry queue.

    `first_seen` is when it began to be retried, None if that isn't so yet. `answer` is what an earlier attempt read and
    could not store: just that is left to do, under the claim of `owner`. `category` is what it chose, and `usage` what
    that cost, as the row may not say it. `redriven`: it comes back from the dead letter queue.
    """

    upload: ImageUpload
    first_seen: datetime | None = None
    attempt: int = 1
    answer: Mapping[str, Any] | None = None
    owner: str | None = None
    category: str | None = None
    usage: Mapping[str, Any] | None = None
    redriven: bool = False

    def again(self, now: datetime, **carried: Any) -> "Delivery":
        """The delivery that the next attempt will see; what this one carries it carries on."""
        return replace(self, first_seen=self.first_seen or now, attempt=self.attempt + 1, **carried)


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
# S3's sequencers differ in length; to be compared as text they are padded on the left with zeros.
_SEQUENCER_DIGITS = 32
_LONGEST_TEXT = 1024  # bytes of a key (S3 user guide, "Naming Amazon S3 objects") and of a version's id
_LONGEST_REASON = 300  # characters, as what is wrong may be of any length
_FINAL = ("completed", "needs_review", "failed")


def is_queue_event(event: Any) -> bool:
    """Whether the event is a batch of SQS messages."""
    records = event.get("Records") if isinstance(event, Mapping) else None
    return (
        isinstance(records, list)
        and bool(records)
        and all(_text(each, "eventSource") == "aws:sqs" and _text(each, "messageId") for each in records)
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


def retry_message(delivery: Delivery) -> dict[str, Any]:
    """The body of a retry message that stands for this delivery; `records_in` reads it back."""
    upload = delivery.upload
    return {
        "upload": {
            "bucket": upload.bucket,
            "key": upload.key,
            "requested_at": upload.requested_at.isoformat(),
            "version_id": upload.version_id,
            "etag": upload.etag,
            "sequencer": upload.sequencer,
            "size": upload.size,
            **({"run": upload.run} if upload.run else {}),
        },
        "first_seen": delivery.first_seen.isoformat() if delivery.first_seen else None,
        "attempt": delivery.attempt,
        **({"answer": delivery.answer, "owner": delivery.owner} if delivery.answer else {}),
        **({"category": delivery.category, "usage": delivery.usage} if delivery.category else {}),
        **({"redriven": True} if delivery.redriven else {}),
    }


def _retry(message: Mapping[str, Any]) -> Delivery | Malformed:
    try:
        upload = message["upload"]
        carried = Delivery(
            upload=ImageUpload(**{**upload, "requested_at": _time(upload["requested_at"])}),
            answer=_answer(message),
            category=_text(message, "category"),
            usage=_usage(message),
        )
        if "reason" in message:  # only a message that was given up has one: it begins anew
            return replace(carried, redriven=True)
        return replace(
            carried,
            first_seen=_time(message["first_seen"]) if message["first_seen"] is not None else None,
            attempt=int(message["attempt"]),
            owner=_text(message, "owner"),
            redriven=message.get("redriven") is True,
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        return Malformed(f"a retry message that lacks or garbles {error}")


def _answer(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What an earlier attempt read, if it has the form that one gives it. Raises ValueError, KeyError, TypeError."""
    answer = message.get("answer")
    if answer is None:
        return None
    if not isinstance(answer, Mapping):
        raise TypeError("answer")
    texts = [answer.get(name) for name in ("category", "model_id", "error_code", "error_message")]
    if (
        answer["processing_status"] not in _FINAL
        or not all(isinstance(text, str | None) for text in texts)
        or not isinstance(answer.get("usage"), Mapping | None)
        or not isinstance(answer.get("findings", []), list)
    ):
        raise ValueError("answer")
    return answer


def _usage(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    usage = message.get("usage")
    if usage is not None and not all(type(count) in (int, float) for count in usage.values()):
        raise ValueError("usage")
    return usage


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON")


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
            requested_at=_time(record["eventTime"]),
            version_id=_text(s3_object, "versionId"),
            etag=_text(s3_object, "eTag"),
            sequencer=_text(s3_object, "sequencer"),
            size=s3_object.get("size"),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return Malformed(f"an S3 record that lacks or garbles {error}")
    return Delivery(upload=upload)


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    # A time without a zone is UTC, wherever this runs.
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _text(mapping: Any, name: str) -> str | None:
    value = mapping.get(name) if isinstance(mapping, Mapping) else None
    return value if isinstance(value, str) and value else None
