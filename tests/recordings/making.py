"""Makes one recording: lets the service read the photo, and keeps what it asks and is answered."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import vcr
from botocore.credentials import ReadOnlyCredentials
from vcr.cassette import Cassette

from tests.recordings.authored import Answer, answer_by_hand
from tests.recordings.cassettes import VCR_CONFIG, differences
from tests.recordings.scenes import (
    REGION,
    Recording,
    RecordingRefusedError,
    bedrock_client,
    emulated_account,
    expected,
    is_plain,
    read_photo,
)
from tests.world import World

_LONGEST_VALUE = 80  # characters


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

    Raises RecordingRefusedError if the photo ends without being read with them, or with another row than a plain
    recording's file expects; the old cassette then stays.
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
        if unlike := unlike_expected(file.stem, row):
            raise RecordingRefusedError(
                f"{file.stem} is not recorded: these answers don't make the row that its test expects. Look at the "
                f"photo, and mend the answer or rows/{file.stem}.json.\n" + "\n".join(f"- {one}" for one in unlike)
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


def unlike_expected(name: str, row: Mapping[str, Any]) -> list[str]:
    """In what the row of a plain recording isn't the completed one that `rows/NAME.json` expects."""
    if not is_plain(name):
        return []
    read = {part: value for part, value in row["product_specifications"].items() if part != "confidence_score"}
    unlike = [
        f"{path}: {_short(made)} in the row, {_short(wanted)} in rows/{name}.json"
        for path, wanted, made in differences(expected(name)["product"], read)
    ]
    return unlike + [f"{finding['path']}: {finding['message']}" for finding in row["findings"]]


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
