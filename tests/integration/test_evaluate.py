"""The commands `evaluate` and `requests`: labelled photos through the whole pipeline, held against their truth."""

import base64
import io
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from operate.__main__ import main
from operate.evaluation import page, results
from pipeline.catalog import load_catalog
from pipeline.images import prepare, thumbnail
from pipeline.plugins import load_plugins
from pipeline.requests import choose_request, read_request
from tests.pictures import corners, encoded

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
TRUTH: dict[str, Any] = {
    Path(entry["file"]).stem: entry for entry in json.loads((SAMPLES / "truth.json").read_text("utf-8"))
}
GRANOLA, CANDLE = TRUTH["granola"], TRUTH["candle"]


def run(*arguments: object) -> tuple[int, str]:
    """The exit code and the screen of `python -m operate ARGUMENTS`."""
    shown = io.StringIO()
    code = main([str(argument) for argument in arguments], Console(file=shown, width=100))
    return code, shown.getvalue()


def put(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def figures(out: Path) -> Any:
    return json.loads((out / results.FILE).read_text(encoding="utf-8"))


def outcomes(out: Path, file: str) -> dict[str, str]:
    """How each field of a photo ended, by its name."""
    (photo,) = (photo for photo in figures(out)["photos"] if photo["file"] == file)
    return {field["path"].removeprefix("specifications."): field["outcome"] for field in photo["fields"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two labelled photos, one of them in a folder that is named like a category; one photo that has no label."""
    folder = tmp_path / "photos"
    (folder / "book").mkdir(parents=True)
    (folder / "jam.jpg").write_bytes(encoded(corners(), "JPEG"))
    (folder / "book" / "tea.png").write_bytes(encoded(corners(900, 700), "PNG"))
    (folder / "other.jpg").write_bytes(encoded(corners(300, 300), "JPEG"))
    jam = {"net_weight_g": 340, "allergens": ["milk", "soya"], "best_before": "DEC 2027", "recipe": "secret"}
    tea = {"file": "book/tea.png", "category": "beverage", "brand": "Teehaus", "strings": ["Since 1898"]}
    put(folder / "truth.json", [{"file": "jam.jpg", "category": "grocery", "specifications": jam}, tea])
    return folder


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A model's answers to both: the jam's with its category, the tea's without."""
    folder = tmp_path / "answers"
    jam: Mapping[str, Any] = {
        "net_content": {"value": 0.34, "unit": "kg"},
        "allergens": ["Soya", "nuts"],
        "best_before_date": "2026-12",
        "url": "www.invented.example",
    }
    said = {"specifications": jam}
    put(folder / "jam.jpg.json", {"category": "grocery", "input": said})
    tea = {"brand": "Teehaus", "product_name": "Since 1898", "specifications": {}}
    put(folder / "book" / "tea.png.json", tea)
    return folder


def test_answers_from_files_are_measured(folder: Path, answers: Path, tmp_path: Path) -> None:
    """Through the whole pipeline: each outcome, figures as counted by hand, what was not compared, rows and a page."""
    out = tmp_path / "out"
    code, shown = run("evaluate", folder, "--reader", f"answers={answers}", "--out", out)
    assert code == 0
    assert outcomes(out, "jam.jpg") == {
        "net_content": "right",
        "allergens": "partial",
        "best_before_date": "near",
        "url": "unsupported",
    }
    assert outcomes(out, "book/tea.png") == {"brand": "right", "product_name": "unnamed"}
    found = figures(out)["figures"]
    # Right: 340 g, soya, Teehaus. Given: these, nuts, and the date. Printed: these, milk, and the date.
    assert (found["overall"]["right"], found["overall"]["given"], found["overall"]["named"]) == (3, 5, 5)
    assert found["overall"]["precision"] == pytest.approx(3 / 5)
    assert found["by_category"]["beverage"]["f1"] == 1.0
    assert found["by_attribute"]["specifications.allergens"]["precision"] == pytest.approx(1 / 2)
    # The jam's category is the model's; the tea's was told, and its folder's name chose nothing.
    assert (found["categories"]["chosen"], found["categories"]["accuracy"]) == (1, 1.0)
    assert [photo["category_read"] for photo in figures(out)["photos"]] == ["grocery", "beverage"]
    # Net content and brand are right; the list with nuts and the date are not.
    assert (found["confidence"]["fields"]["count"], found["confidence"]["fields"]["right"]) == (4, 2)
    assert found["values_with_own_confidence"] == 4
    assert found["unmapped"] == {"grocery: recipe": 1}
    assert found["effort"]["calls"] == 2
    assert "1 photo of the folder that the truth doesn't name: not read" in shown
    assert "grocery: recipe" in shown
    assert "1 value that the truth neither names nor bears out" in shown
    table = shown[shown.index("Category ") : shown.index("2 photos read by")]
    assert max(map(len, table.splitlines())) <= 80
    rows = [json.loads(line) for line in (out / "specifications.jsonl").read_text("utf-8").splitlines()]
    assert {row["model_id"] for row in rows} == {"answers"}
    assert "jam.jpg" in (out / page.FILE).read_text(encoding="utf-8")


def test_a_sample_answered_by_its_own_truth_is_right(tmp_path: Path) -> None:
    """The project's granola: all of it is right; with one digit and one name changed, just these are wrong."""
    photos, answers, out = tmp_path / "photos", tmp_path / "answers", tmp_path / "out"
    photos.mkdir()
    shutil.copy(SAMPLES / "photos" / GRANOLA["file"], photos)
    put(photos / "truth.json", [{**GRANOLA, "complete": True}])
    product = {name: GRANOLA[name] for name in ("product_name", "brand", "specifications")}
    put(answers / f"{GRANOLA['file']}.json", product)
    assert run("evaluate", photos, "--reader", f"answers={answers}", "--out", out)[0] == 0
    assert set(outcomes(out, GRANOLA["file"]).values()) == {"right"}
    wrong = {**GRANOLA["specifications"], "net_content": {"value": 501, "unit": "kg"}, "warranty": "two years"}
    put(answers / f"{GRANOLA['file']}.json", {**product, "brand": "ACME", "specifications": wrong})
    again = tmp_path / "again"
    code, shown = run("evaluate", photos, "--reader", f"answers={answers}", "--out", again, "--against", out)
    found = outcomes(again, GRANOLA["file"])
    assert {name for name, outcome in found.items() if outcome != "right"} == {"brand", "net_content", "warranty"}
    assert (found["brand"], found["net_content"], found["warranty"]) == ("wrong", "wrong", "unsupported")
    assert code == 0
    assert "0 became right, 2 were lost" in shown
    assert f"{GRANOLA['file']}: -brand, -net_content" in shown
    assert figures(again)["figures"]["against"]["changes"][0]["lost"] == ["brand", "specifications.net_content"]


def test_a_repair_turn_is_answered(folder: Path, answers: Path, tmp_path: Path) -> None:
    """An answer with a fault is asked about again: by its repair's file, without one the same answer comes again."""
    faulty = {"specifications": {"net_content": {"value": 340, "unit": "grams"}}}
    put(answers / "jam.jpg.json", faulty)
    assert run("evaluate", folder, "--reader", f"answers={answers}", "--out", tmp_path / "a")[0] == 0
    assert outcomes(tmp_path / "a", "jam.jpg")["net_content"] == "wrong"
    mended = {"specifications": {"net_content": {"value": 340, "unit": "g"}}}
    put(answers / "jam.jpg.repair.json", mended)
    assert run("evaluate", folder, "--reader", f"answers={answers}", "--out", tmp_path / "b")[0] == 0
    assert outcomes(tmp_path / "b", "jam.jpg")["net_content"] == "right"
    status = {photo["file"]: photo["status"] for photo in figures(tmp_path / "a")["photos"]}
    assert status["jam.jpg"] == "needs_review"


def test_what_is_left_out_is_said(folder: Path, answers: Path, tmp_path: Path) -> None:
    """A photo without an answer, and one that the truth names and isn't there, are named; the rest is measured."""
    (answers / "book" / "tea.png.json").unlink()
    entries = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    put(folder / "truth.json", [*entries, {"file": "gone.jpg", "category": "book"}])
    code, shown = run("evaluate", folder, "--reader", f"answers={answers}", "--out", tmp_path / "out")
    assert code == 0
    assert figures(tmp_path / "out")["left_out"] == {
        "gone.jpg": "it isn't in the folder",
        "book/tea.png": "there is no answer to it",
    }
    assert "gone.jpg (it isn't in the folder)" in shown
    assert "1 photo read by" in shown


def test_the_offline_reader_reads_and_chooses(tmp_path: Path) -> None:
    """A sample, made small, with its real OCR: a category of its own choice, and nothing invented."""
    photos, out = tmp_path / "photos", tmp_path / "out"
    photos.mkdir()
    small = thumbnail(prepare((SAMPLES / "photos" / CANDLE["file"]).read_bytes()))
    (photos / CANDLE["file"]).write_bytes(small.data)
    put(photos / "truth.json", [CANDLE])
    code, shown = run("evaluate", photos, "--complete", "--out", out)
    assert code == 0
    assert "Category: 100% of 1 right" in shown
    found = figures(out)["figures"]["overall"]
    assert found["right"] > 2
    assert found["invented"] == found["unsupported"] == 0


def test_hostile_answers_are_escaped(folder: Path, answers: Path, tmp_path: Path) -> None:
    """Names of files and what a model says can't become markup of the page, or orders to the terminal."""
    name = "<img src=x onerror=alert(1)>[red]\x1b[2J.jpg"
    (folder / "jam.jpg").rename(folder / name)
    script = "<script>alert(1)</script>"
    put(folder / "truth.json", [{"file": name, "category": "grocery", "brand": script, "specifications": {script: 1}}])
    said = {"product_name": script, "brand": f"{script}!", "specifications": {}}
    put(answers / f"{name}.json", said)
    out = tmp_path / "out"
    code, shown = run("evaluate", folder, "--reader", f"answers={answers}", "--out", out)
    assert code == 0
    written = (out / page.FILE).read_text(encoding="utf-8")
    assert "<script" not in written
    assert "<img src=x" not in written
    assert "&lt;script&gt;alert(1)&lt;/script&gt;!" in written
    assert "\x1b" not in shown
    assert "http" not in written.replace("https://", "")  # nothing is fetched from anywhere


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda folder, _: (folder / "truth.json").unlink(), "truth.json"),
        (lambda folder, _: (folder / "truth.json").write_text("nonsense"), "is not JSON"),
        (lambda folder, _: put(folder / "truth.json", [{"file": "x.jpg", "category": "book"}]), "None of the photos"),
        (lambda _, answers: (answers / "jam.jpg.json").write_text("{"), "jam.jpg.json is not JSON"),
        (lambda _, answers: put(answers / "jam.jpg.json", []), "has to hold one object"),
        (lambda _, answers: put(answers / "jam.jpg.json", {"input": 1}), "wants a text and an object"),
        (lambda _, answers: put(answers / "jam.jpg.repair.json", 1), "has to hold one object"),
        (lambda _, answers: shutil.rmtree(answers), "There is no folder"),
        (lambda _, answers: [path.unlink() for path in answers.rglob("*.json")], "no answer to any"),
        (lambda folder, _: shutil.copy(folder / "jam.jpg", folder / "book" / "tea.png"), "are the same picture"),
    ],
)
def test_what_cannot_be_used_is_said(folder: Path, answers: Path, tmp_path: Path, break_it: Any, says: str) -> None:
    """A truth or answers that are missing or broken end the command with a sentence, before anything is read."""
    break_it(folder, answers)
    code, shown = run("evaluate", folder, "--reader", f"answers={answers}", "--out", tmp_path / "out")
    assert code == 2
    assert says in shown.replace("\n", " ")
    assert not (tmp_path / "out").exists()


def test_a_wrong_reader_or_earlier_run_is_said(folder: Path, tmp_path: Path) -> None:
    """--reader has three values; --with-ocr none of OCR's own; --against wants a folder with results of this form."""
    assert "there are offline, bedrock and answers=FOLDER" in run("evaluate", folder, "--reader", "gpt")[1]
    assert "can't bear itself out" in run("evaluate", folder, "--with-ocr")[1]
    assert "--against wants the --out" in run("evaluate", folder, "--against", tmp_path)[1]
    for content in ("[]", "{", '{"version": 1}', '{"version": 0}'):
        (tmp_path / results.FILE).write_text(content)
        code, shown = run("evaluate", folder, "--against", tmp_path)
        assert code == 2
        assert results.FILE in shown


def test_requests_are_those_of_the_pipeline(folder: Path, tmp_path: Path) -> None:
    """For each photo the very bodies that Bedrock would be sent, and the picture in them; the category by the truth."""
    out = tmp_path / "out"
    code, shown = run("requests", folder, "--out", out)
    assert code == 0
    catalog = load_catalog(load_plugins())
    image = prepare((folder / "book" / "tea.png").read_bytes())
    written = json.loads((out / "book" / "tea.png.request.json").read_text(encoding="utf-8"))
    assert written == read_request(image, catalog["beverage"], prompt_caching=True)
    choose = json.loads((out / "jam.jpg.choose.json").read_text(encoding="utf-8"))
    assert choose == choose_request(prepare((folder / "jam.jpg").read_bytes()), catalog)
    picture = written["messages"][0]["content"][0]["source"]["data"]
    assert (out / "book" / "tea.png.prepared.png").read_bytes() == base64.b64decode(picture)
    # Nobody says what the third photo is of.
    assert (out / "other.jpg.choose.json").is_file()
    assert not (out / "other.jpg.request.json").exists()
    assert "Of 1 photo the category isn't known" in shown
    assert "other.jpg" in shown


def test_requests_of_one_category(folder: Path, tmp_path: Path) -> None:
    """--category is for all photos; what can't be prepared is said, and a category that isn't there is refused."""
    (folder / "broken.png").write_text("not a photo")
    code, shown = run("requests", folder, "--category", "toys", "--out", tmp_path / "out")
    assert code == 1
    assert "broken.png:" in shown
    request = json.loads((tmp_path / "out" / "other.jpg.request.json").read_text(encoding="utf-8"))
    assert request["tools"][0]["name"] == "record_toys"
    assert run("requests", folder, "--category", "boats", "--out", tmp_path / "out")[0] == 2
    (tmp_path / "empty").mkdir()
    assert run("requests", tmp_path / "empty", "--out", tmp_path / "out")[0] == 2


def test_bedrock_wants_credentials(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real Claude is only asked with AWS credentials; without them nothing is read, and the sentence says so."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    code, shown = run("evaluate", folder, "--reader", "bedrock", "--out", tmp_path / "out")
    assert code == 2
    assert "there are no AWS credentials" in shown.replace("\n", " ")
    assert not (tmp_path / "out").exists()
