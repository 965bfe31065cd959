"""A coordination table that is a Python object, for tests whose containers share one."""

from dataclasses import replace
from datetime import datetime

from pipeline.breaker import Change, Fleet, News
from pipeline.errors import ServiceFault


class Memory:
    """Does what `pipeline.coordination` does; `breaks` so many calls first. `reports` counts what it was asked."""

    def __init__(self) -> None:
        self.fleet = Fleet()
        self.breaks = 0
        self.reports = 0

    def report(self, news: News | None = None) -> Fleet:
        self._may_break()
        self.reports += 1
        if news:
            counts, spent = dict(self.fleet.counts), dict(self.fleet.spent)
            if news.generation == self.fleet.generation:
                calls, failures = counts.get(news.minute, (0, 0))
                counts[news.minute] = (calls + news.calls, failures + news.failures)
            spent[news.day] = spent.get(news.day, 0.0) + news.usd
            self.fleet = replace(self.fleet, counts=counts, spent=spent)
        return self.fleet

    def change(self, seen: Fleet, change: Change, now: datetime) -> Fleet | None:
        self._may_break()
        if seen.generation != self.fleet.generation:
            return None
        self.fleet = Fleet(
            state=change.state,
            generation=seen.generation + 1,
            retry_at=change.retry_at,
            reason=change.reason,
            changed_at=now.isoformat(),
            spent=self.fleet.spent,
        )
        return self.fleet

    def _may_break(self) -> None:
        if self.breaks:
            self.breaks -= 1
            raise ServiceFault("The coordination table can't be reached.")
