"""What the story is handed: the shapes of its adapters, and what passes between them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import pluggy

from pipeline.catalog import Catalog
from pipeline.deliveries import Delivery
from pipeline.errors import OcrError
from pipeline.metrics import Metrics
from pipeline.models import Usage
from pipeline.settings import Settings
from pipeline.uploads import ImageUpload


@dataclass(slots=True)
class Claim:
    """The right to process one image until `lease_until` (epoch seconds), as its row grants it.

    `processing_timestamp` is the row's slot; `paid_calls` and `usage` count all attempts at this row so far, `category`
    is what an earlier attempt paid to choose, and `draft` the result that one had before it asked for a repair.
    """

    image_id: str
    processing_timestamp: str
    owner: str
    lease_until: int
    attempts: int
    paid_calls: int = 0
    usage: Usage = field(default_factory=Usage)
    category: str | None = None
    draft: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """An object as S3 gave it: its bytes and the uploader's metadata."""

    data: bytes
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """One answer of a model: Bedrock's message, the model that gave it, what it used and cost."""

    message: Mapping[str, Any]
    model_id: str
    usage: Usage


Ask = Callable[[Mapping[str, Any], tuple[str, ...]], ModelAnswer]


class Bucket(Protocol):
    """Where photos come from."""

    def read(self, upload: ImageUpload) -> Photo:
        """The event's version. Raises ImageRefused (too large, deleted), TryLater or ServiceMisconfigured."""


class Models(Protocol):
    """Claude, or what stands in for it."""

    def check(self, metrics: Metrics) -> None:
        """Raises BreakerOpen or CeilingReached if a call wouldn't be made now."""

    def ask(
        self, request: Mapping[str, Any], models: tuple[str, ...], metrics: Metrics, remaining: Callable[[], float]
    ) -> ModelAnswer:
        """The answer of the first model that is there. Raises TryLater, ImageRefused, AnswerUnusable, ..."""


class Store(Protocol):
    """The table of specifications."""

    def claim(self, delivery: Delivery, owner: str, lease_until: int) -> Claim:
        """The right to process; raises AlreadyFinished, Busy, Throttled, ServiceFault."""

    def reserve_call(self, claim: Claim) -> None:
        """Count a paid call before it's made; raises CallsExhausted, ClaimLost, Throttled, ServiceFault."""

    def release(self, claim: Claim, error: BaseException) -> None:
        """Give the claim back; the row waits, with the error on it. Raises ClaimLost, Throttled, ServiceFault."""

    def finish(self, claim: Claim, result: Mapping[str, Any]) -> None:
        """Write the result and end the claim; raises ClaimLost, Throttled, ServiceFault."""


class RetryQueue(Protocol):
    """Where an image waits for another attempt, and where it's laid when there is none."""

    def put_back(self, delivery: Delivery, delay: float) -> None:
        """To be delivered again after `delay` seconds. Raises TryLater if the queue refuses."""

    def bury(self, delivery: Delivery, error: OcrError) -> None:
        """To the dead letter queue, with the reason. Raises TryLater if the queue refuses."""


@dataclass(frozen=True, slots=True)
class Services:
    """All that one container of the function works with. Clocks and chances are handed in as well."""

    settings: Settings
    bucket: Bucket
    models: Models
    store: Store
    queue: RetryQueue
    catalog: Catalog
    plugins: pluggy.PluginManager
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    random: Callable[[], float]
    new_owner: Callable[[], str]
    write_line: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Invocation:
    """The Lambda invocation that an image is processed in; `remaining` gives the seconds it has left."""

    request_id: str
    remaining: Callable[[], float]
