"""The command `upload`, as it is seen: what is found, a bar, what came of it, and how to go on."""

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError
from rich.console import Console
from rich.markup import escape

from local.readable import printable
from operate.files import Photo, Skipped, find
from operate.screen import bar
from operate.stage import add_region, output
from operate.upload import Outcome, s3_client, upload
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins

SHOWN = 20  # files named on the screen for each thing that went wrong


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a photo, or a folder of them")
    target = command.add_mutually_exclusive_group(required=True)
    target.add_argument("--bucket", help="the bucket's name")
    target.add_argument("--stage", help="a deployed stage, whose bucket it is")
    command.add_argument("--category", help="what the photos show; without it, the key's folder or the model says")
    command.add_argument("--prefix", default="", help="a folder to put in front of the keys")
    add_region(command)


def run(options: argparse.Namespace, console: Console, session: boto3.Session, _ask: object) -> int:
    """Run the command; the exit code. First comes what may be wrong here, then what may be wrong at AWS."""
    found = found_in(options.paths, options.prefix, options.category, console)
    if not found:
        return 2
    bucket = options.bucket or output(session.client("cloudformation"), options.stage, "PhotoBucketName")
    s3 = s3_client(session)
    try:
        s3.head_bucket(Bucket=bucket)  # one clear error for a wrong name, instead of one for each file
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        console.print(f"[red]There is no bucket {escape(bucket)}. See `aws s3 ls` for those that you have.[/]")
        return 2
    return send(found, s3, bucket, options.category, console, options.again)


def found_in(paths: Sequence[Path], prefix: str, category: str | None, console: Console) -> list[Photo | Skipped]:
    """What lies under the paths, or nothing if there is nothing to upload, which is said.

    Raises PluginRefused if a category is given and the catalog can't be loaded.
    """
    if missing := [str(path) for path in paths if not path.exists()]:
        console.print(f"[red]There is no {escape(printable(', '.join(missing)))}.[/]")
        return []
    if category and category not in (known := load_catalog(load_plugins())):
        console.print(f"[red]There is no category {escape(repr(category))}; there are {', '.join(known)}.[/]")
        return []
    found = list(find(paths, prefix))
    if any(isinstance(item, Photo) for item in found):
        return found
    console.print(f"[red]There are no photos in {escape(printable(', '.join(map(str, paths))))}.[/]")
    _print_files(console, "Skipped", [(item.path, item.reason) for item in found if isinstance(item, Skipped)])
    return []


def send(
    found: Sequence[Photo | Skipped], s3: Any, bucket: str, category: str | None, console: Console, again: str
) -> int:
    """Upload what was found and say how it went; `again` is the command that goes on. Returns the exit code."""
    photos = [item for item in found if isinstance(item, Photo)]
    skipped = [item for item in found if isinstance(item, Skipped)]
    outcomes: list[Outcome] = []
    interrupted = False
    started = time.monotonic()
    with bar(console) as progress:
        task = progress.add_task("Uploading", total=len(photos))
        try:
            for outcome in upload(photos, s3, bucket, category=category):
                outcomes.append(outcome)
                progress.advance(task)
        except KeyboardInterrupt:
            interrupted = True

    counts = Counter(outcome.status for outcome in outcomes)
    left = len(photos) - len(outcomes)
    console.print(
        f"{counts['uploaded']} uploaded, {counts['present']} there already, {counts['failed']} failed"
        f"{f', {left} not tried' if left else ''} in {time.monotonic() - started:.1f} s -> s3://{bucket}",
        highlight=False,
    )
    _print_files(console, "Skipped", [(item.path, item.reason) for item in skipped])
    _print_files(console, "Failed", [(item.photo.path, item.reason) for item in outcomes if item.status == "failed"])
    if interrupted or counts["failed"]:
        console.print(
            f"To go on (what is there already is skipped):\n  {escape(printable(again))}",
            soft_wrap=True,
            highlight=False,
        )
    if interrupted:
        return 130
    return 1 if counts["failed"] or any(not item.expected for item in skipped) else 0


def _print_files(console: Console, title: str, files: list[tuple[Path, str]]) -> None:
    """The files by what is wrong with them, the first few named."""
    for reason, number in Counter(reason for _, reason in files).most_common():
        console.print(f"[bold]{title}:[/] {escape(printable(reason))} ({number})", highlight=False)
        for path in [path for path, why in files if why == reason][:SHOWN]:
            console.print(f"  {escape(printable(str(path)))}", soft_wrap=True, highlight=False)
        if number > SHOWN:
            console.print(f"  ... and {number - SHOWN} more")
