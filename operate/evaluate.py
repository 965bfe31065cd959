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
from operate.evaluation.planning import Plan, plan
from operate.evaluation.report import Report
from operate.rows import ENDED

_STOPPING = "Stopping: the photos that are being read are finished, the others left. Ctrl-C again: don't wait for them."
_OUT = "where to write (default: out/evaluation)"
_READER = (
    "offline: the offline reader (default); bedrock: the real Claude, with AWS credentials, for money; answers=FOLDER: "
    "a model's answers from files, PHOTO.jpg.json for PHOTO.jpg, each the tool's input, or "
    '{"category": ..., "input": ...} where the model chose the category'
)

_WITH_OCR = (
    "on-device OCR reads along, as another reader that Claude's values or the answers are compared with; in a deployed "
    "function there is none unless a plugin brings one"
)


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    command.add_argument("folder", type=Path, metavar="FOLDER", help="a folder of labelled photos")
    command.add_argument("--truth", type=Path, metavar="FILE", help="what is printed on them (FOLDER/truth.json)")
    command.add_argument("--complete", action="store_true", help="what the truth doesn't name isn't printed")
    command.add_argument("--reader", default="offline", metavar="READER", help=_READER)
    command.add_argument("--with-ocr", action="store_true", help=_WITH_OCR)
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
    planned = plan(
        options.folder, truth, options.reader, options.out, complete=options.complete, with_ocr=options.with_ocr
    )
    began = datetime.now(UTC)
    read = _read(planned, options.out, console, leave)
    done = running.measured(planned, read, began)
    report = Report.of(done, before)
    results.write(options.out / results.FILE, done, report.as_json())
    page.write(options.out, report)
    console.print(screen.tally_table(report))
    for line in screen.lines(report):
        console.print(line, highlight=False, soft_wrap=True)
    for name, file in (("Page", page.FILE), ("Results", results.FILE), ("Rows", ROWS)):
        console.print(f"{name}: {_said(str(options.out / file))}", highlight=False, soft_wrap=True)
    if read.fault:
        raise read.fault
    return 130 if read.interrupted else int(any(photo.status not in ENDED for photo in done.photos))


def _read(planned: Plan, out: Path, console: Console, leave: Callable[[int], object]) -> Result:
    """Read the photos, and write their rows before anything that takes time."""
    with contextlib.ExitStack() as opened:
        stack = opened.enter_context(running.stack_for(planned.reader))
        out.mkdir(parents=True, exist_ok=True)
        console.print(
            f"{count(len(planned.photos), 'photo')}, to be read by {_said(planned.reader.said)}", highlight=False
        )
        progress = opened.enter_context(progress_bar(console, len(planned.photos)))
        opened.enter_context(output_to(out / LOG))
        read = running.read(planned, out, stack, progress=progress, stopping=lambda: console.print(_STOPPING))
        write_rows(out / ROWS, read.entries)
        if read.abandoned:  # what still runs must not outlive the emulated AWS
            console.file.flush()
            leave(130)
    return read


def _said(text: str) -> str:
    return escape(printable(text))
