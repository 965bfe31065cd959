"""The command `redrive`: what lies in the dead letter queue by reason, and back to the retry queue with it.

It may be stopped and started again at any time: what isn't moved is shown again as it was, and what is moved is deleted
only after SQS has confirmed what was sent for it.
"""

import argparse
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import boto3
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local.readable import count, moment, printable
from operate.arguments import whole_number
from operate.batches import Patience, aws_config
from operate.dead_letters import HIDDEN_SECONDS, MOST, NOT_UNDERSTOOD, DeadLetters
from operate.estimate import about, dollars, typical_dollars
from operate.redriving import Heap, Mover, spread
from operate.screen import bar, say
from operate.stage import add_stage, settings
from pipeline.errors import OcrError

_HIDDEN = f"{HIDDEN_SECONDS // 60} minutes"


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_stage(command)
    command.add_argument("--only", metavar="CODE", help="only messages that lie there for this reason")
    command.add_argument("--limit", type=whole_number, metavar="N", help="move at most so many messages")
    command.add_argument("--dry-run", action="store_true", help="say what lies there and what it would cost, and end")
    command.add_argument("--yes", action="store_true", help="don't ask")


def run(
    options: argparse.Namespace,
    console: Console,
    session: boto3.Session,
    ask: Callable[[str], str],
    *,
    patience: Patience | None = None,
    wait: int = 2,
    chance: Callable[[], float] = random.random,
) -> int:
    """Look, ask, and move; the exit code, as operate/__main__.py says.

    SQS looks for `wait` seconds whether there is one more message; `chance` spreads the photos over time.
    Raises StageUnknownError, or as `aws.translated`, while nothing is moved yet.
    """
    patience = patience or Patience()
    told = settings(session.client("lambda"), options.stage)
    sqs = session.client("sqs", config=aws_config())
    queue = DeadLetters(sqs, told.dead_letter_queue_url, patience, wait)
    heap = Heap()
    with _shown_again(queue, heap, console):
        _look(queue, heap, options, console)
        price = typical_dollars(told.models, caching=told.prompt_caching)
        _show(heap, price, options, console)
        if options.dry_run or not heap.chosen:
            return 1 if NOT_UNDERSTOOD in heap.tallies or options.only not in (None, *heap.tallies) else 0
        question = f"Move {count(len(heap.chosen), 'message')}, {about(heap.unpaid, price)}? [y/N] "
        if not options.yes and ask(question).strip().lower() not in ("y", "yes"):
            say(console, "Nothing was moved.")
            return 1
        return _move(Mover(sqs, told.retry_queue_url, queue, patience, chance), heap, options, console)


@contextmanager
def _shown_again(queue: DeadLetters, heap: Heap, console: Console) -> Iterator[None]:
    """Whatever happens inside: what was looked at and not moved can be seen by others again."""
    try:
        yield
    finally:
        try:
            queue.show_again(heap.hidden)
        except (OcrError, KeyboardInterrupt) as error:
            hidden = count(len(heap.hidden), "message")
            say(console, f"Hidden from others for up to {_HIDDEN}: {hidden}. Then SQS shows them again. {error}", "red")


def _look(queue: DeadLetters, heap: Heap, options: argparse.Namespace, console: Console) -> None:
    visible, hidden = queue.count()
    with bar(console) as progress:
        task = progress.add_task("Looking", total=visible)
        for batch in queue.look():
            for letter, reason in batch:
                heap.add(letter, reason, options.only, options.limit)
            progress.update(task, completed=heap.messages, total=max(visible, heap.messages))
            if heap.messages >= MOST:
                say(console, f"There may be more: {MOST:,} is the most that one redrive looks at. Start it again then.")
                break
    if hidden:
        more = f"about {count(hidden, 'message')} more"
        why = f"Somebody else looks at them, or a redrive was killed less than {_HIDDEN} ago."
        say(console, f"Hidden at the moment: {more}. {why}")


def _show(heap: Heap, price: float | None, options: argparse.Namespace, console: Console) -> None:
    """What lies there, as a table, and what of it can't be moved."""
    if not heap.tallies:
        say(console, f"The dead letter queue of {options.stage} is empty.")
        return
    table = Table(box=box.SIMPLE)
    table.add_column("Code", no_wrap=True)  # --only takes it, as it stands
    for name in ("Messages", "Photos", "Cost"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Oldest")
    tallies = sorted(heap.tallies.items(), key=lambda item: -item[1].messages)
    for code, tally in tallies:
        paid = "unknown" if price is None and tally.unpaid else f"~ {dollars(tally.unpaid * (price or 0))}"
        numbers = (f"{tally.messages:,}", f"{tally.photos:,}", paid, moment(tally.oldest.isoformat()))
        table.add_row(escape(printable(code)), *numbers)
    console.print(table)
    for code, tally in tallies:
        say(console, f"{code}, for example: {tally.said}")
    if options.only not in (None, *heap.tallies):
        say(console, f"No message lies there for {options.only}.")
    if stuck := heap.tallies.get(NOT_UNDERSTOOD):
        where = f"the SQS console, queue product-ocr-{options.stage}-dead-letter"
        number = count(stuck.messages, "message")
        say(console, f"Not understood, and left there: {number}. Look at them in {where}, and delete them there.")


def _move(mover: Mover, heap: Heap, options: argparse.Namespace, console: Console) -> int:
    sent = removed = code = 0
    with bar(console) as progress:
        task = progress.add_task("Moving", total=len(heap.chosen))
        try:
            for its_sent, its_removed in mover.move(heap):
                sent, removed = sent + its_sent, removed + its_removed
                progress.update(task, completed=sent)
        except OcrError as error:
            say(console, str(error), "red")
            code = 1
        except KeyboardInterrupt:
            code = 130
    if sent > removed:
        code = code or 1
        number = count(sent - removed, "message")
        say(
            console,
            f"Sent, but perhaps not deleted: {number}. The next redrive may send them again, which is harmless.",
        )
    minutes = max(1, round(spread(heap.photos) / 60))
    say(
        console,
        f"{removed:,} of {count(len(heap.chosen), 'message')} moved. Their photos come back to the function within "
        f"{minutes} min, and wait their turn: npm run operate -- status --stage {options.stage}",
    )
    if removed < len(heap.chosen):
        say(console, f"To go on: {options.again}")
    return code or (1 if NOT_UNDERSTOOD in heap.tallies else 0)
