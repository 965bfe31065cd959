"""What can go wrong with one image, as a tree; where each ends is decided in `process.py` and nowhere else.

    OcrError
    ├── ImageRefused            the photo can't be read, now or later     -> row `failed`, no retry
    ├── AnswerUnusable          the model answered, nothing to keep in it -> row `failed`, no retry
    ├── CallsExhausted          no paid call is left for this image       -> row `failed`, no retry
    ├── AlreadyFinished         an earlier event finished this image      -> success, counted as duplicate
    ├── TryLater                will pass                                 -> retry queue, row `waiting`
    │   ├── Busy                another invocation holds the image's lease
    │   ├── Throttled           Bedrock, S3, DynamoDB or SQS asks for patience
    │   ├── ServiceFault        an AWS service failed (5xx) or can't be reached
    │   ├── ModelTimeout        no answer in time; it may have been paid
    │   ├── BreakerOpen         Bedrock failed too often lately, or a person holds the breaker open: not asked
    │   ├── CeilingReached      Claude has cost today what it may: not asked
    │   ├── NoModelAnswers      every model of the list is gone or not granted
    │   └── OutOfTime           too little of the invocation is left for a call
    ├── ClaimLost               another invocation took the image over    -> our result is dropped
    └── ServiceMisconfigured    request, schema, plugin or permission: ours to mend -> raised, Lambda retries, then DLQ
        └── PluginRefused       a plugin that can't be loaded

`code` is a short, stable word for `error_code` and for metrics; the message is a sentence for a person.
"""

from typing import ClassVar


class OcrError(Exception):
    """Anything that this service raises on purpose."""

    code: ClassVar[str] = "ocr_error"


class _Coded(OcrError):
    """An error whose code is given where it's raised, as one class covers many causes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code  # type: ignore[misc]  # narrows the class's default to this occurrence


class ImageRefused(_Coded):
    """The photo itself can't be read, however often it's tried."""


class AnswerUnusable(_Coded):
    """The model answered (and was paid), but there is nothing in the answer to keep.

    `said` is what it wrote instead: for the row, not for the logs, as it may repeat what a photo shows.
    """

    def __init__(self, code: str, message: str, said: str = "") -> None:
        super().__init__(code, message)
        self.said = said


class CallsExhausted(OcrError):
    """This image has used all the paid calls it may; crashes and redrives count."""

    code = "paid_calls_exhausted"


class AlreadyFinished(OcrError):
    """An earlier event, or an earlier attempt of ours, has finished this image."""

    code = "duplicate"


class TryLater(OcrError):
    """This will pass: the image goes to the retry queue."""

    code = "try_later"
    may_be_paid: ClassVar[bool] = False  # whether the model may have been paid before this was raised

    def __init__(self, message: str, *, retry_after: float | None = None, costs_patience: bool = True) -> None:
        """`retry_after`: seconds before which another attempt is pointless, if that is known.

        `costs_patience`: whether waiting for this counts towards the age limit. Not where a person has chosen to wait.
        """
        super().__init__(message)
        self.retry_after = retry_after
        self.costs_patience = costs_patience


class Busy(TryLater):
    """Another invocation holds the lease on this image, and may be dead: never a success."""

    code = "busy"


class Throttled(TryLater):
    """A service asks for patience (429, slow down, provisioned throughput exceeded)."""

    code = "throttled"


class ServiceFault(TryLater):
    """A service failed (5xx) or could not be reached."""

    code = "service_fault"


class ModelTimeout(TryLater):
    """The model did not answer in time: the call may have been paid, so it isn't repeated at once."""

    code = "model_timeout"
    may_be_paid = True


class BreakerOpen(TryLater):
    """Bedrock failed too often lately, or a person holds the breaker open: this call was not made."""

    code = "breaker_open"


class CeilingReached(TryLater):
    """Claude has cost today what it may cost a day: this call was not made, and tomorrow it is."""

    code = "ceiling_reached"

    def __init__(self, message: str, *, retry_after: float) -> None:
        """`retry_after`: seconds until the UTC day ends."""
        super().__init__(message, retry_after=retry_after, costs_patience=False)


class NoModelAnswers(TryLater):
    """Every model of the list is at its end of life, not granted or unknown in this region."""

    code = "no_model_answers"


class OutOfTime(TryLater):
    """Too little of the invocation is left for another call of a model."""

    code = "out_of_time"


class ClaimLost(OcrError):
    """Another invocation has taken this image over: what we have is dropped."""

    code = "claim_lost"


class ServiceMisconfigured(OcrError):
    """A request, schema, plugin or permission of ours is wrong: a person has to mend it."""

    code = "service_misconfigured"


class PluginRefused(ServiceMisconfigured):
    """A plugin can't be loaded; the message says which, why, and what to do."""

    code = "plugin_refused"
