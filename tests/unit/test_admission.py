"""Whether Bedrock may be asked: the breaker that containers share, and the ceiling of a day."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from local.stack import COORDINATION_TABLE, Stack
from pipeline.admission import Admissions
from pipeline.bootstrap import coordination
from pipeline.breaker import Change
from pipeline.errors import BreakerOpen, CeilingReached, TryLater
from pipeline.metrics import Metrics
from tests.fleet import Memory


class Fleet:
    """Containers on one coordination table. `calls` are ends of admitted calls, F failed or s succeeded."""

    def __init__(self, table: Any = None, ceiling: float | None = None, containers: int = 3) -> None:
        self.moment = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
        self.metrics = Metrics()
        self.table = table or Memory()
        self.containers = [self.container(ceiling) for _ in range(containers)]

    def container(self, ceiling: float | None = None) -> Admissions:
        return Admissions(self.table, lambda: self.moment, ceiling)

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def calls(self, ends: str, which: int = 0, usd: float = 0.0) -> None:
        for end in ends:
            admission = self.containers[which].admit(self.metrics)
            self.containers[which].record(admission, self.metrics, failed=end == "F", usd=usd)

    def refused(self, which: int = 0) -> TryLater | None:
        try:
            self.containers[which].admit(self.metrics)
        except TryLater as error:
            return error
        return None

    def is_open(self, which: int = 0) -> bool:
        return isinstance(self.refused(which), BreakerOpen)


@pytest.fixture(params=["fake", "DynamoDB"])
def fleet(request: pytest.FixtureRequest, stack: Stack) -> Iterator[Fleet]:
    """Three containers; on the fake, and on the real adapter over an emulated table, that both behave alike."""
    client = boto3.client("dynamodb", region_name=stack.region)
    yield Fleet(Memory() if request.param == "fake" else coordination(client, COORDINATION_TABLE))
    client.delete_item(TableName=COORDINATION_TABLE, Key={"name": {"S": "bedrock"}})


@pytest.mark.parametrize("ends", ["", "F", "F" * 9, "s" * 20, "s" * 11 + "F" * 10])
def test_few_faults_open_nothing(fleet: Fleet, ends: str) -> None:
    """Fewer than ten calls, or less than half of them failed, leave the breaker closed."""
    fleet.calls(ends)
    assert not fleet.is_open()


def test_half_of_ten_calls_open_it_for_all(fleet: Fleet) -> None:
    """Ten calls of which half failed, wherever they were made, open the breaker for all, and say for how long."""
    fleet.calls("sFs", 0)
    fleet.calls("FsF", 1)
    fleet.calls("sFsF", 2)
    fleet.forward(2)
    for which in range(3):
        refused = fleet.refused(which)
        assert isinstance(refused, BreakerOpen)
        assert refused.retry_after == 58
        assert "5 of the last 10 calls" in str(refused)
    assert fleet.metrics.total("BreakerOpened") == 1
    assert fleet.metrics.total("BreakerRefusals") == 3


def test_others_hear_of_it_within_two_seconds(fleet: Fleet) -> None:
    """A container asks the table at most every second and a half, so it admits calls for no longer than that."""
    assert not fleet.is_open(1)
    fleet.calls("F" * 10, 0)
    assert not fleet.is_open(1)
    fleet.forward(1.5)
    assert fleet.is_open(1)


def test_old_faults_are_forgotten(fleet: Fleet) -> None:
    """Faults of more than five minutes ago don't count."""
    fleet.calls("F" * 9)
    fleet.forward(301)
    fleet.calls("F" * 9)
    assert not fleet.is_open()
    fleet.calls("F")
    assert fleet.is_open()


def test_one_probe_passes_for_the_whole_fleet(fleet: Fleet) -> None:
    """Half-open: of all containers one may try, and the others are refused until its call has ended."""
    fleet.calls("F" * 10)
    fleet.forward(59)
    assert fleet.is_open(0)
    assert fleet.is_open(1)
    fleet.forward(2)
    for each in fleet.containers:
        each.check(fleet.metrics)  # all see that a probe is due
    probe = fleet.containers[1].admit(fleet.metrics)
    assert probe.is_probe
    assert fleet.is_open(0)
    assert fleet.is_open(1)
    assert fleet.is_open(2)
    fleet.containers[1].record(probe, fleet.metrics, failed=False)
    fleet.forward(2)
    assert not any(fleet.is_open(which) for which in range(3))


def test_after_a_good_probe_all_is_as_at_first(fleet: Fleet) -> None:
    """A closed breaker has forgotten the outage: it takes ten calls to open it again."""
    fleet.calls("F" * 10)
    fleet.forward(61)
    fleet.calls("s" + "F" * 9)
    assert not fleet.is_open()
    fleet.calls("F")
    assert fleet.is_open()


def test_a_probe_that_fails_opens_it_anew(fleet: Fleet) -> None:
    """A failed probe is another minute of rest."""
    fleet.calls("F" * 10)
    fleet.forward(90)
    fleet.calls("F")
    fleet.forward(59)
    assert fleet.is_open()
    fleet.forward(2)
    assert not fleet.is_open()


def test_a_lost_probe_does_not_keep_it_open_for_ever(fleet: Fleet) -> None:
    """A probe whose container was killed is given up after two minutes, and another may try; its late news are none."""
    fleet.calls("F" * 10)
    fleet.forward(61)
    lost = fleet.containers[0].admit(fleet.metrics)
    fleet.forward(119)
    assert fleet.is_open(1)
    fleet.forward(2)
    fleet.calls("s", 1)
    fleet.containers[0].record(lost, fleet.metrics, failed=True)
    fleet.forward(2)
    assert not fleet.is_open(0)
    assert not fleet.is_open(1)


@pytest.mark.parametrize("failed", [True, False])
def test_late_news_of_an_outage_change_nothing(fleet: Fleet, failed: bool) -> None:
    """Calls admitted before the breaker opened neither close it, nor open it again when it is closed."""
    late = [fleet.containers[2].admit(fleet.metrics) for _ in range(12)]
    fleet.calls("F" * 10)
    fleet.containers[2].record(late.pop(), fleet.metrics, failed=failed)
    assert fleet.is_open(2)
    fleet.forward(61)
    fleet.calls("s", 1)
    for each in late:
        fleet.containers[2].record(each, fleet.metrics, failed=failed)
    assert not any(fleet.is_open(which) for which in range(3))


def test_a_person_holds_it_open_and_closes_it(fleet: Fleet) -> None:
    """Held open, no probe goes for however long, the person's reason is told, and no image loses patience."""
    held = Change("open", "Maria stops everything until Monday.")
    fleet.table.change(fleet.table.report(), held, fleet.moment)
    fleet.forward(3 * 24 * 3600)
    refused = fleet.refused()
    assert isinstance(refused, BreakerOpen)
    assert "until somebody closes it: Maria" in str(refused)
    assert (refused.retry_after, refused.costs_patience) == (900, False)
    fleet.table.change(fleet.table.report(), Change("closed", "Go on."), fleet.moment)
    fleet.forward(2)
    assert not fleet.is_open()


def test_an_outage_costs_patience(fleet: Fleet) -> None:
    """While Bedrock itself fails, waiting counts towards the age limit."""
    fleet.calls("F" * 10)
    refused = fleet.refused()
    assert refused is not None
    assert refused.costs_patience


def test_counters_that_nobody_reads_are_removed(stack: Stack) -> None:
    """After days of calls and outages the item is as small as at first."""
    client = boto3.client("dynamodb", region_name=stack.region)
    fleet = Fleet(coordination(client, COORDINATION_TABLE))
    for _ in range(10):
        fleet.calls("F" * 10, usd=0.03)
        fleet.forward(61)
        fleet.calls("sss", usd=0.03)
        fleet.forward(24 * 3600)
    item = client.get_item(TableName=COORDINATION_TABLE, Key={"name": {"S": "bedrock"}})["Item"]
    assert len([name for name in item if name.startswith(("calls_", "failures_"))]) <= 4
    assert len([name for name in item if name.startswith("spent_")]) <= 8
    client.delete_item(TableName=COORDINATION_TABLE, Key={"name": {"S": "bedrock"}})


def test_at_the_ceiling_nobody_asks_until_tomorrow() -> None:
    """What all containers have spent on the UTC day counts; at the ceiling calls wait for midnight, patiently."""
    fleet = Fleet(ceiling=1.0)
    fleet.calls("sss", 0, usd=0.2)
    fleet.calls("ss", 1, usd=0.2)
    fleet.forward(2)
    refused = fleet.refused(2)
    assert isinstance(refused, CeilingReached)
    assert (refused.retry_after, refused.costs_patience) == (12 * 3600 - 2, False)
    assert "$1.00 on 2026-11-24" in str(refused)
    assert fleet.metrics.total("CeilingRefusals") == 1
    fleet.forward(12 * 3600)
    assert fleet.refused(2) is None


def test_without_a_ceiling_any_sum_may_be_spent() -> None:
    """No ceiling is the default."""
    fleet = Fleet()
    fleet.calls("sss", usd=1000.0)
    assert fleet.refused() is None


def test_without_its_table_the_service_goes_on() -> None:
    """A table that can't be used admits every call, is left alone for half a minute; metric and log say so."""
    fleet = Fleet()
    fleet.table.breaks = 1
    with capture_logs() as logs:
        fleet.calls("F" * 30)
    assert fleet.metrics.total("CoordinationFaults") == 1
    assert [line["event"] for line in logs] == ["coordination.failed"]
    assert fleet.table.reports == 0
    fleet.forward(31)
    fleet.calls("F" * 10)
    assert fleet.is_open()


def test_what_was_paid_without_the_table_is_told_when_it_is_back() -> None:
    """Dollars spent while the table couldn't be used count towards the ceiling as soon as it can be."""
    fleet = Fleet(ceiling=1.0)
    fleet.table.breaks = 1
    fleet.calls("ss", usd=0.4)
    fleet.forward(31)
    fleet.calls("s", usd=0.3)
    assert isinstance(fleet.refused(1), CeilingReached)


@pytest.mark.parametrize("breaks", [1, 2])
def test_a_probe_whose_news_are_lost_is_followed_by_another(breaks: int) -> None:
    """If the table fails just when the probe is taken or ends, calls go on, and a later probe closes the breaker."""
    fleet = Fleet()
    fleet.calls("F" * 10)
    fleet.forward(61)
    fleet.containers[0].check(fleet.metrics)
    probe = fleet.containers[0].admit(fleet.metrics)
    fleet.table.breaks = breaks
    fleet.containers[0].record(probe, fleet.metrics, failed=False)
    fleet.forward(200)
    fleet.calls("s", 1)
    fleet.forward(2)
    assert not fleet.is_open(2)


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["admit", "good", "bad"]), st.floats(0, 90))))
def test_an_open_breaker_always_says_a_time_that_comes(steps: list[tuple[int, str, float]]) -> None:
    """Whatever happens in whatever order, who is refused and waits as long as told is let through, if nobody probes."""
    fleet = Fleet()
    under_way: list[tuple[int, Any]] = []
    for which, step, seconds in steps:
        fleet.forward(seconds)
        with suppress(BreakerOpen):
            if step == "admit":
                under_way += [(which, fleet.containers[which].admit(fleet.metrics)) for _ in range(5)]
        if step != "admit":
            for owner, admission in under_way:
                fleet.containers[owner].record(admission, fleet.metrics, failed=step == "bad")
            under_way = []
    refused = fleet.refused()
    if refused is None:
        return
    assert isinstance(refused, BreakerOpen)
    assert 0 < (refused.retry_after or 0) <= 120
    fleet.forward((refused.retry_after or 0) + 1.6)
    assert fleet.refused() is None
