"""Trying again within bounds, and leaving a failing service alone; on a clock that moves when the test says so."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import AnswerUnusable, BreakerOpen, ServiceFault, Throttled
from pipeline.resilience import CircuitBreaker, RetryPolicy, redelivery_delay


class Clock:
    def __init__(self):
        self.time = 500.0

    def __call__(self):
        return self.time


class Script:
    """Calls that end one after the other as the script says."""

    def __init__(self, *ends):
        self.ends, self.calls = list(ends), 0

    def __call__(self):
        self.calls += 1
        end = self.ends.pop(0)
        if isinstance(end, BaseException):
            raise end
        return end


def policy(slept, chance=1.0, **options):
    return RetryPolicy(slept.append, lambda: chance, **options)


def forever():
    return math.inf


def test_a_success_is_not_repeated():
    """What goes well is called once, and nothing is waited for."""
    slept, call = [], Script("done")
    assert policy(slept).run(call, (Throttled,), forever) == "done"
    assert (call.calls, slept) == (1, [])


def test_waits_grow_up_to_the_cap():
    """Before each try the wait doubles, up to the cap, and the last error is raised as it came."""
    slept, last = [], Throttled("the last")
    call = Script(*[Throttled("busy")] * 6, last)
    with pytest.raises(Throttled) as caught:
        policy(slept, attempts=7, base=1.0, cap=10.0).run(call, (Throttled,), forever)
    assert caught.value is last
    assert (call.calls, slept) == (7, [1.0, 2.0, 4.0, 8.0, 10.0, 10.0])


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 8))
def test_chance_only_shortens_a_wait(chance, attempts):
    """Full jitter: every wait lies between nothing and its bound, and there are no more tries than allowed."""
    slept, call = [], Script(*[Throttled("busy")] * attempts)
    with pytest.raises(Throttled):
        policy(slept, chance, attempts=attempts).run(call, (Throttled,), forever)
    assert call.calls == attempts
    assert all(0 <= wait <= min(20.0, 2.0**index) for index, wait in enumerate(slept))


def test_a_service_that_names_a_time_is_given_it():
    """Where the error says when to come back, the wait is at least that long."""
    slept = []
    policy(slept, 0.0).run(Script(Throttled("busy", retry_after=7.5), "done"), (Throttled,), forever)
    assert slept == [7.5]


def test_another_error_ends_it_at_once():
    """Only what may pass is tried again."""
    slept, call = [], Script(AnswerUnusable("refused", "no"), "never")
    with pytest.raises(AnswerUnusable):
        policy(slept).run(call, (Throttled, ServiceFault), forever)
    assert (call.calls, slept) == (1, [])


@pytest.mark.parametrize(("left", "calls"), [(0.0, 1), (1.0, 1), (1.1, 2)])
def test_no_wait_outlasts_the_time_that_is_left(left, calls):
    """A wait that doesn't fit into the invocation isn't begun: the error is raised while there is time to act on it."""
    slept, call = [], Script(Throttled("busy"), "done", "never")
    remaining = lambda: left - sum(slept)  # noqa: E731
    if calls == 1:
        with pytest.raises(Throttled):
            policy(slept).run(call, (Throttled,), remaining)
    else:
        assert policy(slept).run(call, (Throttled,), remaining) == "done"
    assert call.calls == calls


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_redelivery_is_never_sooner_nor_later_than_sqs_can(attempt, chance):
    """Each hop through the queue waits 15 to 900 seconds, at least half of what its attempt is due."""
    delay = redelivery_delay(attempt, chance)
    assert 15 <= delay <= 900
    assert redelivery_delay(attempt, 0.0) / 2 <= delay


def test_redeliveries_wait_longer_and_longer():
    """30 s, then twice as long each time, to SQS's most."""
    assert [redelivery_delay(attempt, 0.0) for attempt in (1, 2, 3, 4, 5, 6, 7)] == [30, 60, 120, 240, 480, 900, 900]


class Breaker(CircuitBreaker):
    """The breaker as the tests read it: `calls` are ends of admitted calls, F failed or s succeeded."""

    def calls(self, ends):
        for end in ends:
            self.admit()
            self.record(failed=end == "F")

    @property
    def is_open(self):
        try:
            self.admit()
        except BreakerOpen:
            return True
        return False


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(clock)


@pytest.mark.parametrize("ends", ["", "F", "FFFF", "ssssssss", "sssFF", "FFsss", "sFsFs"])
def test_few_faults_open_nothing(breaker, ends):
    """Fewer than five calls, or less than half of them failed, leave the breaker closed."""
    breaker.calls(ends)
    assert not breaker.is_open


@pytest.mark.parametrize("ends", ["FFFFF", "ssFFF", "sFsFsF", "FsFsF"])
def test_half_of_five_faults_open_it(breaker, ends):
    """Five calls in a minute of which half failed open it, and it says for how long."""
    breaker.calls(ends)
    with pytest.raises(BreakerOpen, match="for 30 s more") as caught:
        breaker.admit()
    assert caught.value.retry_after == 30


def test_old_faults_are_forgotten(breaker, clock):
    """Faults of more than a minute ago don't count."""
    breaker.calls("FFFF")
    clock.time += 901
    breaker.calls("F")
    assert not breaker.is_open


def test_one_probe_passes_after_half_a_minute(breaker, clock):
    """Half-open: one call may try, all others are refused until it has ended."""
    breaker.calls("FFFFF")
    clock.time += 29.9
    assert breaker.is_open
    clock.time += 0.1
    breaker.admit()
    assert breaker.is_open


def test_a_probe_that_succeeds_closes_it(breaker, clock):
    """After one good call everything is as it was at first: five faults are needed again."""
    breaker.calls("FFFFF")
    clock.time += 30
    breaker.calls("s" + "FFFF")
    assert not breaker.is_open
    breaker.calls("F")
    assert breaker.is_open


def test_a_probe_that_fails_opens_it_anew(breaker, clock):
    """A failed probe is another half minute of rest."""
    breaker.calls("FFFFF")
    clock.time += 45
    breaker.calls("F")
    clock.time += 29
    assert breaker.is_open
    clock.time += 1
    assert not breaker.is_open


def test_a_lost_probe_does_not_keep_it_open_for_ever(breaker, clock):
    """A probe whose container was killed is given up after half a minute, and another may try."""
    breaker.calls("FFFFF")
    clock.time += 30
    breaker.admit()
    clock.time += 29
    assert breaker.is_open
    clock.time += 1
    breaker.admit()
    breaker.record(failed=False)
    assert not breaker.is_open


@pytest.mark.parametrize("failed", [True, False])
def test_a_call_from_before_is_no_probe(breaker, clock, failed):
    """A call admitted before the breaker opened neither closes it nor prolongs it by how it ends."""
    breaker.admit()
    breaker.calls("FFFFF")
    clock.time += 20
    breaker.record(failed=failed)
    clock.time += 9
    assert breaker.is_open
    clock.time += 1
    assert not breaker.is_open


@given(st.lists(st.tuples(st.sampled_from(["admit", "good", "bad"]), st.floats(0, 40))))
def test_an_open_breaker_always_says_a_time_that_comes(steps):
    """Whatever happens in whatever order, a refused caller who waits as long as told is let through."""
    clock = Clock()
    breaker = Breaker(clock, least_calls=2)
    for step, seconds in steps:
        clock.time += seconds
        if step == "admit":
            with suppress(BreakerOpen):
                breaker.admit()
        else:
            breaker.record(failed=step == "bad")
    with suppress(BreakerOpen):
        breaker.admit()
        return
    with pytest.raises(BreakerOpen) as refused:
        breaker.admit()
    assert 0 < refused.value.retry_after <= 30
    clock.time += refused.value.retry_after + 0.001
    breaker.admit()
