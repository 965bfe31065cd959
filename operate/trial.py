"""One photo through the service on this machine, with an eye on what the model is asked and what it answers."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from local.stack import BUCKET, Stack
from operate.rows import newest
from pipeline import logs
from pipeline.bootstrap import build
from pipeline.catalog import Extractor
from pipeline.deliveries import Delivery
from pipeline.errors import AnswerUnusable
from pipeline.examining import Examination, Reading
from pipeline.metrics import Metrics
from pipeline.process import process
from pipeline.services import Invocation, ModelAnswer, Models
from pipeline.settings import Settings
from pipeline.uploads import ImageUpload

_TIMEOUT = 300.0  # seconds: the function's own, in serverless.yml
_KEY = "try/photo"


@dataclass(frozen=True)
class Call:
    """What a model was asked, and what it answered."""

    request: Mapping[str, Any]
    answer: ModelAnswer


@dataclass(frozen=True)
class Trial:
    """The calls that were made for a photo, in order, and the row that came of them."""

    calls: tuple[Call, ...]
    row: Mapping[str, Any]

    def readings(self, extractor: Extractor) -> Iterator[Reading | None]:
        """What each call's answer records, with its faults; None where it records nothing."""
        for call in self.calls:
            try:
                yield Examination(extractor).reading(call.answer.message)
            except AnswerUnusable:
                yield None


class _Witness:
    """Asks the models, and keeps what was asked and answered."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self.calls: list[Call] = []

    def check(self, metrics: Metrics) -> None:
        self._models.check(metrics)

    def ask(
        self, request: Mapping[str, Any], models: tuple[str, ...], metrics: Metrics, remaining: Callable[[], float]
    ) -> ModelAnswer:
        answer = self._models.ask(request, models, metrics, remaining)
        self.calls.append(Call(request, answer))
        return answer


def read(
    photo: bytes, category: str, settings: Settings, stack: Stack, clock: Callable[[], float] = time.monotonic
) -> Trial:
    """Read a photo of this category as the deployed function would, from the bucket to the row.

    The stack stands in for S3, DynamoDB and SQS. What can't be read has a row too, `failed` or `waiting`, which says
    why. Raises OcrError for what a person has to mend.
    """
    log: list[str] = []
    logs.configure(settings.log_level, log.append)  # the row says it all; lines between the tables would only disturb
    services = build(settings, log.append)
    witness = _Witness(services.models)
    put = stack.s3.put_object(Bucket=BUCKET, Key=_KEY, Body=photo, Metadata={"category": category})
    upload = ImageUpload(
        bucket=BUCKET,
        key=_KEY,
        requested_at=datetime.now(UTC),
        version_id=put["VersionId"],
        etag=put["ETag"].strip('"'),
        size=len(photo),
    )
    ends = clock() + _TIMEOUT
    invocation = Invocation("try", lambda: ends - clock())
    process(Delivery(upload=upload), replace(services, models=witness), invocation)
    return Trial(tuple(witness.calls), newest(stack.table, BUCKET, _KEY))
