"""The command `review`: the photos that a person is to look at, those that the service is least sure of first."""

import argparse
import heapq
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local.readable import percent, printable
from operate.arguments import whole_number
from operate.screen import say
from operate.stage import add_stage, settings

_STATUS = "needs_review"
_MOST_FINDINGS = 5  # of a row, which may have 60: one photo isn't to fill the screen
_WEAKEST = 3  # fields named where no finding says what is wrong
_UNKNOWN = 0.0  # the confidence of a row that has none: nothing speaks for it


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    command.add_argument("--limit", type=whole_number, default=20, metavar="N", help="how many are shown (default: 20)")
    add_stage(command)


def run(options: argparse.Namespace, console: Console, session: boto3.Session, _ask: object) -> int:
    """Show the worst; 0 in any case. Raises StageUnknownError, ClientError or BotoCoreError."""
    table = session.resource("dynamodb").Table(settings(session.client("lambda"), options.stage).table)
    counted = 0

    def all_of_them() -> Iterator[Mapping[str, Any]]:
        nonlocal counted
        for row in _to_review(table):
            counted += 1
            yield row

    worst = heapq.nsmallest(options.limit, all_of_them(), key=_confidence)
    if not worst:
        say(console, "Nothing is to be reviewed.", "green")
        return 0
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    shown.add_column("Sure", justify="right", no_wrap=True)
    shown.add_column("Photo", overflow="fold", ratio=3)
    shown.add_column("Category", no_wrap=True)
    shown.add_column("What is in doubt", overflow="fold", ratio=5)
    for row in worst:
        names = ("image_id", "processing_timestamp")
        whole = table.get_item(Key={name: row[name] for name in names}).get("Item", row)
        doubts = "\n".join(map(_said, _doubts(whole)))
        shown.add_row(percent(_confidence(whole)), _said(whole["source_key"]), _said(whole.get("category", "")), doubts)
    console.print(shown, highlight=False)
    say(console, f"{len(worst):,} of {counted:,} to review, the least sure first. All of one:")
    say(console, f"  npm run operate -- show PHOTO --stage {options.stage}")
    return 0


def _to_review(table: Any) -> Iterator[Mapping[str, Any]]:
    """All rows with that status, as the index has them, page by page."""
    asked: dict[str, Any] = {"IndexName": "by_status", "KeyConditionExpression": Key("open_status").eq(_STATUS)}
    while True:
        page = table.query(**asked)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _confidence(row: Mapping[str, Any]) -> float:
    return float(row.get("confidence_score", _UNKNOWN))


def _doubts(row: Mapping[str, Any]) -> list[str]:
    """What is wrong with it, errors first, as the row has them; else the fields that it is least sure of."""
    findings = row.get("findings", ())
    said = [
        f"{path}: {finding['message']}" if (path := _short(finding["path"])) else finding["message"]
        for finding in findings[:_MOST_FINDINGS]
    ]
    if len(findings) > _MOST_FINDINGS:
        said.append(f"... and {len(findings) - _MOST_FINDINGS} more")
    if any(finding["severity"] == "error" for finding in findings):
        return said
    fields = sorted(row.get("field_confidence", {}).items(), key=lambda field: field[1])
    weakest = [f"{_short(path)} {percent(float(confidence))}" for path, confidence in fields[:_WEAKEST]]
    return [*said, *(["Least sure: " + ", ".join(weakest)] if weakest else [])]


def _said(text: str) -> str:
    return escape(printable(text))


def _short(path: str) -> str:
    return path.removeprefix("specifications.")
