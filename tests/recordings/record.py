"""Makes the recordings anew: from Bedrock, or from answers written by hand.

    npm run record                                 all that can be had from Bedrock
    npm run record -- grocery                      this one
    npm run record -- --author book_repaired --answer first.json second.json
    npm run record -- --author book_repaired       its answers as they are, with the requests of today

README.md says when to do which.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import vcr
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import BotoCoreError
from vcr.cassette import Cassette

from pipeline.answers import parsed
from pipeline.errors import OcrError
from tests.recordings.authored import Answer, answer_by_hand, answers_in
from tests.recordings.cassettes import CASSETTES, VCR_CONFIG, open_cassette
from tests.recordings.scenes import (
    RECORDINGS,
    REGION,
    ROOT,
    Recording,
    RecordingRefusedError,
    bedrock_client,
    emulated_account,
    read_photo,
)
from tests.world import World

# 7,000 tokens in, of them 5,500 written to the cache, and 1,000 out, at the list price of Claude Sonnet 4.6.
_DOLLARS_A_CALL = 0.04


def record(
    recording: Recording, file: Path, credentials: ReadOnlyCredentials | None, now: datetime, url: str | None = None
) -> dict[str, Any]:
    """Ask Bedrock (at `url`, if not where AWS has it), write the cassette, and give the row that came of it.

    Raises RecordingRefusedError if the photo ended without being read; the old cassette then stays.
    """
    provenance = {
        "source": "bedrock",
        "date": f"{now:%Y-%m-%d}",
        "models": list(recording.models),
        "region": REGION,
        "how": "Recorded from Amazon Bedrock by `npm run record`.",
    }
    with _new_cassette(file, provenance), emulated_account() as world:
        return _read(world, bedrock_client(credentials, url), recording, file.stem)


def author(recording: Recording, file: Path, answers: Sequence[Answer], now: datetime) -> dict[str, Any]:
    """Write the cassette with the requests that the service makes today and these answers; give the row they make.

    Raises RecordingRefusedError if the photo ends without being read with them; the old cassette then stays.
    """
    provenance = {
        "source": "authored",
        "date": f"{now:%Y-%m-%d}",
        "models": list(recording.models),
        "region": REGION,
        "how": "Written by hand, from looking at the photo and the request, in the form in which Bedrock answers; "
        "no model was asked. Token counts and latencies are estimates.",
    }
    with _new_cassette(file, provenance) as cassette, emulated_account() as world:
        client = bedrock_client()
        at = now.replace(hour=12, minute=0, second=0, microsecond=0)
        answer_by_hand(client, cassette, file.stem, answers, at)
        row = _read(world, client, recording, file.stem)
        if len(cassette) < len(answers):
            raise RecordingRefusedError(
                f"{len(answers)} answers are given for {file.stem}, and the service asked for {len(cassette)} of them."
            )
        return row


@contextmanager
def _new_cassette(file: Path, provenance: Mapping[str, Any]) -> Iterator[Cassette]:
    """A cassette that takes the file's place when all went well."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        new = Path(folder, file.name)
        with vcr.VCR().use_cassette(str(new), record_mode="all", record_on_exception=False, **VCR_CONFIG) as cassette:
            cassette.get_metadata("provenance", provenance)
            yield cassette
        new.replace(file)


def _read(world: World, client: Any, recording: Recording, name: str) -> dict[str, Any]:
    row = read_photo(world, client, recording)
    if "product_specifications" not in row:
        raise RecordingRefusedError(
            f"{name} is not recorded: its row is {row['processing_status']}. {row['error_message']}"
        )
    return row


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
    parser.add_argument("--answer", nargs="+", type=Path, metavar="FILE", help="with --author: the answers, in order")
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
    except (RecordingRefusedError, OcrError, BotoCoreError, OSError) as error:
        _say(f"{error}")
        return 1
    return 0


def _authored(given: argparse.Namespace, folder: Path, now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    if not given.names or (given.answer and len(given.names) > 1):
        raise RecordingRefusedError("Say which recording: --author NAME --answer FILE..., or --author NAME...")
    for name in given.names:
        file = folder / f"{name}.json"
        if given.answer:
            answers: list[Answer] = [parsed(answer.read_bytes()) for answer in given.answer]
        else:
            cassette = open_cassette(file)
            if cassette.get_metadata("provenance", None)["source"] != "authored":
                raise RecordingRefusedError(f"{name} holds Bedrock's own answers: record it anew, or give --answer.")
            answers = answers_in(cassette)
        yield name, author(RECORDINGS[name], file, answers, now)


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
    return 2 if recording.key.startswith("inbox/") else 1


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
