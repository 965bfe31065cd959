"""The model's part of the story: read the photo through its category's extractor, and have faults read once more."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog

from pipeline.catalog import checked
from pipeline.choosing import choose_extractor
from pipeline.concluding import conclude
from pipeline.confidence import Evidence
from pipeline.errors import ClaimLost, ImageRefused, OcrError, ServiceMisconfigured, TryLater
from pipeline.examining import Examination, Reading
from pipeline.images import prepare
from pipeline.models import Usage
from pipeline.repairing import mended
from pipeline.report import Track
from pipeline.requests import Request, read_request, repair_request
from pipeline.reviewing import other_text
from pipeline.services import Ask, Claim, Invocation, ModelAnswer, Services
from pipeline.sight import look
from pipeline.uploads import ImageUpload


def read_image(
    upload: ImageUpload, claim: Claim, services: Services, invocation: Invocation, track: Track
) -> dict[str, Any]:
    """What the photo says: the row's attributes, with status `completed` or `needs_review`.

    Raises ImageRefused, AnswerUnusable, CallsExhausted, TryLater, ClaimLost or ServiceMisconfigured.
    """
    settings = services.settings
    ask = _counted(claim, services, invocation, track)
    services.models.check(track.metrics)  # or the photo would be fetched and prepared for nothing
    with track.step("download"):
        photo = services.bucket.read(upload)
        track.row["image_sha256"] = hashlib.sha256(photo.data).hexdigest()
    with track.step("prepare"):
        image = prepare(photo.data)
    with track.step("look"):
        sight = look(image, services.monotonic)
        track.row |= sight.as_row()
        if settings.refuse_poor_photos:
            sight.refuse_if_poor()
    with track.step("choose"):
        extractor, unknown = choose_extractor(upload, photo, image, claim, services, ask, track)
        track.row |= {"category": extractor.category, "extractor_version": checked(extractor).version}
    with track.step("read"):
        request = read_request(image, extractor, prompt_caching=settings.prompt_caching)
        answer = ask(request, settings.models)
        track.row["model_id"] = answer.model_id
    with track.step("review"):
        examination = Examination(extractor, sight.barcodes, image, services.plugins)
        first = examination.reading(answer.message)
        other = other_text(image, services.plugins)
        concluded = partial(
            conclude,
            extractor=extractor,
            evidence=Evidence(sight.barcodes, sight.score, other, settings.ask_legibility),
            beside=[*unknown, *sight.findings()],
            retake_reasons=sight.retake_reasons,
            review_below=settings.review_below,
        )
    with track.step("repair"):
        # A kill from here on loses the repair, not the reading: the next attempt finds it on the row.
        claim.draft = {**track.row, **concluded(first)} if _wants_repair(first) else None
        last = _repaired(first, request, answer.model_id, examination, ask, track) if claim.draft else first
    return {**track.row, **concluded(last)}


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


def _repaired(
    first: Reading, request: Request, model_id: str, examination: Examination, ask: Ask, track: Track
) -> Reading:
    """One more turn for what is wrong. If nothing comes of it, the first answer stands."""
    track.metrics.count("Repairs")
    try:
        again = ask(repair_request(request, first.tool_use, first.faults), (model_id,))
        return mended(first, examination.reading(again.message), examination)
    except ClaimLost:
        raise
    except OcrError as error:
        structlog.get_logger().warning("repair.failed", error_code=error.code, error=str(error))
        return first
