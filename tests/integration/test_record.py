"""`npm run record`: recordings made from Bedrock. The Bedrock is the emulator, and nothing is paid."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import vcr
from botocore.credentials import ReadOnlyCredentials

from local.emulator import MODEL as OFFLINE_MODEL
from local.emulator import BedrockEmulator
from tests.recordings.cassettes import VCR_CONFIG
from tests.recordings.making import record
from tests.recordings.record import main
from tests.recordings.scenes import (
    RECORDINGS,
    Recording,
    RecordingRefusedError,
    bedrock_client,
    emulated_account,
    read_photo,
)

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CREDENTIALS = ReadOnlyCredentials("AKIASECRET", "very-secret", "session-secret")
GRANOLA = Recording("samples/photos/granola.jpg", "grocery/granola.jpg", (OFFLINE_MODEL,))
PRODUCT = {"product_name": "Honey Almond Granola", "specifications": {}}


def records_granola(request: dict[str, Any]) -> dict[str, Any]:
    """What the emulated model answers."""
    return {"content": [{"type": "tool_use", "name": request["tool_choice"]["name"], "input": PRODUCT}]}


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine without AWS credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


@pytest.fixture
def somebody(nobody: pytest.MonkeyPatch) -> None:
    """A machine with AWS credentials."""
    nobody.setenv("AWS_ACCESS_KEY_ID", "AKIASECRET")
    nobody.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["groceries"], "No such recording: groceries. There are beauty_after_a_retired_model, "),
        (["grocery", "--answer", "jam.json"], "--answer goes with --author"),
        (["--author"], "Say which recording"),
        (["--author", "grocery", "book_repaired", "--answer", "jam.json"], "Say which recording"),
    ],
)
def test_a_command_that_can_not_be_meant_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    """An unknown name, or answers for nobody or for two, end with a sentence before anything is done."""
    assert main(arguments, ask=pytest.fail, now=NOW, folder=tmp_path) == 1
    assert told in capsys.readouterr().err


def test_what_bedrock_answers_is_kept_and_plays_again(tmp_path: Path) -> None:
    """A recording made over HTTP says it's Bedrock's, holds no credentials, and makes the same row again."""
    file = tmp_path / "grocery.json"
    with BedrockEmulator(records_granola) as emulator:
        row = record(GRANOLA, file, CREDENTIALS, NOW, url=emulator.url)
    assert row["product_specifications"]["product_name"] == "Honey Almond Granola"
    kept = file.read_text(encoding="utf-8")
    assert not [secret for secret in CREDENTIALS if secret and secret in kept]
    assert "authorization" not in kept.lower()
    provenance = json.loads(kept)["provenance"]
    assert (provenance["source"], provenance["date"], provenance["models"], provenance["region"]) == (
        "bedrock",
        "2026-11-24",
        [OFFLINE_MODEL],
        "us-east-1",
    )
    assert list(tmp_path.iterdir()) == [file]
    with vcr.VCR().use_cassette(str(file), record_mode="none", **VCR_CONFIG), emulated_account() as world:
        again = read_photo(world, bedrock_client(url=emulator.url), GRANOLA)
    assert again["product_specifications"] == row["product_specifications"]


def test_a_photo_that_is_not_read_leaves_the_old_recording(tmp_path: Path) -> None:
    """When Bedrock knows none of the models, the refusal says what it said, and the file stays as it was."""
    file = tmp_path / "grocery.json"
    file.write_text("the old one")
    with (
        BedrockEmulator(records_granola) as emulator,
        pytest.raises(RecordingRefusedError, match="No model of the list"),
    ):
        record(RECORDINGS["grocery"], file, CREDENTIALS, NOW, url=emulator.url)
    assert file.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.usefixtures("nobody")
def test_without_credentials_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without AWS credentials the command ends with 1, and a sentence that says what to do."""
    assert main([], ask=pytest.fail, now=NOW, folder=tmp_path) == 1
    told = capsys.readouterr().err
    assert "there are no AWS credentials" in told
    assert "book_repaired stays as it is" in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize("answer", ["n", "", "maybe"])
def test_nothing_is_paid_before_a_yes(tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: str) -> None:
    """The command says how many calls it makes and about what they cost, and takes only a yes for one."""
    asked = []

    def ask(question: str) -> str:
        asked.append(question)
        return answer

    one_call, two_calls = "grocery", "general_chosen_by_the_model"
    assert main([one_call, two_calls], ask=ask, now=NOW, folder=tmp_path) == 1
    assert asked == ["3 calls of Claude, about $0.12. Go on? [y/N] "]
    assert "nothing was paid" in capsys.readouterr().err


@pytest.mark.usefixtures("somebody")
def test_what_can_not_be_had_at_will_is_not_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recording of a fault that nobody can order stays an authored one."""
    assert main(["book_repaired"], ask=pytest.fail, now=NOW, folder=tmp_path) == 1
    assert "nothing to record" in capsys.readouterr().err


@pytest.mark.usefixtures("somebody")
def test_a_row_whose_photo_is_not_there_yet_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new category's row without its photo is named, and doesn't stop the others."""
    photo = tmp_path / "new.jpg"
    monkeypatch.setattr("tests.recordings.record.RECORDINGS", {"new": Recording(str(photo), "grocery/new.jpg")})
    assert main([], ask=pytest.fail, now=NOW, folder=tmp_path) == 1
    assert f"new is left out: there is no {photo} yet." in capsys.readouterr().err
