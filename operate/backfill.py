"""The command `backfill`: what is in the bucket already, through the retry queue; docs/backfill.md says more."""

import argparse
import contextlib
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

import boto3
from rich.console import Console

from operate import backfill_screen as screen
from operate.backfill_choice import REPROCESS, Choice, Listed, Reason
from operate.backfill_objects import WORKERS, Rows, current_versions
from operate.backfill_pace import Hindrances, Pace, concurrency, waiting_on
from operate.backfill_run import Run, RunRecord
from operate.backfill_sending import Sender
from operate.batches import Patience, aws_config
from operate.estimate import about, typical_dollars
from operate.stage import add_stage, settings
from pipeline.admission import Admissions
from pipeline.bootstrap import coordination
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_stage(command)
    command.add_argument("--prefix", default="", help="only objects whose key begins so")
    command.add_argument(
        "--reprocess", choices=REPROCESS, help="read again what has such a row (default: read what has none)"
    )
    command.add_argument("--rate", type=_rate, help="messages a second (default: what the function can read)")
    command.add_argument("--dry-run", action="store_true", help="say what would be sent and what it costs, and end")
    command.add_argument("--new", action="store_true", help="give up the run that was stopped, and begin another one")
    command.add_argument("--yes", action="store_true", help="don't ask")


def run(
    options: argparse.Namespace,
    console: Console,
    session: boto3.Session,
    ask: Callable[[str], str],
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> int:
    """Count, estimate, ask and send; the exit code, as operate/__main__.py says.

    The bucket is walked twice: what is counted for the estimate may be days old when it's sent, so each row is looked
    up again just before. `sleep` waits for some seconds; by default a thread's wait ends at once with Ctrl-C.
    Raises StageUnknownError, or as `aws.translated`, while nothing is sent yet.
    """
    at = _Stage(session, options.stage, Patience(sleep or time.sleep))
    record = RunRecord(at.dynamodb, at.told.coordination_table, str(uuid.uuid4()), at.patience)
    unfinished = record.unfinished()
    same = unfinished is not None and (unfinished.prefix, unfinished.reprocess) == (options.prefix, options.reprocess)
    if unfinished and not same and not options.new and not options.dry_run:
        screen.say_another(console, unfinished, options)
        return 2
    stopped = unfinished if same and not options.new else None
    if stopped:
        screen.say_going_on(console, stopped)
    begun = stopped or _new_run(now(), options)
    admissions = Admissions(coordination(at.dynamodb, at.told.coordination_table), now, at.told.daily_ceiling_usd)
    hindrances = Hindrances(admissions, at.waiting, at.at_once)
    pace = Pace(options.rate, at.at_once, hindrances, clock=clock, sleep=sleep or time.sleep)
    changed = begun.reprocess == "extractor-changed"
    choice = Choice(begun.start, begun.reprocess, _versions(at.told.ask_legibility) if changed else {})
    with Rows(at.dynamodb, at.told.table, at.told.bucket, sleep) as rows:

        def judged() -> Iterator[tuple[Listed, Reason | None]]:
            return rows.judged(
                current_versions(at.s3, at.told.bucket, begun.prefix, begun.last_key, at.patience), choice
            )

        counts = screen.counted(judged(), console)
        screen.say_counts(console, counts, f"s3://{at.told.bucket}/{begun.prefix}", begun.last_key)
        if taken := counts[None]:
            lasts = screen.duration(pace.seconds(taken))
            speed = f"{pace.rate:g} messages a second, {at.at_once:,} photos read at once"
            screen.say_number(console, taken, f"to read: {about(taken, at.price)}, in about {lasts} ({speed})")
            if at.price and at.told.daily_ceiling_usd:
                screen.warn_of_ceiling(console, taken * at.price, at.told.daily_ceiling_usd)
            if not stopped:
                screen.warn_of_queues(console, at.waiting(), at.dead())
        if options.dry_run or not (taken or unfinished):
            return 0
        if taken and not options.yes and not screen.agreed(console, ask):
            return 1
        sender = Sender(at.sqs, at.told.retry_queue_url, at.told.bucket, pace, record, at.patience)
        return screen.show(lambda tell: sender.sent(judged(), begun, tell), begun, taken, options, console)


class _Stage:
    """What of a deployed stage the command uses. Raises StageUnknownError if there is no such stage."""

    def __init__(self, session: boto3.Session, stage: str, patience: Patience) -> None:
        function = session.client("lambda", config=aws_config())
        self.told = settings(function, stage)
        self.at_once = concurrency(function, stage, patience)
        self.price = typical_dollars(self.told.models, caching=self.told.prompt_caching)
        self.s3 = session.client("s3", config=aws_config())
        self.dynamodb = session.client("dynamodb", config=aws_config(WORKERS))
        self.sqs = session.client("sqs", config=aws_config())
        self.patience = patience

    def waiting(self) -> int:
        """How many messages are on the retry queue, roughly."""
        return waiting_on(self.sqs, self.told.retry_queue_url, self.patience)

    def dead(self) -> int:
        """How many messages are on the dead letter queue, roughly."""
        return waiting_on(self.sqs, self.told.dead_letter_queue_url, self.patience)


def _new_run(start: datetime, options: argparse.Namespace) -> Run:
    return Run(f"backfill-{start:%Y-%m-%dT%H:%M:%SZ}", start, options.prefix, options.reprocess)


def _versions(ask_legibility: bool) -> Mapping[str, str]:
    """Today's extractor versions by category, by this checkout and the stage's setting. Raises PluginRefused."""
    catalog = load_catalog(load_plugins(), ask_legibility=ask_legibility)
    return {category: extractor.version for category, extractor in catalog.items()}


def _rate(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (rate := float(text)) <= 10_000:
            return rate
    raise argparse.ArgumentTypeError(f"must be messages a second, more than 0 and at most 10,000, not {text!r}")
