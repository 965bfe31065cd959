"""May Bedrock be asked now? By the breaker that all containers share, and by the ceiling of what a day may cost.

What the others know is asked for at most every second and a half, and told after every call. If the coordination table
can't be used the service works on without it: every call is admitted, and a metric says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from pipeline.breaker import Change, Fleet, News, day_of, minute_of, opened, probed, probing
from pipeline.errors import BreakerOpen, CeilingReached, OcrError
from pipeline.metrics import Metrics

_FRESH = timedelta(seconds=1.5)
_LEFT_ALONE = timedelta(seconds=30)  # a table that can't be used: its timeouts would cost every photo seconds
_LOOK_AGAIN_SECONDS = 900.0  # while a person holds the breaker open; the longest wait of one message on the queue


class Coordination(Protocol):
    """Where the containers tell one another. Both raise Throttled, ServiceFault or ServiceMisconfigured."""

    def report(self, news: News | None = None) -> Fleet:
        """Add the news to what they know, and give all of it."""

    def change(self, seen: Fleet, change: Change, now: datetime) -> Fleet | None:
        """Change the breaker's state if it's still the one seen; None if somebody else was first."""


@dataclass(frozen=True, slots=True)
class Admission:
    """One admitted call: the generation of the breaker that let it pass, and whether it's the fleet's probe."""

    generation: int
    is_probe: bool = False


class Admissions:
    """One container's view of the fleet. `now` gives the UTC time; the ceiling is dollars a UTC day, None for none."""

    def __init__(self, coordination: Coordination, now: Callable[[], datetime], ceiling_usd: float | None) -> None:
        self._coordination = coordination
        self._now = now
        self._ceiling_usd = ceiling_usd
        self._fleet = Fleet()
        self._look_at = datetime.min.replace(tzinfo=UTC)
        self._leave_until = self._look_at
        self._untold_usd = 0.0

    def check(self, metrics: Metrics) -> None:
        """Raise what `admit` would, before anything is done for a call that won't be made."""
        now = self._now()
        if now >= self._look_at:
            self._tell(None, metrics)
        spent = self._fleet.spent_on(now) + self._untold_usd
        if self._ceiling_usd is not None and spent >= self._ceiling_usd:
            metrics.count("CeilingRefusals")
            raise CeilingReached(
                f"Claude has cost ${spent:.2f} on {day_of(now)} (UTC), and the ceiling is ${self._ceiling_usd:.2f} a "
                "day: the photo waits for the next day, or for a higher ceiling.",
                retry_after=_seconds_to_midnight(now),
            )
        self._refuse_if_open(now, metrics)

    def admit(self, metrics: Metrics) -> Admission:
        """Let one call pass, whose end `record` then hears. Raises BreakerOpen or CeilingReached for none."""
        self.check(metrics)
        if self._fleet.state != "closed":  # but a probe is due
            if self._change(probing(self._now()), metrics):
                return Admission(self._fleet.generation, is_probe=True)
            self._refuse_if_open(self._now(), metrics)
        return Admission(self._fleet.generation)

    def record(self, admission: Admission, metrics: Metrics, *, failed: bool, usd: float = 0.0) -> None:
        """Tell the others how an admitted call ended, and what it cost in dollars."""
        self._untold_usd += usd
        now = self._now()
        if now < self._leave_until:
            return
        self._tell(News(admission.generation, minute_of(now), day_of(now), 1, int(failed), self._untold_usd), metrics)
        if admission.generation != self._fleet.generation:
            return  # it was admitted before the breaker changed: old news
        if admission.is_probe:
            self._change(probed(now, failed=failed), metrics)
        elif self._fleet.fails_too_often(now) and self._change(opened(self._fleet, now), metrics):
            metrics.count("BreakerOpened")

    def _refuse_if_open(self, now: datetime, metrics: Metrics) -> None:
        fleet = self._fleet
        left = _LOOK_AGAIN_SECONDS if fleet.is_held else (fleet.retry_at or 0.0) - now.timestamp()
        if fleet.state == "closed" or left <= 0:
            return
        metrics.count("BreakerRefusals")
        until = "until somebody closes it" if fleet.is_held else f"for {left:.0f} s more"
        # A person who holds it open means the photos to wait; an outage counts against their patience.
        raise BreakerOpen(
            f"Bedrock is not asked {until}: {fleet.reason}", retry_after=left, costs_patience=not fleet.is_held
        )

    def _tell(self, news: News | None, metrics: Metrics) -> None:
        try:
            self._fleet = self._coordination.report(news)
        except OcrError as error:
            self._do_without(error, metrics)
        else:
            self._look_at = self._now() + _FRESH
            self._untold_usd = 0.0 if news else self._untold_usd

    def _change(self, change: Change, metrics: Metrics) -> bool:
        """Whether it was this container that changed the breaker; else it has seen what the breaker is now."""
        try:
            changed = self._coordination.change(self._fleet, change, self._now())
        except OcrError as error:
            self._do_without(error, metrics)
            return False
        if changed is None:
            self._tell(None, metrics)
            return False
        self._fleet = changed
        structlog.get_logger().warning("breaker.changed", state=change.state, reason=change.reason)
        return True

    def _do_without(self, error: OcrError, metrics: Metrics) -> None:
        metrics.count("CoordinationFaults")
        structlog.get_logger().warning("coordination.failed", error_code=error.code, error=str(error))
        self._fleet = Fleet()
        self._look_at = self._leave_until = self._now() + _LEFT_ALONE


def _seconds_to_midnight(now: datetime) -> float:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - now).total_seconds()
