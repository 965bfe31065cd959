"""Whose photo is this? The uploader says so, or a plugin, or the key's first folder; else the model is asked."""

from collections.abc import Callable

import structlog

from pipeline.answers import tool_input
from pipeline.catalog import FALLBACK, Extractor, Finding
from pipeline.errors import AnswerUnusable
from pipeline.faults import fault
from pipeline.images import PreparedImage, thumbnail
from pipeline.plugins import implementations
from pipeline.report import Track
from pipeline.requests import CHOOSE_TOOL, choose_request
from pipeline.services import Ask, Claim, Photo, Services
from pipeline.uploads import ImageUpload


def choose_extractor(
    upload: ImageUpload,
    photo: Photo,
    image: PreparedImage,
    claim: Claim,
    services: Services,
    ask: Ask,
    track: Track,
) -> tuple[Extractor, list[Finding]]:
    """The extractor for this photo, and a finding for each category that someone named and nobody registered.

    The choice is kept on the claim: another attempt doesn't pay for it again. Raises what `ask` raises.
    """
    folder, _, rest = upload.key.partition("/")
    sources: list[tuple[str, Callable[[], str | None]]] = [
        ("earlier attempt", lambda: claim.category),
        ("metadata", lambda: photo.metadata.get("category")),
        ("plugin", lambda: _chosen_by_plugin(upload, image, services)),
        ("key", lambda: folder if rest and folder in services.catalog else None),
        ("model", lambda: _chosen_by_model(image, claim, services, ask, track)),
        ("fallback", lambda: FALLBACK),
    ]
    findings: list[Finding] = []
    for source, named in sources:
        category = named()
        if category and category in services.catalog:
            claim.category = category
            track.facts["category_source"] = source
            return services.catalog[category], findings
        if category:
            known = ", ".join(services.catalog)
            findings.append(fault("category", f"The {source} names {category!r}, which is none of {known}.", "warning"))
    raise AssertionError("the catalog always has its fallback")


def _chosen_by_plugin(upload: ImageUpload, image: PreparedImage, services: Services) -> str | None:
    for name, choose in implementations(services.plugins, "choose_category"):
        try:
            if category := choose(upload=upload, image=image):
                return str(category)
        except Exception:  # noqa: BLE001 - a plugin may fail in any way; others can choose
            structlog.get_logger().exception("plugin.failed", hook="choose_category", plugin=name)
    return None


def _chosen_by_model(image: PreparedImage, claim: Claim, services: Services, ask: Ask, track: Track) -> str | None:
    if claim.paid_calls + 2 > services.settings.max_paid_calls:  # the last call is for reading
        return None
    track.metrics.count("CategoriesChosenByModel")
    try:
        answer = ask(choose_request(thumbnail(image), services.catalog), services.settings.category_models)
        _, chosen = tool_input(answer.message, CHOOSE_TOOL)
    except AnswerUnusable as error:  # no reason not to read the photo
        structlog.get_logger().warning("category.not_chosen", error_code=error.code, error=str(error))
        return None
    category = chosen.get("category")
    return category if isinstance(category, str) else None
