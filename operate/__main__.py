"""The operator's command line: `npm run operate -- COMMAND ...`, which is `python -m operate COMMAND ...`.

Exit codes: 0 all went well, 1 something failed, 2 the command can't be run as given, 130 stopped by Ctrl-C.
"""

import argparse
import shlex
import sys
from collections.abc import Callable
from typing import Any, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from rich.console import Console
from rich.markup import escape

from local.readable import printable
from local.stack import StackRefusedError
from operate import (
    backfill,
    breaker,
    categories,
    empty,
    evaluate,
    new_category,
    redrive,
    requests_of,
    review,
    sending,
    show,
    smoke,
    status,
    trying,
)
from operate.breaker import BreakerRefusedError
from operate.evaluation.truth import EvaluationRefusedError
from operate.new_category import CategoryRefusedError
from operate.stage import StageUnknownError, defaults, session_in
from operate.trying import TrialRefusedError
from pipeline.errors import OcrError


class Command(Protocol):
    """What a module is that holds a command."""

    def configure(self, command: argparse.ArgumentParser, /) -> None:
        """Add the command's arguments."""

    def run(self, options: argparse.Namespace, console: Console, session: Any, ask: Callable[[str], str], /) -> int:
        """Run it; the exit code. `ask` gives a person's answer to a question.

        A command with the option `--region` is handed a session of boto3, any other None. `options.again` is the line
        that runs the command once more.
        """


_COMMANDS: dict[str, tuple[Command, str]] = {
    "upload": (sending, "photos to a bucket, only what isn't there already"),
    "smoke": (smoke, "one photo through a deployed stage, pass or fail"),
    "status": (status, "how a stage does, on one screen; exit code 0 if nothing wants attention"),
    "show": (show, "all that is known of one photo, and what can be done about it"),
    "review": (review, "the photos that a person is to look at, the least sure first"),
    "redrive": (redrive, "what lies in the dead letter queue, and back to the retry queue with it"),
    "backfill": (backfill, "what is in the bucket already, through the service"),
    "breaker": (breaker, "whether Bedrock is asked: look, hold it open, close it"),
    "empty": (empty, "all photos of a stage, deleted, so that the stage can be removed"),
    "try": (trying, "one photo through one category on this machine: request, answer and findings"),
    "evaluate": (evaluate, "how well labelled photos are read: precision, recall, confidence, cost"),
    "requests": (requests_of, "each photo's request body and picture, to be answered elsewhere"),
    "new-category": (new_category, "the files of a new category, ready to run and to be filled in"),
    "categories": (categories, "one look at all schemas: docs/categories.md, written anew"),
}
_OWN_SCRIPT = ("upload", "smoke")  # `npm run upload`; of the others `npm run operate -- COMMAND`
_REFUSED = (
    BreakerRefusedError,
    CategoryRefusedError,
    EvaluationRefusedError,
    StackRefusedError,
    StageUnknownError,
    TrialRefusedError,
    OcrError,
    ClientError,
    BotoCoreError,
    OSError,
)


def main(
    arguments: list[str],
    console: Console,
    session: boto3.Session | None = None,
    ask: Callable[[str], str] | None = None,
) -> int:
    """Run one command and return its exit code.

    Without a session it's the one of the environment; `ask` answers a question, by default the person at the terminal.
    """
    options, unknown = _parser().parse_known_args(arguments)
    if unknown:  # argparse itself would show the usage of all commands, not that of the one
        options.parser.error(f"unrecognized arguments: {shlex.join(unknown)}")
    options.again = f"{options.parser.prog} {shlex.join(arguments[1:])}"
    command, _ = _COMMANDS[options.command]
    try:
        if session is None and "region" in options:
            session = session_in(options.region, defaults()["region"] if options.stage else None)
        return command.run(options, console, session, ask or _at_terminal)
    except _REFUSED as error:
        console.print(f"[red]{escape(printable(str(error)))}[/]", soft_wrap=True, highlight=False)
        console.print(_hint(error), soft_wrap=True, highlight=False, end="")
        return 2
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="npm run operate --", description="Run the product photo service.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (command, says) in _COMMANDS.items():
        prog = f"npm run {name} --" if name in _OWN_SCRIPT else f"npm run operate -- {name}"
        its = commands.add_parser(name, prog=prog, help=says, description=says[0].upper() + says[1:] + ".")
        its.set_defaults(parser=its)
        command.configure(its)
    return parser


def _hint(error: BaseException) -> str:
    """What to do about AWS's refusal of who asks; nothing where its own words say it."""
    refused = error if isinstance(error, ClientError) else error.__cause__
    code = refused.response["Error"].get("Code", "") if isinstance(refused, ClientError) else ""
    if isinstance(error, NoCredentialsError):
        return "Give AWS credentials: aws configure, or AWS_PROFILE.\n"
    if "Expired" in code or code in ("InvalidClientTokenId", "UnrecognizedClientException"):
        return "Sign in to AWS again, or give other credentials: aws sso login, aws configure, or AWS_PROFILE.\n"
    if "AccessDenied" in code or code == "403":
        return "docs/runbook.md says which permissions the commands need.\n"
    return ""


def _at_terminal(question: str) -> str:
    try:
        return input(question)
    except EOFError:  # nobody is there to answer
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Console()))
