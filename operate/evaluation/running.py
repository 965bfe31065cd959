"""Photos through the whole pipeline, on the embedded stack, as an upload to a deployed stage would send them."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from local.emulator import BedrockEmulator
from local.function import cold_start
from local.report import Entry
from local.run import Result, run
from local.second_reader import SecondReader
from local.stack import Stack, embedded_stack
from operate.evaluation.planning import Plan
from operate.evaluation.readers import Reader
from operate.evaluation.results import PhotoScore, Run
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
        if not reader.real:
            url = opened.enter_context(BedrockEmulator(reader.answer, model=reader.model)).url
        stack = opened.enter_context(embedded_stack(url))
        if url:
            os.environ["MODELS"] = reader.model  # which the stack has set, and sets back
        yield stack


def read(
    plan: Plan, out: Path, stack: Stack, *, progress: Callable[[int, int], None], stopping: Callable[[], None]
) -> Result:
    """Read the plan's photos; the result's entries are in their order. Small pictures are put into `out`."""
    photos = [Photo(plan.folder / photo.file, key_for(PurePosixPath(photo.file), _PREFIX)) for photo in plan.photos]
    start = partial(cold_start, SecondReader()) if plan.with_ocr else cold_start
    return run(photos, stack, plan.folder, out, progress=progress, stopping=stopping, start=start)


def measured(plan: Plan, result: Result, began: datetime) -> Run:
    """The result held against the truth. Where the run was ended early, what had no turn is left out: it is no miss."""
    pairs = list(zip(plan.photos, result.entries, strict=True))
    left_out = dict(plan.left_out)
    if result.interrupted or result.fault:
        left_out |= {photo.file: "its turn did not come" for photo, entry in pairs if not entry.row}
        pairs = [(photo, entry) for photo, entry in pairs if entry.row]
    return Run(
        reader=plan.reader.said,
        started_at=began.isoformat(timespec="seconds"),
        folder=str(plan.folder),
        truth=str(plan.truth),
        photos=tuple(
            _scored(photo, entry, plan.shapes[photo.category], chosen=photo.file not in plan.reader.told)
            for photo, entry in pairs
        ),
        models=tuple(sorted({str(entry.row["model_id"]) for _, entry in pairs if "model_id" in entry.row})),
        left_out=left_out,
        unlabelled=plan.unlabelled,
    )


def _scored(photo: Labelled, entry: Entry, shape: Shape, *, chosen: bool) -> PhotoScore:
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
