"""`npm start`: read a folder of photos on this machine. `python -m local [FOLDER] [--out DIR] [--bedrock]`.

Exit codes: 0 every photo has a row that is finished, 1 some have none, 2 the command can't be run as given,
130 stopped by Ctrl-C.
"""

import argparse
import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from local import screen
from local.emulator import BedrockEmulator
from local.report import PAGE, ROWS, titles_in, write_page, write_rows
from local.run import Result, run
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
    """Read a folder of photos as the arguments say, and return the exit code."""
    options = _options(arguments)
    folder, out = options.folder.resolve(), options.out.resolve()
    if out.exists() and not out.is_dir():
        console.print(f"[red]--out {escape(str(out))} is a file. Name a folder.[/]")
        return 2
    if folder == out or out in folder.parents:
        console.print(f"[red]{escape(str(folder))} lies in the output folder.[/] Name another with --out.")
        return 2
    photos = _photos(folder, out, console)
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
            console.print(f"{len(photos)} photos, to be read by {escape(', '.join(stack.models))}", highlight=False)
            progress = opened.enter_context(screen.progress_bar(console, len(photos)))
            opened.enter_context(_output_to(out / LOG))
            result = run(photos, stack, folder, out, progress=progress, stopping=lambda: console.print(_STOPPING))
            write_rows(out / ROWS, result.entries)  # before anything that takes time
            if result.abandoned:  # what still runs must not outlive the emulated AWS
                console.print(f"Stopped. Rows: {escape(str(out / ROWS))}", soft_wrap=True)
                console.file.flush()
                leave(130)
                return 130
    except StackRefusedError as error:
        console.print(f"[red]{escape(str(error))}[/]")
        return 2
    _tell(result, titles, out, console, real=options.bedrock)
    if result.fault:
        raise result.fault
    if result.interrupted:
        return 130
    return 1 if result.counts.keys() - {"completed", "needs_review", "failed"} else 0


_STOPPING = "Stopping: the photos that are being read are finished, the others left. Ctrl-C again: don't wait for them."


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="npm start --", description="Read product photos on this machine.")
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES, metavar="FOLDER", help="the photos' folder")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where to write (default: out)")
    parser.add_argument("--bedrock", action="store_true", help="ask the real Bedrock: with AWS credentials, for money")
    return parser.parse_args(arguments)


def _photos(folder: Path, out: Path, console: Console) -> list[Photo]:
    """The folder's photos but for an earlier run's own pictures; says what is left out, or that there are none."""
    if not folder.exists():
        console.print(f"[red]There is no {escape(str(folder))}.[/]")
        return []
    found = [item for item in find([folder]) if out.resolve() not in item.path.resolve().parents]
    for item in found:
        if isinstance(item, Skipped) and not item.expected:
            console.print(f"[yellow]Left out:[/] {escape(f'{item.path}: {item.reason}')}", highlight=False)
    photos = [item for item in found if isinstance(item, Photo)]
    if not photos:
        console.print(
            f"[red]There are no photos in {escape(str(folder))}.[/] "
            "Put some there (JPEG, PNG, WebP or GIF), or name another folder: npm start -- FOLDER"
        )
    return photos


@contextlib.contextmanager
def _output_to(path: Path) -> Iterator[None]:
    """What the function prints goes to a file, as it would to CloudWatch, and not over the progress bar."""
    with (
        path.open("w", encoding="utf-8", buffering=1) as log,
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),
    ):
        yield


def _tell(result: Result, titles: Titles, out: Path, console: Console, *, real: bool) -> None:
    """Write the rows and the report, and print the table."""
    summary, reader = screen.summary(result, real=real), screen.reader(result, real=real)
    write_page(out / PAGE, result.entries, titles, reader=reader, summary=summary)
    console.print(screen.table(result.entries[: screen.LINES], console.width))
    if len(result.entries) > screen.LINES:
        console.print(f"... and {len(result.entries) - screen.LINES} more, all in the report.")
    console.print(summary, highlight=False)
    console.print(reader, style="dim", highlight=False)
    for name, file in (("Report", PAGE), ("Rows", ROWS), ("The function's log", LOG)):
        console.print(f"{name}: {escape(str(out / file))}", highlight=False, soft_wrap=True)


def _titles() -> Titles:
    """What each registered category's schema calls its specifications."""
    catalog = load_catalog(load_plugins())
    return {category: titles_in(extractor.tool["input_schema"]) for category, extractor in catalog.items()}
