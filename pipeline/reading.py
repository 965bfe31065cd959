"""The model's part of the story: read the photo through its category's extractor, and have faults read once more."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from pipeline.answers import Reading, judge, repaired
from pipeline.catalog import Extractor, Finding, checked
from pipeline.choosing import choose_extractor
from pipeline.errors import ClaimLost, ImageRefused, OcrError, ServiceMisconfigured, TryLater
from pipeline.images import prepare
from pipeline.models import Usage
from pipeline.report import Track
from pipeline.requests import Request, read_request, repair_request
from pipeline.reviewing import review
from pipeline.services import Ask, Claim, Invocation, ModelAnswer, Services
from pipeline.storable import storable
from pipeline.uploads import ImageUpload

_MOST_FINDINGS = 60


def read_image(
    upload: ImageUpload, claim: Claim, services: Services, invocation: Invocation, track: Track
) -> dict[str, Any]:
    """What the photo says: the row's attributes, with status `completed` or `needs_review`.

    Raises ImageRefused, AnswerUnusable, CallsExhausted, TryLater, ClaimLost or ServiceMisconfigured.
    """
    ask = _counted(claim, services, invocation, track)
    services.models.check(track.metrics)  # or the photo would be fetched and prepared for nothing
    with track.step("download"):
        photo = services.bucket.read(upload)
        track.row["image_sha256"] = hashlib.sha256(photo.data).hexdigest()
    with track.step("prepare"):
        image = prepare(photo.data)
    with track.step("choose"):
        extractor, doubts = choose_extractor(upload, photo, image, claim, services, ask, track)
        track.row |= {"category": extractor.category, "extractor_version": checked(extractor).version}
    with track.step("read"):
        request = read_request(image, extractor, prompt_caching=services.settings.prompt_caching)
        answer = ask(request, services.settings.models)
        track.row["model_id"] = answer.model_id
        first = judge(answer.message, extractor)
    with track.step("repair"):
        # A kill from here on loses the repair, not the reading: the next attempt finds it on the row.
        claim.draft = _result(first, doubts, extractor, track) if _wants_repair(first) else None
        reading = _repaired(first, request, answer.model_id, extractor, ask, track) if claim.draft else first
    with track.step("review"):
        reviewed = review(reading, extractor, image, services.plugins)
        return _result(reading, [*doubts, *reviewed], extractor, track)


def _result(reading: Reading, doubts: Sequence[Finding], extractor: Extractor, track: Track) -> dict[str, Any]:
    """The row's attributes; of too many findings, the errors are kept."""
    product, lost = storable(reading.product, extractor.category)
    findings = sorted([*reading.faults, *doubts, *lost], key=lambda finding: finding["severity"] != "error")
    in_doubt = any(finding["severity"] == "error" for finding in findings)
    return {
        **track.row,
        "processing_status": "needs_review" if in_doubt else "completed",
        "product_specifications": product,
        "confidence_source": "model",
        "findings": findings[:_MOST_FINDINGS],
    }


def _counted(claim: Claim, services: Services, invocation: Invocation, track: Track) -> Ask:
    """How this image asks a model: counted on its row before the call, so that crashes and redrives count too."""

    def ask(request: Mapping[str, Any], models: tuple[str, ...]) -> ModelAnswer:
        services.store.reserve_call(claim)
        try:
            answer = services.models.ask(request, models, track.metrics, invocation.remaining)
        except (TryLater, ImageRefused, ServiceMisconfigured) as error:
            if isinstance(error, TryLater) and error.may_be_paid:
                claim.usage += Usage(cost_usd=None)
            else:
                claim.paid_calls -= 1  # reaches the row with the claim's end
            raise
        claim.usage += answer.usage
        track.count_usage(answer.usage)
        return answer

    return ask


def _wants_repair(reading: Reading) -> bool:
    return bool(reading.faults) and not reading.truncated


def _repaired(first: Reading, request: Request, model_id: str, extractor: Extractor, ask: Ask, track: Track) -> Reading:
    """One more turn for what is wrong. If nothing comes of it, the first answer stands."""
    track.metrics.count("Repairs")
    try:
        again = ask(repair_request(request, first.tool_use, first.faults), (model_id,))
        return repaired(first, judge(again.message, extractor), extractor)
    except ClaimLost:
        raise
    except OcrError as error:
        structlog.get_logger().warning("repair.failed", error_code=error.code, error=str(error))
        return first
