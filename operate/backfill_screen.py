"""The command `backfill`, as it is seen: what there is and costs, a bar, how it ended and how to go on."""

import argparse
import math
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from local.readable import moment
from operate.backfill_choice import LEFT, Listed, Reason
from operate.backfill_run import BackfillRefusedError, Run
from operate.screen import bar, say
from pipeline.errors import OcrError

Counts = Counter[Reason | None]

_ANOTHER = (
    "The backfill of {} is not finished, and was another one. Go on with it:\n  {}\n"
    "or give it up by adding --new to this command."
)
_IN_RETRY_QUEUE = (
    "Messages on the retry queue: {:,}. A photo that an earlier backfill sent and nobody has read yet would be read, "
    "and paid, once more. In doubt, wait until the queue is empty."
)
_IN_DEAD_LETTER_QUEUE = (
    "Messages on the dead letter queue: {:,}. A photo there that has no row yet would be read here, and once more by "
    "`redrive`. In doubt, redrive first."
)
_ABOVE_CEILING = (
    "The stage may cost ${:,.2f} a day (dailyCeilingUsd), so this takes {:,} days or more. On each, new photos wait "
    "for the next day when the ceiling is reached. In doubt, raise it for that time."
)


def say_going_on(console: Console, run: Run) -> None:
    """That this is the run which was stopped."""
    say(console, f"Going on with the backfill of {moment(run.start.isoformat())}: {run.sent:,} messages are sent.")


def say_another(console: Console, unfinished: Run, options: argparse.Namespace) -> None:
    """That another run isn't finished, and what to do."""
    began = moment(unfinished.start.isoformat())
    say(console, _ANOTHER.format(began, _command(unfinished, options)), "red")


def counted(judged: Iterable[tuple[Listed, Reason | None]], console: Console) -> Counts:
    """How many objects are left, by reason, and how many are taken, by None."""
    counts: Counts = Counter()
    columns = (SpinnerColumn(), TextColumn("Looking: {task.completed:,.0f} objects"))
    with Progress(*columns, console=console, transient=True) as spinner:
        task = spinner.add_task("Looking", total=None)
        for _, left in judged:
            counts[left] += 1
            spinner.advance(task)
    return counts


def say_counts(console: Console, counts: Counts, where: str, after: str | None) -> None:
    """What there is, and what of it is left, by reason."""
    behind = f" behind {after}" if after else ""
    say(console, f"{where}{behind}: {counts.total():,} objects")
    for reason, says in LEFT.items():
        if counts[reason]:
            say_number(console, counts[reason], says)
    if not counts[None]:
        say(console, "There is nothing to send.")


def say_number(console: Console, number: int, says: str) -> None:
    """A line of the table of what there is."""
    say(console, f"{number:>11,}  {says}")


def warn_of_queues(console: Console, waiting: int, dead: int) -> None:
    """What may be paid twice, as so many messages are on the retry queue and on the dead letter queue."""
    for number, says in ((waiting, _IN_RETRY_QUEUE), (dead, _IN_DEAD_LETTER_QUEUE)):
        if number:
            say(console, says.format(number), "yellow")


def warn_of_ceiling(console: Console, cost: float, ceiling: float) -> None:
    """What it means that the stage may cost no more than so many dollars a day, if that's less than this costs."""
    if cost > ceiling:
        say(console, _ABOVE_CEILING.format(ceiling, math.ceil(cost / ceiling)), "yellow")


def agreed(console: Console, ask: Callable[[str], str]) -> bool:
    """Whether the person says yes."""
    if ask("Send them? [y/N] ").strip().lower() in ("y", "yes"):
        return True
    say(console, "Nothing was sent.")
    return False


def show(
    steps: Callable[[Callable[[str], None]], Iterator[Run]],
    begun: Run,
    total: int,
    options: argparse.Namespace,
    console: Console,
) -> int:
    """Run a sender's steps behind a bar, and say how it ended; the exit code."""
    ended, code = begun, 0
    with bar(console) as progress:
        task = progress.add_task("Sending", total=total)

        def tell(hindrance: str) -> None:
            if progress.tasks[0].description != "Waiting":
                say(console, hindrance)
                progress.update(task, description="Waiting")

        try:
            for ended in steps(tell):
                progress.update(task, completed=ended.sent - begun.sent, description="Sending")
        except (OcrError, BackfillRefusedError) as error:
            say(console, str(error), "red")
            code = 1
        except KeyboardInterrupt:
            code = 130
    say(console, f"{ended.sent:,} messages sent in {ended.run}, each confirmed by SQS.")
    if code:
        say(console, f"To go on where it stopped:\n  {_command(ended, options)}")
    return code


def duration(seconds: float) -> str:
    """So many seconds as people say it, roughly."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.{0 if seconds >= 10 * size else 1}f} {unit}"
    return f"{seconds:.0f} seconds"


def _command(run: Run, options: argparse.Namespace) -> str:
    """The line that goes on with this run."""
    told = {"prefix": run.prefix, "reprocess": run.reprocess, "region": options.region, "rate": options.rate}
    words = [word for name, value in told.items() if value for word in (f"--{name}", str(value))]
    return f"npm run operate -- backfill --stage {shlex.join([options.stage, *words])}"
