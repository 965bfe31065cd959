"""One run of the embedded stack: photos in, rows and a report out."""

import contextlib
import hashlib
import os
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from local.function import Handler, cold_start
from local.report import Entry
from local.stack import BUCKET, Stack
from local.trigger import PATIENCE, Trigger
from operate.files import Photo
from operate.rows import ENDED, newest
from operate.upload import Outcome, upload
from pipeline.errors import ImageRefused
from pipeline.images import prepare, thumbnail

PICTURES = "thumbnails"
_PICTURE_EDGE = 800  # px: sharp in the report's column on a screen of double density
_SUFFIX = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif"}


@dataclass(frozen=True)
class Result:
    """What became of each photo, in the order of the photos; whether Ctrl-C ended it early; and how long it took.

    `abandoned`: after a second Ctrl-C containers may still be at work. `fault` is what ended the run, if we failed.
    """

    entries: list[Entry]
    interrupted: bool
    seconds: float
    abandoned: bool = False
    fault: Exception | None = None

    @property
    def counts(self) -> Counter[str]:
        """How many photos ended with each status."""
        return Counter(entry.status for entry in self.entries)

    @property
    def calls(self) -> int:
        """How often the model was asked."""
        return sum(int(_usage(entry).get("paid_calls") or 0) for entry in self.entries)

    @property
    def dollars(self) -> float | None:
        """What the calls cost; None if the price of any is unknown."""
        total = 0.0
        for usage in map(_usage, self.entries):
            if usage.get("paid_calls"):
                if usage.get("cost_usd") is None:
                    return None
                total += float(usage["cost_usd"])
        return total


def run(
    photos: list[Photo],
    stack: Stack,
    folder: Path,
    out: Path,
    *,
    progress: Callable[[int, int], None],
    stopping: Callable[[], None],
    start: Callable[[], Handler] = cold_start,
    patience: float = PATIENCE,
) -> Result:
    """Upload the photos to the stack, let its trigger work on all of them, and gather what stands in the table.

    `progress` is told how many photos have ended and how many messages wait; `stopping` is called on Ctrl-C, after
    which just the images in work are finished; a second one doesn't wait for these either.
    Whatever happens, what was read is returned. The entries are named by the photos' paths below `folder`; pictures for
    the report are put into `out`.
    """
    paths = {photo.key: photo.path for photo in photos}
    pictures: dict[str, str | None] = {}
    over: set[str] = set()
    not_uploaded: dict[str, str] = {}

    def ended(key: str) -> None:
        row = newest(stack.table, BUCKET, key)
        if row.get("processing_status") in ENDED:
            pictures[key] = _picture(paths[key], key, out)
            # The emulated bucket keeps photos in memory, and nobody will read this one again.
            stack.s3.delete_object(Bucket=BUCKET, Key=key, VersionId=row["version_id"])
        if row.get("processing_status") in ENDED or key in trigger.failures:
            over.add(key)
        progress(len(over), trigger.delayed)

    started, interrupted = time.monotonic(), False
    abandoned, fault = False, None
    trigger = Trigger(stack, ended, start=start, patience=patience)
    try:
        with trigger:
            try:
                with contextlib.closing(upload(photos, stack.s3, BUCKET)) as outcomes:
                    not_uploaded = _failures(outcomes)
                trigger.finish()
            except KeyboardInterrupt:
                interrupted = True
                stopping()
    except KeyboardInterrupt:
        interrupted = abandoned = True
    except Exception as error:  # noqa: BLE001  # the rows are kept first; the caller raises it
        fault = error
    entries = []
    for key, path in paths.items():
        row = newest(stack.table, BUCKET, key)
        problem = "" if row else not_uploaded.get(key) or trigger.failures.get(key) or "Its turn did not come."
        unread = interrupted or fault is not None  # thousands may be left, and nobody waits for their pictures
        picture = pictures.get(key) if key in pictures or unread else _picture(path, key, out)
        name = str(path.relative_to(folder) if path != folder else path.name)
        entries.append(Entry(name, row, picture, problem, _address(path, out)))
    return Result(entries, interrupted, time.monotonic() - started, abandoned, fault)


def _failures(outcomes: Iterable[Outcome]) -> dict[str, str]:
    return {outcome.photo.key: f"It was not uploaded: {outcome.reason}." for outcome in outcomes if outcome.reason}


def _picture(path: Path, key: str, out: Path) -> str | None:
    """A small picture for the report, as a path from `out`; None if it can't be made or written."""
    try:
        picture = thumbnail(prepare(path.read_bytes()), _PICTURE_EDGE)
        name = hashlib.sha256(key.encode()).hexdigest()[:16] + _SUFFIX[picture.media_type]
        (out / PICTURES).mkdir(parents=True, exist_ok=True)
        (out / PICTURES / name).write_bytes(picture.data)
    except (ImageRefused, OSError):
        return None
    return f"{PICTURES}/{name}"


def _address(path: Path, out: Path) -> str | None:
    """A file's address for a browser, relative to a page in `out`; None if it isn't there, or on another drive."""
    try:
        if not path.is_file():
            return None
        way = PurePath(os.path.relpath(path, out)).as_posix()
    except (OSError, ValueError):
        return None
    return urllib.parse.quote(os.fsencode(way))  # bytes: a folder above the photos may have any name


def _usage(entry: Entry) -> dict[str, Any]:
    return entry.row.get("usage") or {}
