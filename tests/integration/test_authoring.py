"""`npm run record -- --author`: recordings made from answers written by hand. No model is asked."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.pictures import corners, encoded
from tests.recordings.authored import answers_in
from tests.recordings.cassettes import CASSETTES, open_cassette
from tests.recordings.record import main
from tests.recordings.scenes import RECORDINGS, Recording, expected

pytestmark = pytest.mark.block_network

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TRUTH = {name: value for name, value in expected("grocery")["product"].items() if name != "category"}


def test_answers_written_by_hand_become_a_recording(tmp_path: Path) -> None:
    """A tool's input in a file becomes a whole exchange with Bedrock, which says that it's authored."""
    answer = {**TRUTH, "specifications": {"net_content": {"value": 340, "unit": "g"}}}
    (tmp_path / "answer.json").write_text(json.dumps(answer))
    name = "grocery_with_orders_on_the_label"
    assert main(["--author", name, "--answer", str(tmp_path / "answer.json")], now=NOW, folder=tmp_path) == 0
    cassette = open_cassette(tmp_path / f"{name}.json")
    assert cassette.get_metadata("provenance", None)["source"] == "authored"
    assert answers_in(cassette) == [answer]


@pytest.mark.parametrize("before", [True, False])
def test_a_plain_recordings_row_is_its_answer(tmp_path: Path, before: bool) -> None:
    """Where a row says what is on the photo no answer need be given, for the first time or after it was mended."""
    if before:
        text = (CASSETTES / "grocery.json").read_text("utf-8")
        (tmp_path / "grocery.json").write_text(text.replace("Thornwick Mill", "Thornwick Hill"))
        assert answers_in(open_cassette(tmp_path / "grocery.json")) != [TRUTH]
    assert main(["--author", "grocery"], now=NOW, folder=tmp_path) == 0
    assert answers_in(open_cassette(tmp_path / "grocery.json")) == [TRUTH]


@pytest.mark.parametrize("name", ["beauty_after_a_retired_model", "book_repaired"])
def test_authored_anew_it_is_the_same(tmp_path: Path, name: str) -> None:
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
        (["faulty"], "\n- specifications.best_before_date: 'soon' is not a 'partial-date'"),
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
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str], told: str
) -> None:
    """Faults, another row than expected, too many answers, what isn't there or isn't JSON: refused, with why."""
    for name, text in {
        "good": json.dumps(TRUTH),
        "faulty": json.dumps({**TRUTH, "specifications": {"best_before_date": "soon"}}),
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


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('{"value": 340, "unit": "g"}', '{"value": 340, "unit": "g",}'), "rows/grocery.json is not JSON: "),
        (('"category": "grocery", ', ""), "rows/grocery.json lacks the category of its product"),
        (('"photo": ', '"picture": '), "rows/grocery.json lacks its photo."),
        (('"value": 1063', '"value": 63'), ", specifications.nutrition_per_100g.energy_kcal: 63 kJ and 250 kcal "),
    ],
)
def test_a_row_that_can_not_be_right_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    change: tuple[str, str],
    told: str,
) -> None:
    """A row that isn't JSON, lacks a part, or is at odds with the category's check: a sentence, and no recording."""
    rows = tmp_path / "rows"
    rows.mkdir()
    product = {
        "category": "grocery",
        "specifications": {
            "net_content": {"value": 340, "unit": "g"},
            "nutrition_per_100g": {
                "energy_kj": {"value": 1063, "unit": "kJ"},
                "energy_kcal": {"value": 250, "unit": "kcal"},
            },
        },
    }
    text = json.dumps({"photo": RECORDINGS["grocery"].photo, "product": product})
    assert change[0] in text
    (rows / "grocery.json").write_text(text.replace(*change))
    monkeypatch.setattr("tests.recordings.scenes.ROWS", rows)
    assert main(["--author", "grocery"], now=NOW, folder=tmp_path) == 1
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [rows]


def test_a_scene_of_more_than_its_row_wants_its_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
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
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answers of a recording that came from Bedrock aren't given new requests: nobody asked it those."""
    kept = json.loads((CASSETTES / "grocery.json").read_text("utf-8"))
    kept["provenance"]["source"] = "bedrock"
    (tmp_path / "grocery.json").write_text(json.dumps(kept))
    assert main(["--author", "grocery"], now=NOW, folder=tmp_path) == 1
    assert "holds Bedrock's own answers" in capsys.readouterr().err
