"""The operator's command line: `python -m operate upload ...`, `python -m operate smoke ...`.

Exit codes: 0 all went well, 1 something failed, 2 the command can't be run as given, 130 stopped by Ctrl-C.
"""

import argparse
import shlex
import sys
import time
from collections import Counter
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from operate.files import Photo, Skipped, find
from operate.smoke import smoke
from operate.stage import StageUnknownError, defaults, output, session_in
from operate.upload import Outcome, s3_client, upload
from pipeline.catalog import load_catalog
from pipeline.errors import PluginRefused
from pipeline.plugins import load_plugins

SHOWN = 20  # files named on the screen for each thing that went wrong
PROG = "npm run"


def main(arguments: list[str], console: Console, session: boto3.Session | None = None) -> int:
    """Run one command and return its exit code. Without a session it's the one of the environment."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "upload" and not (found := _found(options, console)):
            return 2
        if session is None:
            session = session_in(options.region, defaults()["region"] if options.stage else None)
        if options.command == "smoke":
            return smoke(session, options.stage, console, photo=options.photo)
        return _upload(options, found, session, console, again=f"{PROG} {arguments[0]} -- {shlex.join(arguments[1:])}")
    except (StageUnknownError, PluginRefused, ClientError, BotoCoreError) as error:
        console.print(f"[red]{escape(str(error))}[/]")
        if isinstance(error, NoCredentialsError):
            console.print("Give AWS credentials: aws configure, or AWS_PROFILE.")
        return 2
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROG, description="Run the product photo service.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser(
        "upload", help=(said := "photos -> bucket, only what isn't there already"), description=said
    )
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a photo, or a folder of them")
    target = command.add_mutually_exclusive_group(required=True)
    target.add_argument("--bucket", help="the bucket's name")
    target.add_argument("--stage", help="a deployed stage, whose bucket it is")
    command.add_argument("--category", help="what the photos show; without it, the key's folder or the model says")
    command.add_argument("--prefix", default="", help="a folder to put in front of the keys")
    command = commands.add_parser(
        "smoke", help=(said := "one photo through a deployed stage, pass or fail"), description=said
    )
    command.add_argument("--stage", required=True, help="the deployed stage")
    command.add_argument("--photo", type=Path, help="another photo than the sample")
    for command in commands.choices.values():
        command.add_argument("--region", help="the AWS region (default: AWS_REGION, your profile's, serverless.yml's)")
    return parser


def _found(options: argparse.Namespace, console: Console) -> list[Photo | Skipped]:
    """What lies under the paths, or nothing if there is nothing to upload, which is said."""
    if missing := [str(path) for path in options.paths if not path.exists()]:
        console.print(f"[red]There is no {escape(', '.join(missing))}.[/]")
        return []
    if options.category and options.category not in (known := load_catalog(load_plugins())):
        console.print(f"[red]There is no category {escape(options.category)!r}; there are {', '.join(known)}.[/]")
        return []
    found = list(find(options.paths, options.prefix))
    if any(isinstance(item, Photo) for item in found):
        return found
    console.print(f"[red]There are no photos in {escape(', '.join(map(str, options.paths)))}.[/]")
    _print_files(console, "Skipped", [(item.path, item.reason) for item in found if isinstance(item, Skipped)])
    return []


def _upload(
    options: argparse.Namespace, found: list[Photo | Skipped], session: boto3.Session, console: Console, again: str
) -> int:
    bucket = options.bucket or output(session.client("cloudformation"), options.stage, "PhotoBucketName")
    photos = [item for item in found if isinstance(item, Photo)]
    skipped = [item for item in found if isinstance(item, Skipped)]
    s3 = s3_client(session)
    try:
        s3.head_bucket(Bucket=bucket)  # one clear error for a wrong name, instead of one for each file
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        console.print(f"[red]There is no bucket {escape(bucket)}. See `aws s3 ls` for those that you have.[/]")
        return 2

    outcomes: list[Outcome] = []
    interrupted = False
    started = time.monotonic()
    with progress_bar(console) as bar:
        task = bar.add_task("Uploading", total=len(photos))
        try:
            for outcome in upload(photos, s3, bucket, category=options.category):
                outcomes.append(outcome)
                bar.advance(task)
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
            f"To go on (what is there already is skipped):\n  {escape(again)}", soft_wrap=True, highlight=False
        )
    if interrupted:
        return 130
    return 1 if counts["failed"] or any(not item.expected for item in skipped) else 0


def progress_bar(console: Console) -> Progress:
    """A progress bar over a number of files."""
    text = TextColumn("{task.description}")
    return Progress(text, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console)


def _print_files(console: Console, title: str, files: list[tuple[Path, str]]) -> None:
    """The files by what is wrong with them, the first few named."""
    for reason, count in Counter(reason for _, reason in files).most_common():
        console.print(f"[bold]{title}:[/] {escape(reason)} ({count})", highlight=False)
        for path in [path for path, why in files if why == reason][:SHOWN]:
            console.print(f"  {escape(str(path))}", soft_wrap=True, highlight=False)
        if count > SHOWN:
            console.print(f"  ... and {count - SHOWN} more")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Console()))
