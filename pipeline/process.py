"""The story of one image, from its delivery to its row; and the one place that says where each error ends."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

from pipeline.deliveries import Delivery
from pipeline.errors import (
    AlreadyFinished,
    AnswerUnusable,
    Busy,
    CallsExhausted,
    ClaimLost,
    ImageRefused,
    OcrError,
    ServiceFault,
    ServiceMisconfigured,
    Throttled,
    TryLater,
)
from pipeline.models import Usage
from pipeline.reading import read_image
from pipeline.report import Outcome, Track
from pipeline.resilience import RetryPolicy, redelivery_delay
from pipeline.services import Claim, Invocation, Services

# How long a lease outlives its invocation: clocks of two machines may differ, so may the row's and the killed one's.
_LEASE_MARGIN_SECONDS = 60
# What storing leaves of the invocation for the queue and the log.
_SECONDS_TO_QUEUE = 15.0
# And what sending to a queue leaves for giving the claim back.
_SECONDS_TO_RELEASE = 25.0
_AS_OFTEN_AS_FITS = 100
# An answer that couldn't be stored comes back so soon: before the lease that protects it is over.
_ANSWER_SECONDS = 60.0
# Whoever finds an image busy comes back this much after the lease: who brings what was paid for goes first.
_AFTER_YOU_SECONDS = 75.0

Answer = Mapping[str, Any]


def process(delivery: Delivery, services: Services, invocation: Invocation) -> Outcome:
    """Process one image: claim it before anything is paid, read it, and write its row.

    Raises only what a person has to mend, and TryLater if the retry queue itself refuses; Lambda then tries again.
    """
    upload = delivery.upload
    with bound_contextvars(request_id=invocation.request_id, image_id=upload.image_id, key=upload.key):
        return _process(delivery, Track(delivery, services, invocation))


def _process(delivery: Delivery, track: Track) -> Outcome:
    claim: Claim | None = None
    result: Answer | None = None
    try:
        claim = _claim(delivery, track)
        result = delivery.answer or claim.draft or _read(delivery, claim, track)
        _store(claim, result, track)
    except AlreadyFinished as error:
        return track.end("duplicate", error=error)
    except ClaimLost as error:
        return track.end("taken_over", claim=claim, error=error)
    except TryLater as error:
        return _wait(_later(delivery, claim, result, track), claim, error, track)
    except Exception as error:
        if claim and result and isinstance(error, ServiceMisconfigured):
            # The table refuses this very row: reading it again would be paid again, and be refused again.
            return _bury(_later(delivery, claim, result, track), claim, error, track)
        _release(claim, error, track, result)
        track.end("raised", claim=claim, error=error)
        raise
    return track.end(result["processing_status"], claim=claim, result=result)


def _claim(delivery: Delivery, track: Track) -> Claim:
    services = track.services
    lease_until = int(services.now().timestamp() + track.invocation.remaining() + _LEASE_MARGIN_SECONDS)
    with track.step("claim"):
        return services.store.claim(delivery, services.new_owner(), lease_until)


def _read(delivery: Delivery, claim: Claim, track: Track) -> Answer:
    try:
        return read_image(delivery.upload, claim, track.services, track.invocation, track)
    except (ImageRefused, AnswerUnusable, CallsExhausted) as error:
        track.error = error
        said = f" It said: {error.said}" if isinstance(error, AnswerUnusable) and error.said else ""
        return {**track.row, **_failed(error, str(error) + said)}


def _failed(error: OcrError, message: str) -> dict[str, Any]:
    """What stands on the row of an image that can't be read."""
    return {"processing_status": "failed", "error_code": error.code, "error_message": message}


def _store(claim: Claim, result: Answer, track: Track) -> None:
    """Write the result. A table that refuses for as long as there is time gets it later: the answer travels."""
    policy = RetryPolicy(track.services.sleep, track.services.random, attempts=4)
    with track.step("store"):
        policy.run(
            lambda: track.services.store.finish(claim, result),
            (Throttled, ServiceFault),
            lambda: track.invocation.remaining() - _SECONDS_TO_QUEUE,
        )


def _later(delivery: Delivery, claim: Claim | None, result: Answer | None, track: Track) -> Delivery:
    """The image's next delivery, with what was paid for, and the claim that it may take over for that: ours."""
    now = track.services.now()
    if claim and result:
        return delivery.again(now, answer={**result, "usage": claim.usage.as_row()}, owner=claim.owner)
    if claim and claim.category and claim.usage != Usage():
        return delivery.again(now, category=claim.category, usage=claim.usage.as_row(), owner=claim.owner)
    return delivery.again(now)


def _wait(later: Delivery, claim: Claim | None, error: TryLater, track: Track) -> Outcome:
    """Queue first, then the row: whatever happens in between, someone will come back to this image."""
    services = track.services
    if not error.costs_patience:
        later = replace(later, first_seen=None)
    age = (services.now() - (later.first_seen or services.now())).total_seconds()
    track.metrics.measure("WaitingAge", age)
    if claim and age > services.settings.retry_age_limit:
        return _bury(later, claim, error, track)
    delay = redelivery_delay(later.attempt - 1, services.random())
    if error.retry_after is not None:
        brings = later.answer or later.category
        grace = _AFTER_YOU_SECONDS if isinstance(error, Busy) and not brings else 0.0
        delay = max(delay, error.retry_after + grace + 10 * services.random())
    if later.answer:
        delay = min(delay, _ANSWER_SECONDS)
    _queued(later, lambda: services.queue.put_back(later, delay), claim, error, track)
    if later.answer:  # if the row can't have it either, the claim goes on: nobody is to read what only has to be stored
        _release_with(later.answer, claim, error, track)
    else:
        _release(claim, error, track)
    return track.end("waiting", claim=claim, error=error)


def _bury(later: Delivery, claim: Claim, error: OcrError, track: Track) -> Outcome:
    """Give an image up: it lies in the dead letter queue, with its answer if it has one, and its row says so."""
    _queued(later, lambda: track.services.queue.bury(later, error), claim, error, track)
    result = {**_failed(error, str(error)), "dead_lettered": True}
    _end_claim(claim, lambda held: track.services.store.finish(held, result), track)
    return track.end("dead_lettered", claim=claim, error=error)


def _queued(later: Delivery, send: Callable[[], None], claim: Claim | None, error: OcrError, track: Track) -> None:
    """Send to a queue. If that refuses, Lambda has to try again, and can at once: the claim is released."""
    try:
        _patiently(send, _has_cost(claim) or bool(later.answer or later.category), track, _SECONDS_TO_RELEASE)
    except Exception as refused:
        _release(claim, error, track, later.answer)
        track.end("raised", claim=claim, error=refused)
        raise


def _release(claim: Claim | None, error: BaseException, track: Track, answer: Answer | None = None) -> None:
    """Give the claim back. An answer that couldn't be stored stays on the row, if the table takes it there."""
    if not (answer and _release_with(answer, claim, error, track)):
        _end_claim(claim, lambda held: track.services.store.release(held, error), track)


def _release_with(answer: Answer, claim: Claim | None, error: BaseException, track: Track) -> bool:
    """Give the claim back with the answer on the row. False if it's this very answer that the table refuses."""
    if claim is None:
        return True
    before, claim.draft = claim.draft, answer
    trouble = _end_claim(claim, lambda held: track.services.store.release(held, error), track)
    if not isinstance(trouble, ServiceMisconfigured):
        return True
    claim.draft = before
    return False


def _end_claim(claim: Claim | None, end: Callable[[Claim], None], track: Track) -> OcrError | None:
    """End a claim, if there is one. Where that fails its lease ends it, and the error in hand weighs more."""
    if claim is None:
        return None
    try:
        _patiently(lambda: end(claim), _has_cost(claim), track, _SECONDS_TO_QUEUE)
    except OcrError as trouble:
        structlog.get_logger().warning("claim.not_ended", image_id=claim.image_id, error=str(trouble))
        return trouble
    return None


def _has_cost(claim: Claim | None) -> bool:
    return claim is not None and claim.paid_calls > 0


def _patiently(call: Callable[[], None], something_paid: bool, track: Track, seconds_left: float) -> None:
    """Make a call that keeps what is in hand; if that was paid for, again and again for as long as there is time."""
    services = track.services
    attempts = _AS_OFTEN_AS_FITS if something_paid else 1
    policy = RetryPolicy(services.sleep, services.random, attempts=attempts, cap=5.0)
    policy.run(call, (Throttled, ServiceFault), lambda: track.invocation.remaining() - seconds_left)
