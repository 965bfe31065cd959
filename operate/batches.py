"""Messages to an SQS queue, ten at a time, each confirmed; and how a call that may pass is tried again."""

import math
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from botocore.config import Config
from botocore.exceptions import ClientError

from pipeline.aws import calling, translated
from pipeline.errors import ServiceFault, Throttled
from pipeline.resilience import RetryPolicy

T = TypeVar("T")
BATCH = 10  # messages at most (SQS API reference, SendMessageBatch)


def aws_config(connections: int = 10) -> Config:
    """For clients whose calls go through `Patience`: botocore's own retries are off."""
    retries = {"total_max_attempts": 1}
    return Config(retries=retries, max_pool_connections=connections, connect_timeout=10, read_timeout=30)


class Patience:
    """Tries a call to AWS again for about two minutes while its fault may pass; the one owner of retries."""

    def __init__(
        self, sleep: Callable[[float], None] = time.sleep, chance: Callable[[], float] = random.random
    ) -> None:
        self._policy = RetryPolicy(sleep, chance, attempts=8, cap=60.0)

    def call(self, what: str, call: Callable[..., T], **asked: Any) -> T:
        """What the call gives that is asked so. Raises as `aws.translated`, with a sentence that begins with `what`."""

        def attempt() -> T:
            with calling(what):
                return call(**asked)

        return self._policy.run(attempt, (Throttled, ServiceFault), lambda: math.inf)


def send(sqs: Any, queue_url: str, bodies: Sequence[str], patience: Patience, delays: Sequence[int] = ()) -> None:
    """Send at most ten messages, of 1 MiB together; returns when SQS has confirmed every one.

    `delays` are the seconds after which each can be received, by default 0. Messages that SQS refuses for now are sent
    again, alone. Raises as `aws.translated` if some can't be sent; others of the batch may have been.
    """
    what = f"Sending messages to {queue_url}"
    entries: list[dict[str, Any]] = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)]
    for entry, delay in zip(entries, delays, strict=False):
        entry["DelaySeconds"] = delay
    left = {entry["Id"]: entry for entry in entries}

    def attempt() -> None:
        answer = sqs.send_message_batch(QueueUrl=queue_url, Entries=list(left.values()))
        for confirmed in answer.get("Successful", []):
            left.pop(confirmed["Id"], None)
        if left:
            raise _worst(answer.get("Failed", []), what)

    patience.call(what, attempt)


def _worst(failed: Sequence[dict[str, Any]], what: str) -> Exception:
    """What the entries' faults mean together: hopeless if one of them is."""
    errors = []
    for entry in failed:
        told = {"Code": entry.get("Code", ""), "Message": entry.get("Message", "")}
        status = 400 if entry.get("SenderFault") else 500
        response = {"Error": told, "ResponseMetadata": {"HTTPStatusCode": status}}
        errors.append(translated(ClientError(response, "SendMessageBatch"), what))
    passing = (Throttled, ServiceFault)
    hopeless = [error for error in errors if not isinstance(error, passing)]
    return (hopeless or errors or [ServiceFault(f"{what} failed: SQS confirms only some of them.")])[0]
