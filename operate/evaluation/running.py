"""Photos through the whole pipeline, on the embedded stack, as an upload to a deployed stage would send them."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from local.emulator import BedrockEmulator
from local.report import Entry
from local.run import Result, run
from local.stack import Stack, embedded_stack
from operate.evaluation.readers import Reader
from operate.evaluation.results import PhotoScore
from operate.evaluation.scoring import score
from operate.evaluation.shapes import Shape
from operate.evaluation.truth import Labelled
from operate.files import Photo, key_for
from operate.rows import ENDED, number

_PREFIX = "evaluation"  # a folder's name may be a category's, and would choose it: no photo's key begins with its own


@contextlib.contextmanager
def stack_for(reader: Reader) -> Iterator[Stack]:
    """The embedded stack, with a Bedrock where this reader answers. Raises StackRefusedError without credentials."""
    with contextlib.ExitStack() as opened:
        url = None
        if reader.answer or not reader.real:
            url = opened.enter_context(BedrockEmulator(reader.answer, model=reader.model)).url
        stack = opened.enter_context(embedded_stack(url))
        if url:
            os.environ["MODELS"] = reader.model  # which the stack has set, and sets back
        yield stack


def read(
    photos: list[Labelled],
    folder: Path,
    out: Path,
    stack: Stack,
    *,
    progress: Callable[[int, int], None],
    stopping: Callable[[], None],
) -> Result:
    """Read these photos of the folder; the result's entries are in their order. Small pictures are put into `out`."""
    named = [Photo(folder / photo.file, key_for(PurePosixPath(photo.file), _PREFIX)) for photo in photos]
    return run(named, stack, folder, out, progress=progress, stopping=stopping)


def scored(photo: Labelled, entry: Entry, shape: Shape, *, chosen: bool) -> PhotoScore:
    """What became of a photo, held against the truth. `chosen`: its category was the reader's to choose."""
    row: dict[str, Any] = json.loads(json.dumps(entry.row, default=number))
    product = row.get("product_specifications") or {}
    return PhotoScore(
        file=photo.file,
        category=photo.category,
        category_read=str(row.get("category") or ""),
        category_chosen=chosen,
        status=entry.status,
        fields=tuple(score(product, photo, shape, row.get("field_confidence") or {})),
        complete=photo.complete,
        confidence=_probability(product.get("confidence_score")),
        seconds=_seconds(row) if entry.status in ENDED else None,
        usage=row.get("usage") or {},
        unmapped=photo.unmapped,
        error=entry.error,
        picture=entry.picture,
    )


def _probability(said: Any) -> float | None:
    """A row that wants review may have anything in its place."""
    return said if isinstance(said, int | float) and 0 <= said <= 1 else None


def _seconds(row: dict[str, Any]) -> float | None:
    if "started_at" not in row or "completed_at" not in row:
        return None
    ended, began = (datetime.fromisoformat(row[name]) for name in ("completed_at", "started_at"))
    return (ended - began).total_seconds()
