"""The command `backfill` over a bucket of any size: memory stays as it is."""

import argparse
import io
import itertools
import tracemalloc
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from rich.console import Console

from operate import backfill

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PAGE = 1_000
ENVIRONMENT = {
    name: "any"
    for name in (
        "PHOTO_BUCKET",
        "SPECIFICATIONS_TABLE",
        "COORDINATION_TABLE",
        "RETRY_QUEUE_URL",
        "DEAD_LETTER_QUEUE_URL",
    )
}


class Aws:
    """All the services of a stage, with a bucket of so many keys that are made up as they are asked for.

    Every key has an older version, every seventh is deleted, every third of the others has a row.
    """

    meta = SimpleNamespace(region_name="us-east-1")

    def __init__(self, keys: int) -> None:
        self.keys, self.sent, self.pages = keys, 0, 0

    def client(self, *_: object, **__: object) -> "Aws":
        return self

    def list_object_versions(self, KeyMarker: str = "", **_: object) -> Any:
        self.pages += 1
        first = int(KeyMarker.removesuffix(".jpg") or -1) + 1
        versions: list[dict[str, Any]] = []
        markers: list[dict[str, Any]] = []
        for number in range(first, min(self.keys, first + PAGE // 2)):
            key, deleted = f"{number:09}.jpg", number % 7 == 0
            newest = {
                "Key": key,
                "VersionId": f"new-{number:032}",
                "IsLatest": True,
                "LastModified": START - timedelta(1),
            }
            about = {"ETag": '"0123456789abcdef0123456789abcdef"', "Size": 3_000_000}
            (markers if deleted else versions).append(newest if deleted else newest | about)
            versions.append({**newest, **about, "VersionId": f"old-{number:032}", "IsLatest": False})
        last = versions[-1]
        more = first + PAGE // 2 < self.keys
        next_page = {"NextKeyMarker": last["Key"], "NextVersionIdMarker": last["VersionId"]} if more else {}
        return {"Versions": versions, "DeleteMarkers": markers, "IsTruncated": more, **next_page}

    def query(self, ExpressionAttributeValues: dict[str, Any], **_: object) -> Any:
        number = int(ExpressionAttributeValues[":version"]["S"].removeprefix("new-"))
        return {"Items": [{"processing_status": {"S": "completed"}}] if number % 3 == 0 else []}

    def send_message_batch(self, Entries: list[dict[str, str]], **_: object) -> Any:
        self.sent += len(Entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def get_item(self, **_: object) -> Any:
        return {}

    def put_item(self, **_: object) -> Any:
        return {}

    delete_item = put_item

    def update_item(self, **_: object) -> Any:
        return {"Attributes": {"generation": {"N": "0"}}}

    def get_queue_attributes(self, **_: object) -> Any:
        return {"Attributes": {"ApproximateNumberOfMessages": "0"}}

    def list_event_source_mappings(self, **_: object) -> Any:
        return {"EventSourceMappings": [{"ScalingConfig": {"MaximumConcurrency": 5}}]}

    def get_function_configuration(self, **_: object) -> Any:
        return {"Environment": {"Variables": ENVIRONMENT | {"MODELS": "a-model"}}}


def peak_of(keys: int) -> float:
    """The most memory in MiB that a run over so many keys has at a time, beyond what there was before."""
    aws, screen = Aws(keys), io.StringIO()
    parser = argparse.ArgumentParser()
    backfill.configure(parser)
    options = parser.parse_args(["--stage", "dev", "--yes"])
    clock = itertools.count()
    tracemalloc.start()
    try:
        code = backfill.run(
            options,
            Console(file=screen, width=200),
            aws,  # type: ignore[arg-type]
            input,
            now=lambda: START,
            clock=lambda: float(next(clock)),
            sleep=lambda _: None,
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    missing = sum(1 for number in range(keys) if number % 7 and number % 3)
    assert (code, aws.sent) == (0, missing)
    assert f"{missing:,} messages sent" in screen.getvalue()
    return peak / 2**20


def test_memory_is_flat() -> None:
    """Eight times the keys take no more memory, give or take a quarter of a MiB; nothing is kept but a page."""
    few, many = peak_of(1_000), peak_of(8_000)
    assert many < few + 0.25
