"""Trying again. Sleep and chance are handed in: nothing here waits by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pipeline.errors import OcrError, TryLater

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential backoff with full jitter (AWS Architecture Blog, "Exponential backoff and jitter").

    At most `attempts` tries; before try n + 1 a wait of up to `base * 2**(n - 1)` seconds, never above `cap`.
    """

    sleep: Callable[[float], None]
    random: Callable[[], float]
    attempts: int = 3
    base: float = 1.0
    cap: float = 20.0

    def run(self, call: Callable[[], T], retried: tuple[type[OcrError], ...], remaining: Callable[[], float]) -> T:
        """What `call` gives. A `retried` error is tried again while the wait fits into `remaining()` seconds."""
        for attempt in range(1, self.attempts + 1):
            try:
                return call()
            except retried as error:
                asked = error.retry_after if isinstance(error, TryLater) and error.retry_after else 0.0
                wait = max(asked, self.random() * min(self.cap, self.base * 2 ** (attempt - 1)))
                if attempt == self.attempts or wait >= remaining():
                    raise
                self.sleep(wait)
        raise AssertionError("attempts is at least 1")


def redelivery_delay(attempt: int, random: float) -> float:
    """Seconds until the retry queue delivers again: 30, 60, 120, ... up to SQS's 900, less up to half by chance.

    `attempt` counts from 1; `random` lies in [0, 1).
    """
    return min(900.0, 30.0 * 2.0 ** min(attempt - 1, 5)) * (1 - random / 2)
