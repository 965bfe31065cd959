"""Trying again, and not trying for a while. Clock, sleep and chance are handed in: nothing here waits by itself."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pipeline.errors import BreakerOpen, OcrError, TryLater

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


class CircuitBreaker:
    """Stops asking a service that fails (Nygard, "Release It!"): closed, open, half-open with one probe.

    Opens when at least `least_calls` were made in the last `window` seconds and `failure_rate` of them failed, so that
    a single fault opens nothing. After `open_for` seconds one call may probe: it closes or reopens the breaker.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        *,
        window: float = 900.0,
        least_calls: int = 5,
        failure_rate: float = 0.5,
        open_for: float = 30.0,
    ) -> None:
        self._monotonic = monotonic
        self._window = window
        self._least_calls = least_calls
        self._failure_rate = failure_rate
        self._open_for = open_for
        self._calls: deque[tuple[float, bool]] = deque()
        self._opened_at: float | None = None
        self._probe_since: float | None = None
        self._lock = threading.Lock()

    def admit(self) -> None:
        """Let one call pass, whose end `record` then hears. Raises BreakerOpen, saying for how long, for none."""
        with self._lock:
            if self._opened_at is None:
                return
            now = self._monotonic()
            # A probe that was never recorded (its container was frozen, say) doesn't keep the breaker open for ever.
            since = self._opened_at if self._probe_since is None else self._probe_since
            left = self._open_for - (now - since)
            if left > 0:
                raise BreakerOpen(f"Bedrock failed too often; no calls for {left:.0f} s more.", retry_after=left)
            self._probe_since = now

    def record(self, *, failed: bool) -> None:
        """Hear how an admitted call ended."""
        with self._lock:
            now = self._monotonic()
            if self._opened_at is not None:
                if self._probe_since is None:
                    return  # admitted before the breaker opened: old news
                self._probe_since = None
                self._opened_at = now if failed else None
                self._calls.clear()
                return
            self._calls.append((now, failed))
            while self._calls[0][0] <= now - self._window:
                self._calls.popleft()
            failures = sum(bad for _, bad in self._calls)
            if len(self._calls) >= self._least_calls and failures >= self._failure_rate * len(self._calls):
                self._opened_at = now
