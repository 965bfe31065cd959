"""The model's part of the story: read the photo through its category's extractor, and have faults read once more."""

import hashlib
from collections.abc import Mapping
from typing import Any

import structlog

from pipeline.answers import Reading, judge, repaired
from pipeline.catalog import Extractor, checked
from pipeline.choosing import choose_extractor
from pipeline.errors import ClaimLost, ImageRefused, OcrError, ServiceMisconfigured, TryLater
from pipeline.events import ImageUpload
from pipeline.images import prepare
from pipeline.report import Track
from pipeline.requests import Request, read_request, repair_request
from pipeline.reviewing import review
from pipeline.services import Ask, Claim, Invocation, ModelAnswer, Services
from pipeline.storable import storable

_MOST_FINDINGS = 60


def read_image(
    upload: ImageUpload, claim: Claim, services: Services, invocation: Invocation, track: Track
) -> dict[str, Any]:
    """What the photo says: the row's attributes, with status `completed` or `needs_review`.

    Raises ImageRefused, AnswerUnusable, CallsExhausted, TryLater, ClaimLost or ServiceMisconfigured.
    """
    ask = _counted(claim, services, invocation, track)
    with track.step("download"):
        photo = services.bucket.read(upload)
    with track.step("prepare"):
        image = prepare(photo.data)
    with track.step("choose"):
        extractor, doubts = choose_extractor(upload, photo, image, claim, services, ask, track)
    with track.step("read"):
        # Checked before the model is paid for an answer that nothing could judge.
        request = read_request(image, checked(extractor), prompt_caching=services.settings.prompt_caching)
        answer = ask(request, services.settings.models)
        first = judge(answer.message, extractor)
    with track.step("repair"):
        reading = _repaired(first, request, answer.model_id, extractor, ask, track)
    with track.step("review"):
        reviewed = review(reading, extractor, image, services.plugins)
        product, lost = storable(reading.product, extractor.category)
    findings = [*doubts, *reading.faults, *reviewed, *lost][:_MOST_FINDINGS]
    in_doubt = any(finding["severity"] == "error" for finding in findings)
    return {
        "processing_status": "needs_review" if in_doubt else "completed",
        "product_specifications": product,
        "category": extractor.category,
        "model_id": answer.model_id,
        "extractor_version": extractor.version,
        "image_sha256": hashlib.sha256(photo.data).hexdigest(),
        "confidence_source": "model",
        "findings": findings,
        "usage": claim.usage.as_row(),
    }


def _counted(claim: Claim, services: Services, invocation: Invocation, track: Track) -> Ask:
    """How this image asks a model: counted on its row before the call, so that crashes and redrives count too."""

    def ask(request: Mapping[str, Any], models: tuple[str, ...]) -> ModelAnswer:
        services.store.reserve_call(claim)
        try:
            answer = services.models.ask(request, models, track.metrics, invocation.remaining)
        except (TryLater, ImageRefused, ServiceMisconfigured) as error:
            if not (isinstance(error, TryLater) and error.may_be_paid):
                claim.paid_calls -= 1  # reaches the row with the claim's end
            raise
        claim.usage += answer.usage
        track.count_usage(answer.usage)
        track.facts["model"] = answer.model_id
        return answer

    return ask


def _repaired(first: Reading, request: Request, model_id: str, extractor: Extractor, ask: Ask, track: Track) -> Reading:
    """One more turn for what is wrong. Whatever comes of it, the first answer isn't thrown away."""
    if not first.faults or first.truncated:
        return first
    track.metrics.count("Repairs")
    try:
        again = ask(repair_request(request, first.tool_use, first.faults), (model_id,))
        return repaired(first, judge(again.message, extractor), extractor)
    except ClaimLost:
        raise
    except OcrError as error:
        structlog.get_logger().warning("repair.failed", error_code=error.code, error=str(error))
        return first
