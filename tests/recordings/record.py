"""Makes the recordings anew: from Bedrock, or from answers written by hand.

    npm run record                                 all that can be had from Bedrock
    npm run record -- grocery                      this one
    npm run record -- --author book_repaired --answer first.json second.json
    npm run record -- --author grocery             its answer is the product of rows/grocery.json
    npm run record -- --author book_repaired       without such a file: its answers as they are, with today's requests

README.md says when to do which.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError

from pipeline.answers import parsed
from pipeline.errors import AnswerUnusable, OcrError
from tests.recordings.authored import Answer, answers_in
from tests.recordings.cassettes import CASSETTES, open_cassette
from tests.recordings.making import author, record, unlike_expected
from tests.recordings.scenes import (
    RECORDINGS,
    ROOT,
    Recording,
    RecordingRefusedError,
    expected,
    is_plain,
)

# 7,000 tokens in, of them 5,500 written to the cache, and 1,000 out, at the list price of Claude Sonnet 4.6.
_DOLLARS_A_CALL = 0.04


def _at_terminal(question: str) -> str:
    try:
        return input(question)
    except EOFError:  # nobody is there to answer
        return ""


def main(
    arguments: Sequence[str],
    ask: Callable[[str], str] = _at_terminal,
    now: datetime | None = None,
    folder: Path = CASSETTES,
) -> int:
    """The command: 0 when all was recorded, 1 with a sentence on stderr when not."""
    parser = argparse.ArgumentParser(
        prog="npm run record --", description=__doc__.partition("\n")[0] if __doc__ else ""
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of {', '.join(RECORDINGS)}")
    parser.add_argument("--author", action="store_true", help="from answers written by hand; costs nothing")
    parser.add_argument(
        "--answer",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="with --author: the answers, in order; where rows/NAME.json says all, none is needed",
    )
    given = parser.parse_args(arguments)
    now = now or datetime.now(UTC)
    try:
        if unknown := set(given.names) - RECORDINGS.keys():
            raise RecordingRefusedError(
                f"No such recording: {', '.join(sorted(unknown))}. There are {', '.join(RECORDINGS)}."
            )
        if given.answer and not given.author:
            raise RecordingRefusedError("--answer goes with --author: Bedrock gives its own answers.")
        rows = _authored(given, folder, now) if given.author else _recorded(given, folder, now, ask)
        for name, row in rows:
            _say(f"{name}: {row['processing_status']}, {row['product_specifications']}")
            for one in unlike_expected(name, row):
                _say(f"{name} isn't the row that its test expects: {one}")
    except (RecordingRefusedError, OcrError, BotoCoreError, OSError) as error:
        _say(f"{error}")
        return 1
    return 0


def _authored(given: argparse.Namespace, folder: Path, now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    if not given.names or (given.answer and len(given.names) > 1):
        raise RecordingRefusedError("Say which recording: --author NAME --answer FILE..., or --author NAME...")
    for name in given.names:
        RECORDINGS[name].check_photo()
        file = folder / f"{name}.json"
        answers = [_answer(path) for path in given.answer] if given.answer else _known_answers(name, file)
        yield name, author(RECORDINGS[name], file, answers, now)


def _answer(path: Path) -> Answer:
    """What someone wrote down, in a file."""
    try:
        return parsed(path.read_bytes())
    except OSError as error:
        raise RecordingRefusedError(
            f"The answer {path} can't be read: {error.strerror}. (Its path is looked for from {Path.cwd()}.)"
        ) from error
    except AnswerUnusable as error:
        raise RecordingRefusedError(f"{path}: {error}") from error


def _known_answers(name: str, file: Path) -> list[Answer]:
    """Without a file with an answer: what the row of a plain recording expects, else what its cassette holds."""
    if file.exists() or not is_plain(name):
        cassette = open_cassette(file)
        if cassette.get_metadata("provenance", None)["source"] != "authored":
            raise RecordingRefusedError(f"{name} holds Bedrock's own answers: record it anew, or give --answer.")
        if not is_plain(name):
            return answers_in(cassette)
    # What a careful reader answers is what the row then holds; the category is the service's to add.
    return [{part: value for part, value in expected(name)["product"].items() if part != "category"}]


def _recorded(
    given: argparse.Namespace, folder: Path, now: datetime, ask: Callable[[str], str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    wanted = {name: RECORDINGS[name] for name in given.names or RECORDINGS}
    for name, recording in wanted.items():
        if recording.staged:
            _say(f"{name} stays as it is: {recording.staged} can't be had from Bedrock at will.")
        elif not (ROOT / recording.photo).is_file():
            _say(f"{name} is left out: there is no {recording.photo} yet.")
    wanted = {
        name: recording
        for name, recording in wanted.items()
        if not recording.staged and (ROOT / recording.photo).is_file()
    }
    if not wanted:
        raise RecordingRefusedError("That leaves nothing to record.")
    for recording in wanted.values():
        recording.check_photo()
    credentials = boto3.Session().get_credentials()
    if credentials is None:
        raise RecordingRefusedError(
            "Recording asks the real Bedrock, and there are no AWS credentials. Give some (aws configure, AWS_PROFILE) "
            "that may invoke the models in us-east-1. Without an account, a recording can be written by hand: "
            "tests/recordings/README.md."
        )
    calls = sum(_calls(recording) for recording in wanted.values())
    if ask(f"{calls} calls of Claude, about ${calls * _DOLLARS_A_CALL:.2f}. Go on? [y/N] ").strip().lower() != "y":
        raise RecordingRefusedError("Nothing was recorded, and nothing was paid.")
    for name, recording in wanted.items():
        yield name, record(recording, folder / f"{name}.json", credentials.get_frozen_credentials(), now)


def _calls(recording: Recording) -> int:
    """How many answers are paid for: one to read the photo, and one to choose where its key names no category."""
    return 2 if recording.is_chosen_by_the_model else 1


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
