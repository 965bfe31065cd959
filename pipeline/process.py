"""The story of one image, from its delivery to its row; and the one place that says where each error ends."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

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
from pipeline.events import Delivery
from pipeline.reading import read_image
from pipeline.report import Outcome, Track
from pipeline.resilience import RetryPolicy, redelivery_delay
from pipeline.services import Claim, Invocation, Services

# How long a lease outlives its invocation: clocks of two machines may differ, so may the row's and the killed one's.
_LEASE_MARGIN_SECONDS = 60
# What storing leaves of the invocation for the queue and the log.
_SECONDS_TO_QUEUE = 15.0
# Whoever finds an image busy comes back this much after the lease: a paid answer that only has to be stored goes first.
_AFTER_YOU_SECONDS = 20.0

Answer = Mapping[str, Any]


def process(delivery: Delivery, services: Services, invocation: Invocation) -> Outcome:
    """Process one image: claim it before anything is paid, read it, and write its row.

    Raises only what a person has to mend, and TryLater if the retry queue itself refuses; Lambda then tries again.
    """
    upload = delivery.upload
    with bound_contextvars(request_id=invocation.request_id, image_id=upload.image_id, key=upload.key):
        return _process(delivery, services, invocation)


def _process(delivery: Delivery, services: Services, invocation: Invocation) -> Outcome:
    track = Track(delivery, services, invocation)
    claim: Claim | None = None
    result: Answer | None = None
    try:
        claim = _claim(delivery, services, invocation, track)
        result = delivery.answer or claim.draft or _read(delivery, claim, services, invocation, track)
        _store(claim, result, services, invocation, track)
    except AlreadyFinished as error:
        return track.end("duplicate", error=error)
    except ClaimLost as error:
        return track.end("taken_over", claim=claim, error=error)
    except TryLater as error:
        return _wait(_later(delivery, claim, result, services), claim, error, services, track)
    except Exception as error:
        if claim and result and isinstance(error, ServiceMisconfigured):
            # The table refuses this very row: reading it again would be paid again, and be refused again.
            return _bury(_later(delivery, claim, result, services), claim, error, services, track)
        _release(claim, error, services, result)
        track.end("raised", claim=claim, error=error)
        raise
    return track.end(result["processing_status"], claim=claim, result=result)


def _claim(delivery: Delivery, services: Services, invocation: Invocation, track: Track) -> Claim:
    lease_until = int(services.now().timestamp() + invocation.remaining() + _LEASE_MARGIN_SECONDS)
    with track.step("claim"):
        return services.store.claim(delivery, delivery.owner or services.new_owner(), lease_until)


def _read(delivery: Delivery, claim: Claim, services: Services, invocation: Invocation, track: Track) -> Answer:
    try:
        return read_image(delivery.upload, claim, services, invocation, track)
    except (ImageRefused, AnswerUnusable, CallsExhausted) as error:
        track.error = error
        said = f" It said: {error.said}" if isinstance(error, AnswerUnusable) and error.said else ""
        return {**track.row, **_failed(error, str(error) + said)}


def _failed(error: OcrError, message: str) -> dict[str, Any]:
    """What stands on the row of an image that can't be read."""
    return {"processing_status": "failed", "error_code": error.code, "error_message": message}


def _store(claim: Claim, result: Answer, services: Services, invocation: Invocation, track: Track) -> None:
    """Write the result. A table that refuses for as long as there is time gets it later: the answer travels."""
    policy = RetryPolicy(services.sleep, services.random, attempts=4)
    with track.step("store"):
        policy.run(
            lambda: services.store.finish(claim, result),
            (Throttled, ServiceFault),
            lambda: invocation.remaining() - _SECONDS_TO_QUEUE,
        )


def _later(delivery: Delivery, claim: Claim | None, result: Answer | None, services: Services) -> Delivery:
    """The next delivery of the image, with its answer under the claim's owner if only storing is left."""
    if claim and result:
        return delivery.again(services.now(), {**result, "usage": claim.usage.as_row()}, claim.owner)
    return delivery.again(services.now())


def _wait(later: Delivery, claim: Claim | None, error: TryLater, services: Services, track: Track) -> Outcome:
    """Queue first, then the row: whatever happens in between, someone will come back to this image."""
    if not error.costs_patience:
        later = replace(later, first_seen=None)
    age = (services.now() - (later.first_seen or services.now())).total_seconds()
    track.metrics.measure("WaitingAge", age)
    if claim and age > services.settings.retry_age_limit:
        return _bury(later, claim, error, services, track)
    delay = redelivery_delay(later.attempt - 1, services.random())
    if error.retry_after is not None:
        grace = _AFTER_YOU_SECONDS if isinstance(error, Busy) and not later.answer else 0.0
        delay = max(delay, error.retry_after + grace + 10 * services.random())
    _queued(later, lambda: services.queue.put_back(later, delay), claim, error, services, track)
    if not later.answer:  # else the claim goes on: nobody is to read meanwhile what only has to be stored
        _release(claim, error, services)
    return track.end("waiting", claim=claim, error=error)


def _bury(later: Delivery, claim: Claim, error: OcrError, services: Services, track: Track) -> Outcome:
    """Give an image up: it lies in the dead letter queue, with its answer if it has one, and its row says so."""
    _queued(later, lambda: services.queue.bury(later, error), claim, error, services, track)
    result = {**_failed(error, str(error)), "dead_lettered": True}
    _end_claim(claim, lambda held: services.store.finish(held, result))
    return track.end("dead_lettered", claim=claim, error=error)


def _queued(
    later: Delivery,
    send: Callable[[], None],
    claim: Claim | None,
    error: OcrError,
    services: Services,
    track: Track,
) -> None:
    """Send to a queue. If that refuses, Lambda has to try again, and can at once: the claim is released."""
    try:
        send()
    except Exception as refused:
        _release(claim, error, services, later.answer)
        track.end("raised", claim=claim, error=refused)
        raise


def _release(claim: Claim | None, error: BaseException, services: Services, answer: Answer | None = None) -> None:
    """Give the claim back. An answer that couldn't be stored stays on the row, if the table takes it there."""

    def release(held: Claim) -> None:
        services.store.release(held, error)

    if claim and answer:
        before, claim.draft = claim.draft, answer
        trouble = _end_claim(claim, release)
        if not isinstance(trouble, ServiceMisconfigured):
            return
        claim.draft = before  # it's this very answer that the table refuses
    _end_claim(claim, release)


def _end_claim(claim: Claim | None, end: Callable[[Claim], None]) -> OcrError | None:
    """End a claim, if there is one. Where that fails its lease ends it, and the error in hand weighs more."""
    if claim is None:
        return None
    try:
        end(claim)
    except OcrError as trouble:
        structlog.get_logger().warning("claim.not_ended", image_id=claim.image_id, error=str(trouble))
        return trouble
    return None
