"""One handing-over of an image, and its form on the retry queue."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pipeline.uploads import ImageUpload, moment_of, text_in

GARBLED = (AttributeError, KeyError, TypeError, ValueError, OverflowError)
"""What reading a piece of JSON raises that lacks something, or has it in another form."""

_FINAL = ("completed", "needs_review", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One handing-over of an image: the first by S3, later ones by the retry queue.

    `first_seen` is when it began to be retried, None if that isn't so yet. `answer` is what an earlier attempt read and
    could not store: just that is left to do. `category` is what it chose, and `usage` what that cost, as the row may
    lack both. With these the claim of that attempt, whose owner is `owner`, is handed over. `redriven`: it comes back
    from the dead letter queue.
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


def retry_message(delivery: Delivery) -> dict[str, Any]:
    """The body of a retry message that stands for this delivery; `delivery_of` reads it back."""
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
        **({"answer": delivery.answer} if delivery.answer else {}),
        **({"category": delivery.category, "usage": delivery.usage} if delivery.category else {}),
        **({"owner": delivery.owner} if delivery.owner else {}),
        **({"redriven": True} if delivery.redriven else {}),
    }


def delivery_of(message: Mapping[str, Any]) -> Delivery:
    """The delivery that a retry message stands for. Raises one of GARBLED."""
    upload = message["upload"]
    carried = Delivery(
        upload=ImageUpload(**{**upload, "requested_at": moment_of(upload["requested_at"])}),
        answer=_answer(message),
        category=text_in(message, "category"),
        usage=_usage(message),
    )
    if "reason" in message:  # only a message that was given up has one: it begins anew
        return replace(carried, redriven=True)
    return replace(
        carried,
        first_seen=moment_of(message["first_seen"]) if message["first_seen"] is not None else None,
        attempt=int(message["attempt"]),
        owner=text_in(message, "owner"),
        redriven=message.get("redriven") is True,
    )


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
