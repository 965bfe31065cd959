"""The command `try`: what a person sees of one photo's way through one category."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local.emulator import BedrockEmulator
from operate.__main__ import main
from operate.estimate import Estimate
from operate.trying import try_photo
from pipeline.catalog import Catalog, load_catalog
from pipeline.images import prepare
from pipeline.plugins import load_plugins
from pipeline.requests import read_request
from tests.pictures import corners, encoded

FAULTY = {
    "product_name": "Granola",
    "specifications": {
        "net_content": {"value": 500, "unit": "grams"},
        "gtin": "2400173551022",
        "serving_hint": "with \x1b[31mmilk",
        "nutrition_per_100g": {
            "energy_kj": {"value": 100, "unit": "kJ"},
            "energy_kcal": {"value": 447, "unit": "kcal"},
        },
    },
}
MENDED = {"specifications": {"net_content": {"value": 500, "unit": "g"}}}
GOOD = {"product_name": "Granola", "specifications": {"gtin": "2400173551022"}}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(load_plugins())


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "granola.jpg"
    path.write_bytes(encoded(corners(560, 280), "JPEG"))
    return path


def tried(photo: Path, *answers: Mapping[str, Any] | str, width: int = 80) -> tuple[int, str]:
    """The exit code and the screen when the model records these, in turn; a text is an answer in prose."""
    left = list(answers)

    def answer(request: Mapping[str, Any]) -> Mapping[str, Any]:
        said = left.pop(0)
        if isinstance(said, str):
            return {"content": [{"type": "text", "text": said}], "stop_reason": "end_turn"}
        return {"content": [{"type": "tool_use", "name": request["tools"][0]["name"], "input": said}]}

    console = Console(file=io.StringIO(), width=width)
    code = try_photo(
        "grocery", photo, console, bedrock=False, ask=lambda _: "", emulator=lambda: BedrockEmulator(answer)
    )
    assert not left
    return code, console.file.getvalue()  # type: ignore[attr-defined]


def asked(*arguments: str, answer: str = "") -> tuple[int, str, list[str]]:
    """The exit code, the screen and the questions of a command line; each question gets this answer."""
    questions: list[str] = []
    console = Console(file=io.StringIO(), width=80)
    code = main(["try", *arguments], console, ask=lambda question: (questions.append(question), answer)[1])
    return code, console.file.getvalue(), questions  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [80, 140])
def test_request_answer_and_findings_are_shown(photo: Path, catalog: Catalog, width: int) -> None:
    """A good answer: picture as sent, tool, tokens, price, version, each value, what is missing; no line too long."""
    code, screen = tried(photo, GOOD, width=width)
    assert code == 0
    for said in ("560 x 280 px", "record_grocery", "200 of photo", "about $0.0", catalog["grocery"].version):
        assert said in screen
    for said in ("Granola", "2400173551022", "no findings", "Not given", "net_content", "completed", "nothing paid"):
        assert said in screen
    assert max(map(len, screen.splitlines()[1:])) <= width  # the path, to be copied, stands in one line


def test_the_picture_is_the_one_that_is_sent(photo: Path) -> None:
    """A photo larger than the model uses: the size as sent, and that of the file that it was made from."""
    photo.write_bytes(large := encoded(corners(3136, 1568), "JPEG"))
    _, screen = tried(photo, GOOD, width=100)
    shown = " ".join(screen.replace("│", " ").split())
    assert "1568 x 784 px, image/jpeg," in shown
    assert f"made from a file of {-(-len(large) // 1000)} kB" in shown


def test_a_finding_stands_beside_what_it_is_about(photo: Path) -> None:
    """Faults of the first answer, what the repair turn gave, and what a check finds, each in its property's line."""
    energies = {"nutrition_per_100g": FAULTY["specifications"]["nutrition_per_100g"]}  # read so again
    insisting = {"specifications": {**MENDED["specifications"], **energies}}
    code, screen = tried(photo, FAULTY, insisting, width=200)
    assert code == 0
    lines = screen.splitlines()
    first, again, row = (
        next(number for number, line in enumerate(lines) if heading in line)
        for heading in ("First answer", "What the repair turn gave", "The row")
    )
    [faulty] = [line for line in lines[first:again] if " net_content" in line]
    assert "500 grams" in faulty
    assert "error: unit: 'grams' is not one of" in faulty
    [mended] = [line for line in lines[again:row] if " net_content" in line]
    assert "500 g " in mended
    [energy] = [line for line in lines[row:] if " energy_kj" in line]
    assert "100 kJ" in energy
    assert "error: 100 kJ and 447 kcal" in energy
    assert "needs_review, 1 error" in screen


def test_a_name_of_the_models_own_is_marked_and_harmless(photo: Path) -> None:
    """What no schema foresees is shown as such, and what a terminal would obey is written out."""
    _, screen = tried(photo, FAULTY, MENDED, width=200)
    assert "\x1b" not in screen
    [own] = [line for line in screen.partition("The row")[2].splitlines() if "serving_hint" in line]
    assert r"with \x1b[31mmilk" in own
    assert "not in the schema" in own


def test_a_repair_that_gives_nothing_leaves_the_first_answer(photo: Path) -> None:
    """A repair turn answered in prose: it is said, and the row has the first answer with its faults."""
    code, screen = tried(photo, FAULTY, "I can't.")
    assert code == 0
    assert "The repair turn gave nothing that can be used." in screen
    assert "500 grams" in screen.partition("The row")[2]


def test_an_unusable_answer_fails_as_it_would_in_the_service(photo: Path) -> None:
    """An answer in prose: the row's status, code and sentence, and exit code 1."""
    code, screen = tried(photo, "It is granola.")
    assert code == 1
    assert "failed (no_tool_call): The model recorded nothing" in screen
    assert "It is granola." in screen


@pytest.mark.parametrize(
    ("category", "name", "sentence"),
    [
        ("grocary", "granola.jpg", "There is no category 'grocary'. Is grocery meant? There are "),
        ("Grocery", "granola.jpg", "There is no category 'Grocery'. Is grocery meant? There are "),
        ("zzz", "granola.jpg", "There is no category 'zzz'. There are "),
        ("grocery", "jam.jpg", "jam.jpg can't be read: No such file or directory."),
        ("grocery", ".", "can't be read: Is a directory."),
        ("grocery", "notes.jpg", "its row would be failed (not_an_image). The object is not an image"),
        ("grocery", "bad\x1b[31m.jpg", r"bad\x1b[31m.jpg can't be read"),
    ],
)
def test_what_cant_be_tried_is_refused_with_a_sentence(photo: Path, category: str, name: str, sentence: str) -> None:
    """A category or a photo that isn't there, and a file that is no photo: exit code 2, and why."""
    (photo.parent / "notes.jpg").write_text("milk, eggs")
    code, screen, _ = asked(category, str(photo.parent / name))
    assert code == 2
    assert sentence in screen.replace("\n", " ").replace("  ", " ")


def test_a_category_behind_the_photo_is_put_right(photo: Path) -> None:
    """The two arguments the other way round: exit code 2, and the line to type."""
    code, screen, _ = asked(str(photo), "grocery")
    assert code == 2
    assert f"The category comes first, then the photo: npm run operate -- try grocery {photo}" in screen


def test_the_real_claude_wants_credentials(photo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without AWS credentials --bedrock is refused, with what to do, before any question."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    code, screen, questions = asked("grocery", str(photo), "--bedrock")
    assert (code, questions) == (2, [])
    assert "there are no AWS credentials" in screen


def test_what_it_costs_is_said_before_it_is_paid(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With credentials the price and the model stand in a question; without a y nothing is asked of the model."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("MODELS", "global.anthropic.claude-sonnet-4-6,some.model-without-a-price")
    code, screen, [question] = asked("grocery", str(photo), "--bedrock", answer="n")
    assert code == 1
    assert "about $0.0" in question
    assert "global.anthropic.claude-sonnet-4-6" in question
    assert "unknown price, with some.model-without-a-price" in question
    assert "Nothing was asked, and nothing was paid." in screen


def test_an_estimate_is_priced_as_the_service_prices_usage(catalog: Catalog) -> None:
    """200 tokens of photo and the answer at list price; the prompt dearer when written to the cache, cheap from it."""
    image = prepare(encoded(corners(560, 280), "JPEG"))
    estimate = Estimate.of(read_request(image, catalog["grocery"], prompt_caching=True), image)
    assert estimate.photo == 20 * 10
    assert 3_000 < estimate.prompt < 8_000
    rest = 3 * 200 + 15 * 600
    model = "global.anthropic.claude-sonnet-4-6"
    priced = [estimate.dollars(model), estimate.dollars(model, cached=True), estimate.dollars(model, caching=False)]
    expected = [rest + factor * 3 * estimate.prompt for factor in (1.25, 0.1, 1)]
    assert priced == pytest.approx([dollars / 1_000_000 for dollars in expected], abs=1e-6)
    assert estimate.dollars("some.model-without-a-price") is None
