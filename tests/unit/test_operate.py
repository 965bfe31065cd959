"""The operator's command line: what it refuses and how it says so; a new category's files."""

import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from operate.__main__ import main
from operate.new_category import CategoryRefusedError, new_category
from tests.deployed import DeployedSession

NAME = "zz_kites"


def ran(arguments: Sequence[str]) -> tuple[int, str]:
    """The exit code and what stands on a screen of 200 columns."""
    console = Console(file=io.StringIO(), width=200)
    return main(list(arguments), console), console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "usage"),
    [
        (["-h"], "npm run operate -- [-h] COMMAND ..."),
        (["upload", "-h"], "npm run upload -- [-h]"),
        (["smoke", "-h"], "npm run smoke -- [-h]"),
        (["try", "-h"], "npm run operate -- try [-h]"),
        (["redrive", "-h"], "npm run operate -- redrive [-h]"),
        (["backfill", "-h"], "npm run operate -- backfill [-h]"),
        (["breaker", "-h"], "npm run operate -- breaker [-h]"),
        (["status", "-h"], "npm run operate -- status [-h]"),
        (["show", "-h"], "npm run operate -- show [-h]"),
        (["empty", "-h"], "npm run operate -- empty [-h]"),
        (["new-category", "-h"], "npm run operate -- new-category [-h]"),
        (["categories", "-h"], "npm run operate -- categories [-h]"),
    ],
)
def test_help_shows_what_to_type(arguments: list[str], usage: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command's help begins with the line that a person types, npm's two dashes included."""
    with pytest.raises(SystemExit) as left:
        main(arguments, Console(file=io.StringIO()))
    assert left.value.code == 0
    assert " ".join(capsys.readouterr().out.split()).startswith(f"usage: {usage}")


def test_a_wrong_option_is_refused_with_the_commands_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """An option that a command doesn't have: exit code 2, and what to type for that command."""
    with pytest.raises(SystemExit) as left:
        main(["try", "book", "cover.jpg", "--bedrok"], Console(file=io.StringIO()))
    assert left.value.code == 2
    said = " ".join(capsys.readouterr().err.split())
    assert said.startswith("usage: npm run operate -- try [-h]")
    assert said.endswith("unrecognized arguments: --bedrok")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "Foot-wear",
            "Category 'Foot-wear': a name is a-z, 0-9 and _, begins with a letter, at most 57 characters. "
            "How about foot_wear?",
        ),
        ("Schläger & Bälle", "How about schlager_balle?"),
        ("3d_prints", "How about d_prints?"),
        ("../x", "Category '../x': a name is a-z"),
        ("", "Category '': a name is a-z"),
        ("a" * 58, "at most 57 characters"),
        ("grocery", "There is a category grocery already (schema "),
        ("class", "class is a word of Python's: no module can be called so. Choose another name."),
        ("recordings", "There is tests/integration/test_recordings.py already: nothing was written."),
        ("product", "There is schemas/product.json already: nothing was written."),
        ("x\x1b[31m", r"Category 'x\x1b[31m': a name is a-z"),
    ],
)
def test_a_name_that_cant_be_is_refused_with_a_sentence(name: str, sentence: str) -> None:
    """A bad name, a category or a file that is there: exit code 2, and why; nothing is written."""
    code, screen = ran(["new-category", name])
    assert code == 2
    assert sentence in screen
    assert "Plugin" not in screen
    assert "\x1b" not in screen


@pytest.mark.parametrize("title", ["", " ", 'the "best"', "back\\slash", "two\nlines", "x" * 81])
def test_a_title_that_cant_be_is_refused(tmp_path: Path, title: str) -> None:
    """A title that wouldn't stand in a docstring and in one line: a sentence, and nothing is written."""
    with pytest.raises(CategoryRefusedError, match=r"^A title is one line"):
        new_category(NAME, title, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["extractors/{}.py", "tests/recordings/rows/{}.json", "prompts/{}.md"])
def test_nothing_is_written_over(tmp_path: Path, there: str) -> None:
    """One of the files is there: all are left alone, and the sentence names the one."""
    mine = tmp_path / there.format(NAME)
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(CategoryRefusedError, match=mine.name):
        new_category(NAME, None, tmp_path)
    assert [path.read_text() for path in tmp_path.rglob("*") if path.is_file()] == ["mine"]


@pytest.mark.parametrize("name", ["zz", "zz_musical_instrument", "zz_kitchen_and_garden_appliances"])
def test_the_module_fits_the_line_whatever_the_names_length(tmp_path: Path, name: str) -> None:
    """No line of the generated files is longer than the 120 characters that ruff is told."""
    files, then = new_category(name, None, tmp_path)
    texts = [(tmp_path / path).read_text(encoding="utf-8") for path in files]
    assert max(len(line) for text in texts for line in text.splitlines()) <= 120
    assert name in then


def test_a_title_stands_where_people_read_it(tmp_path: Path) -> None:
    """The title is the schema's, its first description, and the module's docstring, accents and all."""
    new_category(NAME, "Drachen & Bänder", tmp_path)
    schema = json.loads((tmp_path / "schemas" / f"{NAME}.json").read_text(encoding="utf-8"))
    assert (schema["title"], schema["description"]) == ("Drachen & Bänder", "Drachen & Bänder.")
    assert (tmp_path / "extractors" / f"{NAME}.py").read_text(encoding="utf-8").startswith('"""Drachen & Bänder."""')


def test_a_path_with_control_characters_is_written_out(tmp_path: Path) -> None:
    """The name of a file is anybody's: what a terminal would obey is shown, not sent."""
    photos = tmp_path / "red\x1b[31m"
    code, screen = ran(["upload", str(photos), "--bucket", "b"])
    assert code == 2
    assert r"red\x1b[31m" in screen
    photos.mkdir()
    (photos / "broken\x1b[31m.jpg").symlink_to("nowhere")
    code, screen = ran(["upload", str(photos), "--bucket", "b"])
    assert code == 2
    assert r"broken\x1b[31m.jpg" in screen
    assert "\x1b" not in screen


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("AccessDeniedException", "docs/runbook.md says which permissions the commands need."),
        ("ExpiredTokenException", "Sign in to AWS again, or give other credentials"),
        ("ServiceException", ""),
    ],
)
def test_what_aws_refuses_is_said_with_what_helps(code: str, hint: str) -> None:
    """AWS refuses who asks: its own words, a hint what to do, exit code 2."""

    class Refused(DeployedSession):
        def client(self, service_name: str, *_: Any, **__: Any) -> Any:
            raise ClientError({"Error": {"Code": code, "Message": "You may not."}}, service_name)

    console = Console(file=io.StringIO(), width=200)
    assert main(["status", "--stage", "dev"], console, Refused({})) == 2
    said, *hints = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert f"({code})" in said
    assert "You may not." in said
    assert "".join(hints).startswith(hint)
    assert bool(hints) == bool(hint)


def test_without_credentials_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials anywhere: a sentence, what to do, exit code 2; nothing is asked over the network."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    code, screen = ran(["redrive", "--stage", "dev"])
    assert code == 2
    assert "Give AWS credentials: aws configure, or AWS_PROFILE." in screen
