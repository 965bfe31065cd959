"""The command `empty`: all photos of a stage are deleted, with all their versions, so that the stage can be removed.

AWS deletes a bucket only when nothing is in it, not even an older version or the mark that says that an object is
deleted (S3 user guide, "Emptying a bucket").
"""

import argparse
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from rich.console import Console

from local.readable import count
from operate.screen import bar, say
from operate.stage import add_stage, output

_KEPT = "prod"
_SHOWN = 5
# Emptying goes on for hours in a large bucket, and S3 asks to slow down meanwhile.
_PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 10})


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_stage(command)


def run(options: argparse.Namespace, console: Console, session: boto3.Session, ask: Callable[[str], str]) -> int:
    """Ask, and delete; the exit code. It may be stopped and started again.

    Raises StageUnknownError, ClientError or BotoCoreError.
    """
    if options.stage == _KEPT:
        say(console, f"{_KEPT} is not emptied by a command: its photos are there to stay. See the S3 console, Empty.")
        return 2
    bucket = output(session.client("cloudformation"), options.stage, "PhotoBucketName")
    s3 = session.client("s3", config=_PATIENT)
    if not _listed(s3, bucket):
        say(console, f"{bucket} is empty already.")
        return 0
    say(console, f"All photos in {bucket} will be deleted, with all their versions. Nobody can bring them back.")
    say(console, "Their rows stay in the table.")
    if ask("To go on, type the bucket's name: ").strip() != bucket:
        say(console, "That is not its name. Nothing was deleted.")
        return 1
    deleted, failed = _delete(s3, bucket, console)
    say(console, f"{count(deleted, 'version')} deleted from {bucket}.")
    for error in failed[:_SHOWN]:
        say(console, f"Not deleted: {error['Key']} ({error['Code']}: {error['Message']})", "red")
    if len(failed) > _SHOWN:
        say(console, f"... and {len(failed) - _SHOWN} more.", "red")
    if failed:
        say(console, f"To go on: {options.again}")
        return 1
    say(console, f"The stage can be removed now: npx sls remove --stage {options.stage}")
    return 0


def _listed(s3: Any, bucket: str) -> list[dict[str, str]]:
    """The first of what has to be deleted, at most 1000: so many one DeleteObjects takes (S3 API reference)."""
    page = s3.list_object_versions(Bucket=bucket, MaxKeys=1000)
    listed = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    return [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in listed]


def _delete(s3: Any, bucket: str, console: Console) -> tuple[int, list[dict[str, str]]]:
    """How many versions were deleted, until none is left that can be; and what S3 says of those that can't."""
    deleted = 0
    failed: list[dict[str, str]] = []
    with bar(console) as progress:
        task = progress.add_task("Deleting", total=None)  # S3 doesn't tell how many there are
        # From the start each time: so it meets what is uploaded meanwhile, too.
        while (page := _listed(s3, bucket)) and len(failed) < len(page):
            answered = s3.delete_objects(Bucket=bucket, Delete={"Objects": page, "Quiet": True})
            failed = answered.get("Errors", [])
            deleted += len(page) - len(failed)
            progress.update(task, completed=deleted)
    return deleted, failed
