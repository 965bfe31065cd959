"""`npm run record`: recordings made from Bedrock, and by hand. The Bedrock is the emulator, and nothing is paid."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import vcr
from botocore.credentials import ReadOnlyCredentials

from local.emulator import MODEL as OFFLINE_MODEL
from local.emulator import BedrockEmulator
from tests.pictures import corners, encoded
from tests.recordings.authored import answers_in
from tests.recordings.cassettes import CASSETTES, VCR_CONFIG, open_cassette
from tests.recordings.making import record
from tests.recordings.record import main
from tests.recordings.scenes import (
    RECORDINGS,
    Recording,
    RecordingRefusedError,
    bedrock_client,
    emulated_account,
    expected,
    read_photo,
)

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CREDENTIALS = ReadOnlyCredentials("AKIASECRET", "very-secret", "session-secret")
GRANOLA = Recording("samples/photos/granola.jpg", "grocery/granola.jpg", (OFFLINE_MODEL,))
TRUTH = {name: value for name, value in expected("grocery")["product"].items() if name != "category"}
PRODUCT = {"product_name": "Honey Almond Granola", "specifications": {}, "confidence_score": 0.9}


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


class TestFromBedrock:
    """Asking Bedrock, and keeping what it answers."""

    def test_what_bedrock_answers_is_kept_and_plays_again(self, tmp_path: Path) -> None:
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

    def test_a_photo_that_is_not_read_leaves_the_old_recording(self, tmp_path: Path) -> None:
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
    def test_without_credentials_it_says_so(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Without AWS credentials the command ends with 1, and a sentence that says what to do."""
        assert main([], ask=pytest.fail, now=NOW, folder=tmp_path) == 1
        told = capsys.readouterr().err
        assert "there are no AWS credentials" in told
        assert "book_repaired stays as it is" in told
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.usefixtures("somebody")
    @pytest.mark.parametrize("answer", ["n", "", "maybe"])
    def test_nothing_is_paid_before_a_yes(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: str
    ) -> None:
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
    def test_what_can_not_be_had_at_will_is_not_asked_for(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A recording of a fault that nobody can order stays an authored one."""
        assert main(["book_repaired"], ask=pytest.fail, now=NOW, folder=tmp_path) == 1
        assert "nothing to record" in capsys.readouterr().err

    @pytest.mark.usefixtures("somebody")
    def test_a_row_whose_photo_is_not_there_yet_is_left_out(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A new category's row without its photo is named, and doesn't stop the others."""
        photo = tmp_path / "new.jpg"
        monkeypatch.setattr("tests.recordings.record.RECORDINGS", {"new": Recording(str(photo), "grocery/new.jpg")})
        assert main([], ask=pytest.fail, now=NOW, folder=tmp_path) == 1
        assert f"new is left out: there is no {photo} yet." in capsys.readouterr().err


class TestByHand:
    """Writing a recording from answers made by hand."""

    def test_answers_written_by_hand_become_a_recording(self, tmp_path: Path) -> None:
        """A tool's input in a file becomes a whole exchange with Bedrock, which says that it's authored."""
        answer = {**TRUTH, "specifications": {"net_content": {"value": 340, "unit": "g"}}}
        (tmp_path / "answer.json").write_text(json.dumps(answer))
        name = "grocery_with_orders_on_the_label"
        assert main(["--author", name, "--answer", str(tmp_path / "answer.json")], now=NOW, folder=tmp_path) == 0
        cassette = open_cassette(tmp_path / f"{name}.json")
        assert cassette.get_metadata("provenance", None)["source"] == "authored"
        assert answers_in(cassette) == [answer]

    @pytest.mark.parametrize("before", [True, False])
    def test_a_plain_recordings_row_is_its_answer(self, tmp_path: Path, before: bool) -> None:
        """Where a row says what is on the photo no answer need be given, for the first time or after it was mended."""
        if before:
            text = (CASSETTES / "grocery.json").read_text("utf-8")
            (tmp_path / "grocery.json").write_text(text.replace('"confidence_score": 0.9', '"confidence_score": 0.8'))
            assert answers_in(open_cassette(tmp_path / "grocery.json")) != [TRUTH]
        assert main(["--author", "grocery"], now=NOW, folder=tmp_path) == 0
        assert answers_in(open_cassette(tmp_path / "grocery.json")) == [TRUTH]

    @pytest.mark.parametrize("name", ["beauty_after_a_retired_model", "book_repaired"])
    def test_authored_anew_it_is_the_same(self, tmp_path: Path, name: str) -> None:
        """Answers taken over from a recording, its errors too, make the same calls again."""
        old = CASSETTES / f"{name}.json"
        (tmp_path / old.name).write_bytes(old.read_bytes())
        assert main(["--author", name], now=NOW, folder=tmp_path) == 0
        before, after = (json.loads(file.read_text("utf-8"))["calls"] for file in (old, tmp_path / old.name))
        assert [call["request"] for call in after] == [call["request"] for call in before]
        assert [call["response"]["body"].get("content") for call in after] == [
            call["response"]["body"].get("content") for call in before
        ]

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            (["faulty"], "grocery is not recorded: the service finds faults in answer 1, and would ask again"),
            (["faulty"], "\n- specifications.gtin: '123' is not a 'gtin'"),
            (["categorised"], "\n- category: no such field: there are "),
            (["other"], "these answers don't make the row that its test expects"),
            (["other"], '\n- product_name: "Jam" in the row, "'),
            (["other"], "\n- specifications.net_content: nothing in the row, {"),
            (["good", "good"], "2 answers are given for grocery, and the service asked for 1 of them."),
            (["prose"], "/prose: The model's answer is not JSON"),
            (["missing"], "/missing can't be read: No such file or directory."),
        ],
    )
    def test_answers_that_do_not_fit_are_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str], told: str
    ) -> None:
        """Faults, another row than expected, too many answers, what isn't there or isn't JSON: refused, with why."""
        for name, text in {
            "good": json.dumps(TRUTH),
            "faulty": json.dumps({**TRUTH, "specifications": {"gtin": "123"}}),
            "categorised": json.dumps({**TRUTH, "category": "grocery"}),
            "other": json.dumps({**TRUTH, "product_name": "Jam", "specifications": {}}),
            "prose": "It is a granola.",
        }.items():
            (tmp_path / name).write_text(text)
        folder = tmp_path / "recordings"
        folder.mkdir()
        files = [str(tmp_path / name) for name in given]
        assert main(["--author", "grocery", "--answer", *files], now=NOW, folder=folder) == 1
        assert told in capsys.readouterr().err
        assert list(folder.iterdir()) == []

    def test_a_scene_of_more_than_its_row_wants_its_answers(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A recording that no row says all of can't be made from nothing, and a call more wants one answer more."""
        assert main(["--author", "general_chosen_by_the_model"], now=NOW, folder=tmp_path) == 1
        assert "There is no recording general_chosen_by_the_model yet: give its answers" in capsys.readouterr().err
        answer = tmp_path / "answer"
        answer.write_text('{"category": "general"}')
        arguments = ["--author", "general_chosen_by_the_model", "--answer", str(answer)]
        assert main(arguments, now=NOW, folder=tmp_path) == 1
        told = capsys.readouterr().err
        assert "The service asks for answer 2 of general_chosen_by_the_model. Add its file behind --answer." in told

    def test_a_photo_that_is_encoded_anew_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One that isn't sent as it is, or isn't there: the size as sent and what to do, and no recording."""
        photo = tmp_path / "large.jpg"
        new = Recording(str(photo), "grocery/large.jpg")
        monkeypatch.setattr("tests.recordings.record.RECORDINGS", {"grocery": new})
        assert main(["--author", "grocery"], now=NOW, folder=tmp_path) == 1
        assert f"There is no photo {photo} yet." in capsys.readouterr().err
        photo.write_bytes(encoded(corners(3136, 1568), "JPEG"))
        assert main(["--author", "grocery"], now=NOW, folder=tmp_path) == 1
        told = capsys.readouterr().err
        assert "the service encodes it anew, at 1568 x 784 px" in told
        assert "1200 x 900 fits" in told
        assert list(tmp_path.iterdir()) == [photo]

    def test_bedrocks_own_answers_are_not_passed_off_as_authored(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The answers of a recording that came from Bedrock aren't given new requests: nobody asked it those."""
        kept = json.loads((CASSETTES / "grocery.json").read_text("utf-8"))
        kept["provenance"]["source"] = "bedrock"
        (tmp_path / "grocery.json").write_text(json.dumps(kept))
        assert main(["--author", "grocery"], now=NOW, folder=tmp_path) == 1
        assert "holds Bedrock's own answers" in capsys.readouterr().err
