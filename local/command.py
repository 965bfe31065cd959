"""`npm start`: read photos on this machine. `python -m local [FOLDER|PHOTO] [--out DIR] [--bedrock]`.

Exit codes: 0 every photo has a row that is finished, 1 some have none, 2 the command can't be run as given,
130 stopped by Ctrl-C.
"""

import argparse
import contextlib
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from local import screen
from local.emulator import BedrockEmulator
from local.function import cold_start
from local.readable import count, printable, titles_in
from local.report import PAGE, ROWS, write_page, write_rows
from local.run import Result, run
from local.second_reader import SecondReader
from local.stack import StackRefusedError, embedded_stack
from operate.files import Photo, Skipped, find
from pipeline.catalog import load_catalog
from pipeline.errors import PluginRefused
from pipeline.plugins import load_plugins

Titles = dict[str, dict[str, str]]

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "photos"
LOG = "function.log"


def main(
    arguments: list[str],
    console: Console,
    emulator: Callable[[], BedrockEmulator] = BedrockEmulator,
    leave: Callable[[int], object] = os._exit,
) -> int:
    """Read photos as the arguments say, and return the exit code."""
    options = _options(arguments)
    folder, out = options.folder, options.out
    if out.exists() and not out.is_dir():
        console.print(f"[red]--out {_said(out)} is a file. Name a folder.[/]", soft_wrap=True)
        return 2
    if out.resolve() in (folder.resolve(), *folder.resolve().parents):
        console.print(f"[red]{_said(folder)} lies in the output folder.[/] Name another with --out.", soft_wrap=True)
        return 2
    photos, left_out = _photos(folder, out, console)
    if not photos:
        return 2
    try:
        titles = _titles()
    except PluginRefused as error:  # said before anything is read
        console.print(f"[red]{escape(str(error))}[/]")
        return 2
    out.mkdir(parents=True, exist_ok=True)
    try:
        with contextlib.ExitStack() as opened:
            url = None if options.bedrock else opened.enter_context(emulator()).url
            stack = opened.enter_context(embedded_stack(url))
            models = escape(", ".join(stack.models))
            console.print(f"{count(len(photos), 'photo')}, to be read by {models}", highlight=False)
            progress = opened.enter_context(screen.progress_bar(console, len(photos)))
            opened.enter_context(output_to(out / LOG))
            # On-device OCR beside Claude, to compare with; the offline reader has read by it already.
            start = partial(cold_start, SecondReader()) if options.bedrock else cold_start
            stopping = partial(console.print, _STOPPING)
            result = run(photos, stack, folder, out, progress=progress, stopping=stopping, start=start)
            write_rows(out / ROWS, result.entries)  # before anything that takes time
            if result.abandoned:  # what still runs must not outlive the emulated AWS
                console.print(f"Stopped. Rows: {_said(out / ROWS)}", soft_wrap=True)
                console.file.flush()
                leave(130)
                return 130
    except StackRefusedError as error:
        console.print(f"[red]{escape(str(error))}[/]")
        return 2
    _tell(result, titles, out, console, left_out=left_out, real=options.bedrock)
    if result.fault:
        raise result.fault
    if result.interrupted:
        return 130
    return 1 if result.counts.keys() - {"completed", "needs_review", "failed"} else 0


_STOPPING = "Stopping: the photos that are being read are finished, the others left. Ctrl-C again: don't wait for them."


_FOLDER = "a folder of photos, or a single photo (default: the samples)"


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="npm start --", description="Read product photos on this machine.")
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES, metavar="FOLDER", help=_FOLDER)
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where to write (default: out)")
    parser.add_argument("--bedrock", action="store_true", help="ask the real Bedrock: with AWS credentials, for money")
    return parser.parse_args(arguments)


def _photos(folder: Path, out: Path, console: Console) -> tuple[list[Photo], list[tuple[str, str]]]:
    """The folder's photos but for an earlier run's own pictures, and what is left out with the reason.

    Says so if there are none.
    """
    if not folder.exists():
        console.print(f"[red]There is no {_said(folder)}.[/]", soft_wrap=True)
        return [], []
    found = [item for item in find([folder]) if out.resolve() not in item.path.resolve().parents]
    skipped = [item for item in found if isinstance(item, Skipped) and not item.expected]
    left_out = [(str(item.path), item.reason) for item in skipped]
    photos = [item for item in found if isinstance(item, Photo)]
    if not photos:
        for line in screen.reasons([], left_out):
            console.print(line, highlight=False, soft_wrap=True)
        console.print(
            f"[red]There are no photos in {_said(folder)}.[/] "
            "Put some there (JPEG, PNG, WebP or GIF), or name another folder: npm start -- FOLDER",
            soft_wrap=True,
        )
    return photos, left_out


def _said(path: Path) -> str:
    """A path as the person gave it, fit for the console."""
    return escape(printable(str(path)))


@contextlib.contextmanager
def output_to(path: Path) -> Iterator[None]:
    """What the function prints goes to a file, as it would to CloudWatch, and not over the progress bar."""
    with (
        path.open("w", encoding="utf-8", buffering=1) as log,
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),
    ):
        yield


def _tell(
    result: Result, titles: Titles, out: Path, console: Console, *, left_out: list[tuple[str, str]], real: bool
) -> None:
    """Write the report, and print the table and what became of the rest."""
    summary, reader = screen.summary(result, real=real), screen.reader(result, real=real)
    write_page(out / PAGE, result.entries, titles, reader=reader, summary=summary)
    console.print(screen.table(result.entries[: screen.LINES], console.width))
    if len(result.entries) > screen.LINES:
        console.print(f"... and {len(result.entries) - screen.LINES} more, all in the report.")
    console.print()
    for line in screen.reasons(result.entries, left_out):
        console.print(line, highlight=False, soft_wrap=True)
    console.print(summary, highlight=False)
    console.print(reader, style="dim", highlight=False)
    for name, file in (("Report", PAGE), ("Rows", ROWS), ("The function's log", LOG)):
        console.print(f"{name}: {_said(out / file)}", highlight=False, soft_wrap=True)


def _titles() -> Titles:
    """What each registered category's schema calls its specifications."""
    catalog = load_catalog(load_plugins())
    return {category: titles_in(extractor.tool["input_schema"]) for category, extractor in catalog.items()}
