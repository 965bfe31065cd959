"""The command `show`: all that is known of one photo, and what a person can do about it."""

import argparse
import json
import shlex
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
from rich.console import Console

from local.readable import count, moment
from operate.next_step import next_step
from operate.rows import image_id_of, number, rows_of
from operate.screen import say
from operate.show_screen import in_a_line, in_full
from operate.stage import add_stage, settings

_NO_ROW = (
    "Its newest version has no row. If it was uploaded just now, wait a minute. Else look whether it lies in the dead "
    "letter queue, and have it read if it doesn't:\n"
    "  npm run operate -- redrive --stage {0} --dry-run\n"
    "  npm run operate -- backfill --stage {0} --prefix {1}"
)


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    command.add_argument("photo", metavar="IMAGE|KEY", help="an image_id, or an object's key, or s3://BUCKET/KEY")
    command.add_argument("--json", action="store_true", help="its rows as they are stored, newest first")
    add_stage(command)


def run(
    options: argparse.Namespace,
    console: Console,
    session: boto3.Session,
    _ask: object,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Show the photo; 0 if it has a row, else 1. Raises StageUnknownError, ClientError or BotoCoreError."""
    told = settings(session.client("lambda"), options.stage)
    table = session.resource("dynamodb").Table(told.table)
    key = options.photo.removeprefix(f"s3://{told.bucket}/")
    rows = rows_of(table, key) if _is_uuid(key) else []
    if rows:
        key = rows[0]["source_key"]
    elif key:
        rows = rows_of(table, image_id_of(told.bucket, key))
    if options.json:
        console.print_json(json.dumps(rows, default=number))
        return 0 if rows else 1
    versions = _versions(session.client("s3"), told.bucket, key)
    newest = next(iter(versions), {})
    say(console, f"s3://{told.bucket}/{key}: {_in_words(newest, versions)}")
    current = [row for row in rows if row.get("version_id") == newest.get("VersionId")] if "Size" in newest else rows
    if "Size" in newest and not current:
        say(console, _NO_ROW.format(options.stage, shlex.quote(key)), "yellow")
    shown_first = current[:1]
    for row in shown_first:
        then = next_step(row, options.stage, told.retry_age_limit, now())
        in_full(row, _which(row, versions), then, console)
    if others := [row for row in rows if row not in shown_first]:
        say(console, "Other readings:", "bold")
        for row in others:
            in_a_line(row, _which(row, versions), console)
    return 0 if rows else 1


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _versions(s3: Any, bucket: str, key: str) -> list[Mapping[str, Any]]:
    """The versions of an object and the marks of its deletion, newest first; the first thousand of them."""
    listed = s3.list_object_versions(Bucket=bucket, Prefix=key)
    found = [each for each in (*listed.get("Versions", []), *listed.get("DeleteMarkers", [])) if each["Key"] == key]
    return sorted(found, key=lambda each: (each["IsLatest"], each["LastModified"]), reverse=True)


def _in_words(newest: Mapping[str, Any], versions: list[Mapping[str, Any]]) -> str:
    if not newest:
        return "there is no such object."
    photos = [each for each in versions if "Size" in each]
    when = moment(newest["LastModified"].isoformat())
    if "Size" not in newest:
        return f"deleted on {when}; {count(len(photos), 'older version')}."
    return f"{count(len(photos), 'version')}, the newest of {when} with {newest['Size']:,} bytes."


def _which(row: Mapping[str, Any], versions: list[Mapping[str, Any]]) -> str:
    """Of which version of the object a row is."""
    for each in versions:
        if each["VersionId"] == row.get("version_id"):
            return "the newest version" if each["IsLatest"] else "an older version"
    return "a version that is gone"
