"""Trying again within bounds; nothing here really waits."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import AnswerUnusable, ServiceFault, Throttled
from pipeline.resilience import RetryPolicy, redelivery_delay


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
