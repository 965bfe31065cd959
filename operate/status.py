"""The command `status`: how a stage does, on one screen. Its exit code says whether something wants attention."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime

import boto3
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local.readable import moment, printable
from operate.overview import Overview
from operate.screen import say
from operate.stage import add_stage, settings


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_stage(command)


def run(
    options: argparse.Namespace,
    console: Console,
    session: boto3.Session,
    _ask: object,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Show the stage; 0 if nothing wants attention, else 1. Raises StageUnknownError, ClientError or BotoCoreError."""
    told = settings(session.client("lambda"), options.stage)
    say(console, f"product-ocr-{options.stage} in {session.region_name}, {moment(now().isoformat())}", "bold")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    worries = []
    for line in Overview(session, options.stage, told, now).lines():
        grid.add_row(line.name, escape(printable(line.says)), style="yellow" if line.worrying else None)
        worries += [line.name] if line.worrying else []
    console.print(grid, highlight=False)
    if not worries:
        say(console, "Nothing wants attention.", "green")
        return 0
    say(console, f"Wants attention: {', '.join(worries)}. See docs/runbook.md.", "yellow")
    return 1
