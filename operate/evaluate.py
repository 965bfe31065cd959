"""The command `evaluate`: how well labelled photos are read, in figures."""

import argparse
import contextlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from local.command import LOG, output_to
from local.readable import count, printable
from local.report import ROWS, write_rows
from local.run import Result
from local.screen import progress_bar
from operate.evaluation import page, results, running, screen
from operate.evaluation.mapping import load_mapping
from operate.evaluation.readers import Reader, reader_for
from operate.evaluation.report import Report
from operate.evaluation.results import Run
from operate.evaluation.shapes import shapes_of
from operate.evaluation.truth import EvaluationRefusedError, Labelled, load_truth
from operate.files import Photo, find
from operate.rows import ENDED
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins

_STOPPING = "Stopping: the photos that are being read are finished, the others left. Ctrl-C again: don't wait for them."
_OUT = "where to write (default: out/evaluation)"
_READER = (
    "offline: the offline reader (default); bedrock: the real Claude, with AWS credentials, for money; answers=FOLDER: "
    "a model's answers from files, PHOTO.jpg.json for PHOTO.jpg, each the tool's input, or "
    '{"category": ..., "input": ...} where the model chose the category'
)


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    command.add_argument("folder", type=Path, metavar="FOLDER", help="a folder of labelled photos")
    command.add_argument("--truth", type=Path, metavar="FILE", help="what is printed on them (FOLDER/truth.json)")
    command.add_argument("--complete", action="store_true", help="what the truth doesn't name isn't printed")
    command.add_argument("--reader", default="offline", metavar="READER", help=_READER)
    command.add_argument("--out", type=Path, default=Path("out/evaluation"), metavar="DIR", help=_OUT)
    command.add_argument("--against", type=Path, metavar="RUN", help="the --out of an earlier run, to compare with")


def run(
    options: argparse.Namespace,
    console: Console,
    _session: object,
    _ask: Callable[[str], str],
    *,
    leave: Callable[[int], object] = os._exit,
) -> int:
    """Run the command. 0 if every photo has a finished row, 1 if one hasn't, 130 after Ctrl-C.

    Raises EvaluationRefusedError for a truth, answers or an earlier run that can't be used, StackRefusedError without
    credentials, and OcrError for what is wrong with a plugin.
    """
    before = results.read(options.against) if options.against else None
    truth = options.truth or options.folder / "truth.json"
    shapes = shapes_of(load_catalog(load_plugins()))
    labelled = load_truth(truth, shapes, load_mapping(), complete=options.complete)
    there = [photo for photo in labelled if (options.folder / photo.file).is_file()]
    if not there:
        raise EvaluationRefusedError(f"None of the photos that {truth} names is in {options.folder}.")
    reader = reader_for(options.reader, there, options.folder)
    photos = [photo for photo in there if photo.file not in reader.unread]
    left_out = {photo.file: "it isn't in the folder" for photo in labelled if photo not in there}
    left_out |= {file: "there is no answer to it" for file in sorted(reader.unread)}
    named = {(options.folder / photo.file).resolve() for photo in labelled}
    found = (item.path.resolve() for item in find([options.folder]) if isinstance(item, Photo))
    unlabelled = sum(path not in named and options.out.resolve() not in path.parents for path in found)
    began = datetime.now(UTC)
    read = _read(photos, reader, options, console, leave)
    pairs = list(zip(photos, read.entries, strict=True))
    if read.interrupted or read.fault:
        left_out |= {photo.file: "its turn did not come" for photo, entry in pairs if not entry.row}
        pairs = [(photo, entry) for photo, entry in pairs if entry.row]
    scores = [
        running.scored(photo, entry, shapes[photo.category], chosen=photo.file not in reader.told)
        for photo, entry in pairs
    ]
    done = Run(
        reader=reader.said,
        started_at=began.isoformat(timespec="seconds"),
        folder=str(options.folder),
        truth=str(truth),
        photos=tuple(scores),
        models=tuple(sorted({str(entry.row["model_id"]) for _, entry in pairs if "model_id" in entry.row})),
        left_out=left_out,
        unlabelled=unlabelled,
    )
    report = Report.of(done, before)
    results.write(options.out / results.FILE, done, report.as_json())
    console.print(screen.tally_table(report))
    for line in screen.lines(report):
        console.print(line, highlight=False, soft_wrap=True)
    page.write(options.out, report)
    for name, file in (("Page", page.FILE), ("Results", results.FILE), ("Rows", ROWS)):
        console.print(f"{name}: {_said(str(options.out / file))}", highlight=False, soft_wrap=True)
    if read.fault:
        raise read.fault
    return 130 if read.interrupted else int(any(photo.status not in ENDED for photo in scores))


def _read(
    photos: list[Labelled],
    reader: Reader,
    options: argparse.Namespace,
    console: Console,
    leave: Callable[[int], object],
) -> Result:
    """Read the photos, and write their rows before anything that takes time."""
    options.out.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as opened:
        stack = opened.enter_context(running.stack_for(reader))
        console.print(f"{count(len(photos), 'photo')}, to be read by {_said(reader.said)}", highlight=False)
        progress = opened.enter_context(progress_bar(console, len(photos)))
        opened.enter_context(output_to(options.out / LOG))
        stopping = lambda: console.print(_STOPPING)  # noqa: E731
        read = running.read(photos, options.folder, options.out, stack, progress=progress, stopping=stopping)
        write_rows(options.out / ROWS, read.entries)
        if read.abandoned:  # what still runs must not outlive the emulated AWS
            console.file.flush()
            leave(130)
    return read


def _said(text: str) -> str:
    return escape(printable(text))
