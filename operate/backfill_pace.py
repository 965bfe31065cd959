"""How fast messages may go onto the retry queue, and how long that takes."""

import time
from collections.abc import Callable
from typing import Any

from operate.batches import Patience
from pipeline.admission import Admissions
from pipeline.errors import TryLater
from pipeline.metrics import Metrics

SECONDS_A_PHOTO = 10.0
"""About what one invocation takes, nearly all of it Claude's answer of some 600 tokens. Estimated, not measured."""

_MOST_WAITING = 900.0  # seconds of reading that may stand on the queue: live photos that wait there wait behind it
_LOOK = 10.0  # seconds between two looks at the queue


def concurrency(function: Any, stage: str, patience: Patience) -> int:
    """How many photos the retry queue's trigger has read at once: the function's `MaximumConcurrency`, as deployed.

    Without one it's Lambda's own limit for a queue (Lambda developer guide, "Configuring scaling behavior for SQS event
    source mappings"). `function` is a boto3 Lambda client. Raises as `aws.translated`.
    """
    name = f"product-ocr-{stage}-process"
    mappings = patience.call(
        f"Looking at the triggers of {name}", function.list_event_source_mappings, FunctionName=name
    )
    for mapping in mappings["EventSourceMappings"]:
        if most := mapping.get("ScalingConfig", {}).get("MaximumConcurrency"):
            return int(most)
    return 1_000


class Pace:
    """Holds messages back: at most `rate` a second, and none while there is a hindrance.

    `at_once` is how many photos are read at one time; `hindrance` gives a sentence, or None if there is none.
    """

    def __init__(
        self,
        rate: float | None,
        at_once: int,
        hindrance: Callable[[], str | None],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._readable = at_once / SECONDS_A_PHOTO
        self.rate = rate or self._readable
        self._hindrance, self._clock, self._sleep = hindrance, clock, sleep
        self._free_at = self._looked_at = clock() - _LOOK

    def seconds(self, messages: int) -> float:
        """About how long it takes until so many messages are read."""
        return max(SECONDS_A_PHOTO, messages / min(self.rate, self._readable))

    def hold(self, messages: int, tell: Callable[[str], None]) -> None:
        """Wait until so many may be sent; `tell` is given what hinders it, each time that it's looked for."""
        while self._clock() - self._looked_at >= _LOOK:
            hindrance = self._hindrance()
            self._looked_at = self._clock()
            if hindrance is None:
                break
            tell(hindrance)
            self._sleep(_LOOK)
        self._sleep(max(0.0, self._free_at - self._clock()))
        self._free_at = max(self._clock(), self._free_at) + messages / self.rate


class Hindrances:
    """What speaks against sending more, by the stage's own say: its breaker, its ceiling, and its queue."""

    def __init__(self, admissions: Admissions, waiting: Callable[[], int], at_once: int) -> None:
        self._admissions, self._waiting = admissions, waiting
        self._most_waiting = _MOST_WAITING * at_once / SECONDS_A_PHOTO

    def __call__(self) -> str | None:
        """A sentence, or None. Raises as `aws.translated`."""
        try:
            self._admissions.check(Metrics())  # as the function does for each photo
        except TryLater as error:
            return str(error)
        waiting = self._waiting()
        return f"{waiting:,} messages are on the queue: these first." if waiting > self._most_waiting else None


def waiting_on(sqs: Any, queue_url: str, patience: Patience) -> int:
    """How many messages on the queue are ready to be received, roughly. Raises as `aws.translated`."""
    name = "ApproximateNumberOfMessages"
    looking = f"Looking at {queue_url}"
    answer = patience.call(looking, sqs.get_queue_attributes, QueueUrl=queue_url, AttributeNames=[name])
    return int(answer["Attributes"][name])
