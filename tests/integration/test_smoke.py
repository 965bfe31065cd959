"""The smoke command: one photo through a deployed stage, played by moto and a worker that writes its row."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local.stack import BUCKET, TABLE, Stack
from operate.smoke import smoke
from pipeline.events import records_in
from pipeline.uploads import ImageUpload
from tests.deployed import DeployedSession

JPEG = b"\xff\xd8\xff\xe0 a photo"


class Clock:
    """Time that passes only by sleeping; the worker works while we sleep."""

    def __init__(self, work: Callable[[int], None]) -> None:
        self.now, self.sleeps, self.work = 0.0, 0, work

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.sleeps += 1
        self.work(self.sleeps)


def photos_in(stack: Stack) -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] = stack.s3.list_object_versions(Bucket=BUCKET).get("Versions", [])
    return versions


def run(stack: Stack, tmp_path: Path, rows: list[dict[str, Any]]) -> tuple[int, str, Clock]:
    """Send a photo while a worker writes the given rows, one each time that the command waits."""
    (tmp_path / "sample.jpg").write_bytes(JPEG)

    def work(turn: int) -> None:
        if turn <= len(rows):
            [photo] = photos_in(stack)
            upload = event_of(photo)
            row = {"image_id": upload.image_id, "processing_timestamp": "2026-11-23T10:00:00Z", **rows[turn - 1]}
            stack.table.put_item(Item={**row, "version_id": photo["VersionId"]})

    clock, shown = Clock(work), io.StringIO()
    session = DeployedSession({"product-ocr-dev": {"PhotoBucketName": BUCKET, "SpecificationsTableName": TABLE}})
    console = Console(file=shown, width=200)
    code = smoke(session, "dev", console, photo=tmp_path / "sample.jpg", clock=clock, sleep=clock.sleep)
    return code, shown.getvalue(), clock


def event_of(photo: dict[str, Any]) -> ImageUpload:
    record = {
        "eventName": "ObjectCreated:Put",
        "eventTime": "2026-11-23T10:00:00Z",
        "s3": {"bucket": {"name": BUCKET}, "object": {"key": photo["Key"]}},
    }
    [delivery] = records_in({"Records": [record]})
    return delivery.upload  # type: ignore[union-attr]


@pytest.mark.parametrize("status", ["completed", "needs_review"])
def test_pass_leaves_nothing(stack: Stack, tmp_path: Path, status: str) -> None:
    """When the photo was read, the command shows its row, passes, and deletes both again."""
    rows = [{"processing_status": "processing"}, {"processing_status": status, "category": "grocery"}]
    code, shown, clock = run(stack, tmp_path, rows)
    assert code == 0
    assert "PASS in 4 s" in shown
    assert '"category": "grocery"' in shown
    assert clock.sleeps == 2
    assert photos_in(stack) == []
    assert stack.table.scan()["Count"] == 0


def test_failed_row_fails(stack: Stack, tmp_path: Path) -> None:
    """When the row says failed, the command fails with its message, and keeps photo and row."""
    code, shown, _ = run(stack, tmp_path, [{"processing_status": "failed", "error_message": "No model answers."}])
    assert code == 1
    assert "FAIL" in shown
    assert "No model answers." in shown
    assert len(photos_in(stack)) == stack.table.scan()["Count"] == 1
    tidy(stack)


def test_no_row_fails(stack: Stack, tmp_path: Path) -> None:
    """When no row comes in the time that an invocation may take, the command fails and says where to look."""
    code, shown, clock = run(stack, tmp_path, [])
    assert code == 1
    assert "no row" in shown
    assert "sls logs" in shown
    assert clock.now == 360
    tidy(stack)


def tidy(stack: Stack) -> None:
    for photo in photos_in(stack):
        stack.s3.delete_object(Bucket=BUCKET, Key=photo["Key"], VersionId=photo["VersionId"])
    for row in stack.table.scan()["Items"]:
        stack.table.delete_item(Key={name: row[name] for name in ("image_id", "processing_timestamp")})
