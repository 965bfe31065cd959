"""Which photo each recording is about, and how the service reads it: with the real adapter, in an emulated account."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import boto3
from botocore.credentials import ReadOnlyCredentials
from moto.core.models import botocore_stubber

from local.stack import embedded_stack
from pipeline.admission import Admissions
from pipeline.aws import BEDROCK
from pipeline.bedrock import BedrockModels
from pipeline.images import MODEL_EDGE, MODEL_TOKENS, prepare, thumbnail
from pipeline.resilience import RetryPolicy
from tests.fleet import Memory
from tests.world import MODEL, World

ROOT = Path(__file__).resolve().parent.parent.parent
REGION = "us-east-1"  # a part of the recorded address, so that it's the same wherever one records
BUILT_IN = (
    "apparel",
    "appliance",
    "automotive",
    "beauty",
    "beverage",
    "book",
    "electronics",
    "general",
    "grocery",
    "health",
    "household",
    "tools",
    "toys",
)
ROWS = Path(__file__).resolve().parent / "rows"
RETIRED_MODEL = "global.anthropic.claude-sonnet-4-20250514-v1:0"


class RecordingRefusedError(Exception):
    """Nothing was recorded; the message says why and what to do."""


@dataclass(frozen=True)
class Recording:
    """One photo (a file below the repository's root), the key it is uploaded under, and the models that are asked.

    The photo must pass through `pipeline.images` untouched, so that its request is the same whatever Pillow is there.
    `among` are the categories that a model which chooses may choose from: one added later doesn't make it stale.
    `staged` says what of it can't be had from Bedrock at will: such a recording stays an authored one.
    """

    photo: str
    key: str
    models: tuple[str, ...] = (MODEL,)
    among: tuple[str, ...] | None = None
    staged: str | None = None

    @property
    def is_chosen_by_the_model(self) -> bool:
        """Whether the key leaves it to the model to choose the category: one call more, of a smaller picture."""
        return self.key.startswith("inbox/")

    def photo_bytes(self) -> bytes:
        """The photo. Raises RecordingRefusedError if it isn't there."""
        try:
            return (ROOT / self.photo).read_bytes()
        except FileNotFoundError as error:
            raise RecordingRefusedError(
                f"There is no photo {self.photo} yet. Put it there, or name another in tests/recordings/rows."
            ) from error

    def check_photo(self) -> None:
        """Raise RecordingRefusedError unless the photo is there, and the model is sent it as it is."""
        photo = self.photo_bytes()
        sent = prepare(photo)
        if self.is_chosen_by_the_model:
            sent = thumbnail(sent)
        if sent.data != photo:
            raise RecordingRefusedError(
                f"{self.photo} isn't sent as it is: the service encodes it anew, at {sent.width} x {sent.height} px, "
                "and another version of Pillow may do that otherwise. Save it at that size, upright and without its "
                f"GPS position, as an RGB JPEG. (The model uses at most {MODEL_EDGE} px on the long edge, and "
                f"{MODEL_TOKENS} tiles of 28 x 28 px: 1200 x 900 fits.)"
            )


def is_plain(name: str) -> bool:
    """Whether the key names the category, and the model is asked once: then `rows/NAME.json` is all that it needs."""
    return (ROWS / f"{name}.json").exists()


def expected(name: str) -> dict[str, Any]:
    """The `photo` of a plain recording and the `product` (the row's product_specifications) that its answer makes.

    Raises RecordingRefusedError if that file isn't JSON, or lacks one of them.
    """
    file = f"tests/recordings/rows/{name}.json"
    try:
        said: dict[str, Any] = json.loads((ROWS / f"{name}.json").read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise RecordingRefusedError(f"{file} is not JSON: {error}.") from error
    if missing := [part for part in ("photo", "product") if part not in said]:
        raise RecordingRefusedError(f"{file} lacks its {' and '.join(missing)}.")
    if "category" not in said["product"]:
        raise RecordingRefusedError(f"{file} lacks the category of its product, which stands in the row, too.")
    return said


def _plain(name: str) -> Recording:
    said = expected(name)
    return Recording(said["photo"], f"{said['product']['category']}/{Path(said['photo']).name}")


RECORDINGS: Mapping[str, Recording] = MappingProxyType(
    {
        "beauty_after_a_retired_model": Recording(
            "samples/photos/cream.jpg", "beauty/cream.jpg", (RETIRED_MODEL, MODEL)
        ),
        "book_repaired": Recording(
            "samples/photos/tidal-clock.jpg", "book/tidal-clock.jpg", staged="the misread digit that is repaired"
        ),
        "electronics_throttled": Recording(
            "samples/photos/powerbank.jpg", "electronics/powerbank.jpg", staged="being throttled"
        ),
        # Small enough to be sent as it is for the choice of the category, too.
        "general_chosen_by_the_model": Recording(
            "tests/recordings/photos/candle.jpg", "inbox/candle.jpg", among=BUILT_IN
        ),
        "grocery_with_orders_on_the_label": Recording("samples/photos/marmalade.jpg", "grocery/marmalade.jpg"),
    }
    | {file.stem: _plain(file.stem) for file in sorted(ROWS.glob("*.json"))}
)


def bedrock_client(credentials: ReadOnlyCredentials | None = None, url: str | None = None) -> Any:
    """The client that the service makes itself in AWS, which moto doesn't hold back; without credentials, made-up ones.

    `url`: where Bedrock is, if not where AWS has it.
    """
    client = boto3.client(
        "bedrock-runtime",
        region_name=REGION,
        endpoint_url=url or f"https://bedrock-runtime.{REGION}.amazonaws.com",
        aws_access_key_id=credentials.access_key if credentials else "AKIAEXAMPLE",
        aws_secret_access_key=credentials.secret_key if credentials else "made-up",
        aws_session_token=credentials.token if credentials else None,
        config=BEDROCK,
    )
    client.meta.events.unregister("before-send", botocore_stubber)
    return client


def read_photo(world: World, client: Any, recording: Recording) -> dict[str, Any]:
    """Upload the recording's photo, let the handler read it with this Bedrock client, and give the row."""
    clock, catalog = world.clock, world.services.catalog
    world.replace(
        catalog={category: catalog[category] for category in recording.among or catalog},
        models=BedrockModels(
            client, Admissions(Memory(), clock.now, None), RetryPolicy(clock.sleep, lambda: 0.5), clock.monotonic
        ),
        settings=replace(world.services.settings, models=recording.models, category_models=recording.models),
    )
    world.handle(world.put(recording.key, recording.photo_bytes()))
    return world.row(recording.key)


@contextmanager
def emulated_account() -> Iterator[World]:
    """The service with emulated S3 and DynamoDB, and a Bedrock that `read_photo` is still to be given."""
    with embedded_stack("http://127.0.0.1:9") as stack:
        yield World(stack, os.environ)
