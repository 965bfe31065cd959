"""What the commands show: sentences, and a bar while they count something off."""

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from local.readable import printable


def say(console: Console, text: str, style: str = "") -> None:
    """One line or a few, as they are: keys and messages are anybody's, so what a terminal would obey is written out."""
    for line in text.split("\n"):
        console.print(escape(printable(line)), soft_wrap=True, highlight=False, style=style)


def bar(console: Console) -> Progress:
    """What is done, how far, and how much time is left; its tasks have a description and a total."""
    text = TextColumn("{task.description}")
    return Progress(text, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console)
