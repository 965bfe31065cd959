"""How one image ended, told once: the canonical log line `image.finished`, its metrics, and the plugins' hook."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog

from pipeline.deliveries import Delivery
from pipeline.errors import OcrError
from pipeline.metrics import Metrics
from pipeline.models import Usage
from pipeline.plugins import implementations
from pipeline.services import Claim, Invocation, Services

_OUTCOME_METRICS = {
    "completed": "ImagesCompleted",
    "needs_review": "ImagesNeedingReview",
    "failed": "ImagesFailed",
    "waiting": "ImagesWaiting",
    "dead_lettered": "ImagesDeadLettered",
    "duplicate": "Duplicates",
    "taken_over": "ClaimsLost",
    "raised": "Faults",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the processing of one delivery ended, as plugins hear it in `image_finished`.

    `status`: completed, needs_review, failed, waiting, dead_lettered, duplicate, taken_over (another invocation has the
    image now) or raised (ours to mend; Lambda tries again). `result` is what was written to the row.
    """

    image_id: str
    bucket: str
    key: str
    version_id: str | None
    status: str
    error_code: str | None = None
    error_message: str | None = None
    result: Mapping[str, Any] = field(default_factory=dict)


class Track:
    """Follows one delivery: with what it's processed, milliseconds by step, metrics, and what the log line will say."""

    def __init__(self, delivery: Delivery, services: Services, invocation: Invocation) -> None:
        self.metrics = Metrics()
        self.row: dict[str, Any] = {}  # what is known of the row's attributes so far
        self.facts: dict[str, Any] = {}  # what only the log line tells
        self.error: OcrError | None = None  # why the image can't be read
        self._delivery = delivery
        self.services = services
        self.invocation = invocation
        self._began = services.monotonic()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done inside, under this name."""
        began = self.services.monotonic()
        try:
            yield
        finally:
            self._steps[name] = self._steps.get(name, 0.0) + self._milliseconds_since(began)

    def count_usage(self, usage: Usage) -> None:
        """Count what one answer of a model used."""
        self.metrics.count("InputTokens", usage.input_tokens)
        self.metrics.count("OutputTokens", usage.output_tokens)
        self.metrics.count("CacheReadTokens", usage.cache_read_tokens)
        self.metrics.count("CacheWriteTokens", usage.cache_write_tokens)
        if usage.cost_usd is not None:
            self.metrics.count("Cost", usage.cost_usd)

    def end(
        self,
        status: str,
        *,
        claim: Claim | None = None,
        error: BaseException | None = None,
        result: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Write the log line and the metrics, and let the plugins hear."""
        upload, services, result = self._delivery.upload, self.services, result or {}
        error = error or self.error
        code = getattr(error, "code", type(error).__name__) if error else result.get("error_code")
        message = str(error) if error else result.get("error_message")
        about = {**self.row, **result}
        outcome = Outcome(upload.image_id, upload.bucket, upload.key, upload.version_id, status, code, message, result)
        self.metrics.count(_OUTCOME_METRICS[status])
        self.metrics.measure("ImageDuration", self._milliseconds_since(self._began))
        line = {
            "request_id": self.invocation.request_id,
            "image_id": upload.image_id,
            "bucket": upload.bucket,
            "key": upload.key,
            "version_id": upload.version_id,
            "category": about.get("category"),
            "model": about.get("model_id"),
            "outcome": status,
            "error_code": code,
            "error_message": str(error) if error else None,  # a result's own may repeat what the photo shows
            "delivery_attempt": self._delivery.attempt,
            "attempts": claim.attempts if claim else None,
            "paid_calls": claim.paid_calls if claim else None,
            "usage": claim.usage.as_row() if claim else None,
            "findings": len(result.get("findings", ())),
            "milliseconds": {name: round(value, 1) for name, value in self._steps.items()},
            "milliseconds_in_all": round(self._milliseconds_since(self._began), 1),
            **self.facts,
        }
        known = {name: value for name, value in line.items() if value is not None}
        structlog.get_logger().info("image.finished", **known)
        self.metrics.emit(
            services.write_line,
            namespace=services.settings.metrics_namespace,
            stage=services.settings.stage,
            category=about.get("category"),
            timestamp_ms=int(services.now().timestamp() * 1000),
        )
        for name, listen in implementations(services.plugins, "image_finished"):
            try:
                listen(outcome=outcome)
            except Exception:  # noqa: BLE001 - a listener may fail in any way; the image is finished all the same
                structlog.get_logger().exception("plugin.failed", hook="image_finished", plugin=name)
        return outcome

    def _milliseconds_since(self, began: float) -> float:
        return (self.services.monotonic() - began) * 1000
