"""The circuit breaker that all containers share (Nygard, "Release It!"): its states, and what leads to the next.

    closed -- at least half of the last minutes' calls failed --> open -- after a minute, one call --> half_open
      ^                                                            ^                                    |   |
      |                                                            +--- the probe failed, or was lost --+   |
      +------------------------------------ the probe succeeded --------------------------------------------+

Each change makes a new generation, and is written only over the one that its writer saw: of many containers that want
to probe, one does. News of a call counts for the generation that admitted it, so late news of an outage that is over
opens nothing. A person may hold the breaker open (`retry_at` is None), or close it.

No library fits: pybreaker, purgatory and circuitbreaker count failures in a row, not their rate in a window, and don't
limit all who share a storage to one probe.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal["closed", "open", "half_open"]

WINDOW_MINUTES = 5
LEAST_CALLS = 10  # of fewer it can't be said how Bedrock does
FAILURE_RATE = 0.5
OPEN_SECONDS = 60.0
PROBE_SECONDS = 120.0  # a call that isn't heard of until then is lost: more than the model's read timeout


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """What the containers know in common.

    `retry_at` (epoch seconds): from when on one call may probe. `counts`: calls and failures of this generation by
    minute since 1970. `spent`: dollars by UTC day (2026-11-24).
    """

    state: State = "closed"
    generation: int = 0
    retry_at: float | None = None
    reason: str | None = None
    changed_at: str | None = None
    counts: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    spent: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_held(self) -> bool:
        """Whether a person holds the breaker open."""
        return self.state == "open" and self.retry_at is None

    def recent(self, now: datetime) -> tuple[int, int]:
        """Calls and failures of the last minutes."""
        since = minute_of(now) - WINDOW_MINUTES
        counted = [count for minute, count in self.counts.items() if minute > since]
        return sum(calls for calls, _ in counted), sum(failures for _, failures in counted)

    def fails_too_often(self, now: datetime) -> bool:
        """Whether a closed breaker is to open: by the rate of failures, never for a single one."""
        calls, failures = self.recent(now)
        return self.state == "closed" and calls >= LEAST_CALLS and failures >= FAILURE_RATE * calls

    def spent_on(self, now: datetime) -> float:
        """Dollars spent on this UTC day so far."""
        return self.spent.get(day_of(now), 0.0)


@dataclass(frozen=True, slots=True)
class Change:
    """A new state of the breaker, and why. `retry_at` as in Fleet."""

    state: State
    reason: str
    retry_at: float | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What one container has to tell: calls and failures in a generation's minute, dollars on a UTC day."""

    generation: int
    minute: int
    day: str
    calls: int
    failures: int
    usd: float


def opened(fleet: Fleet, now: datetime) -> Change:
    """The breaker opens, for what the last minutes' calls came to."""
    calls, failures = fleet.recent(now)
    reason = f"{failures} of the last {calls} calls of Bedrock failed."
    return Change("open", reason, now.timestamp() + OPEN_SECONDS)


def probing(now: datetime) -> Change:
    """One call goes to see how Bedrock does."""
    return Change("half_open", "One call is under way to see whether Bedrock is back.", now.timestamp() + PROBE_SECONDS)


def probed(now: datetime, *, failed: bool) -> Change:
    """What the probe found."""
    if failed:
        return Change("open", "A call to see whether Bedrock is back failed.", now.timestamp() + OPEN_SECONDS)
    return Change("closed", "A call to see whether Bedrock is back succeeded.")


def minute_of(now: datetime) -> int:
    """Minutes since 1970."""
    return int(now.timestamp() // 60)


def day_of(now: datetime) -> str:
    """The UTC day, as 2026-11-24."""
    return now.strftime("%Y-%m-%d")
