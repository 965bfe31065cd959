"""The story of one image, from its delivery to its row; and the one place that says where each error ends."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from pipeline.errors import (
    AlreadyFinished,
    AnswerUnusable,
    CallsExhausted,
    ClaimLost,
    ImageRefused,
    OcrError,
    ServiceFault,
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


def process(delivery: Delivery, services: Services, invocation: Invocation) -> Outcome:
    """Process one image: claim it before anything is paid, read it, and write its row.

    Raises only what a person has to mend, and TryLater if the retry queue itself refuses; Lambda then tries again.
    """
    track = Track(delivery, services, invocation)
    claim: Claim | None = None
    try:
        claim = _claim(delivery, services, invocation, track)
        result = delivery.answer or _read(delivery, claim, services, invocation, track)
        return _finish(delivery, claim, result, services, invocation, track)
    except AlreadyFinished as error:
        return track.end("duplicate", error=error)
    except ClaimLost as error:
        return track.end("taken_over", claim=claim, error=error)
    except TryLater as error:
        return _wait(delivery, claim, error, services, track)
    except Exception as error:
        _release(claim, error, services)
        track.end("raised", claim=claim, error=error)
        raise


def _claim(delivery: Delivery, services: Services, invocation: Invocation, track: Track) -> Claim:
    lease_until = int(services.now().timestamp() + invocation.remaining() + _LEASE_MARGIN_SECONDS)
    with track.step("claim"):
        return services.store.claim(delivery.upload, services.new_owner(), lease_until)


def _read(
    delivery: Delivery, claim: Claim, services: Services, invocation: Invocation, track: Track
) -> Mapping[str, Any]:
    try:
        return read_image(delivery.upload, claim, services, invocation, track)
    except (ImageRefused, AnswerUnusable, CallsExhausted) as error:
        return _failed(error, usage=claim.usage.as_row())


def _failed(error: OcrError, **more: Any) -> dict[str, Any]:
    """The result of an image that can't be read: what stands on its row."""
    return {"processing_status": "failed", "error_code": error.code, "error_message": str(error), **more}


def _finish(
    delivery: Delivery,
    claim: Claim,
    result: Mapping[str, Any],
    services: Services,
    invocation: Invocation,
    track: Track,
) -> Outcome:
    """Write the result. If the table refuses for as long as there is time, the answer travels with the next attempt."""
    policy = RetryPolicy(services.sleep, services.random, attempts=4)
    try:
        with track.step("store"):
            policy.run(lambda: services.store.finish(claim, result), (Throttled, ServiceFault), invocation.remaining)
    except TryLater as error:
        return _wait(delivery, claim, error, services, track, answer=result)
    return track.end(result["processing_status"], claim=claim, result=result)


def _wait(
    delivery: Delivery,
    claim: Claim | None,
    error: TryLater,
    services: Services,
    track: Track,
    answer: Mapping[str, Any] | None = None,
) -> Outcome:
    """Queue first, then the row: whatever happens in between, someone will come back to this image."""
    later = delivery.again(answer or delivery.answer)
    age = (services.now() - delivery.first_seen).total_seconds()
    given_up = age > services.settings.retry_age_limit
    try:
        if given_up:
            services.queue.bury(later, error)
        else:
            services.queue.put_back(later, _delay(delivery, error, services))
    except OcrError as refused:
        _release(claim, error, services)
        track.end("raised", claim=claim, error=refused)
        raise
    if given_up:
        _end_claim(claim, lambda held: services.store.finish(held, _failed(error, dead_lettered=True)))
        return track.end("dead_lettered", claim=claim, error=error)
    _release(claim, error, services)
    return track.end("waiting", claim=claim, error=error)


def _delay(delivery: Delivery, error: TryLater, services: Services) -> float:
    """Seconds until another attempt: growing, and not before the error says that one makes sense."""
    delay = redelivery_delay(delivery.attempt, services.random())
    return delay if error.retry_after is None else max(delay, error.retry_after + 10 * services.random())


def _release(claim: Claim | None, error: BaseException, services: Services) -> None:
    _end_claim(claim, lambda held: services.store.release(held, error))


def _end_claim(claim: Claim | None, end: Callable[[Claim], None]) -> None:
    """End a claim, if there is one. Where that fails its lease ends it, and the error in hand weighs more."""
    if claim is None:
        return
    try:
        end(claim)
    except OcrError as trouble:
        structlog.get_logger().warning("claim.not_ended", image_id=claim.image_id, error=str(trouble))
