"""The command `show`: a photo by its key or image_id, what its rows say, and what a person can do next."""

import io
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from local.stack import BUCKET
from operate.__main__ import main
from operate.next_step import next_step
from pipeline.errors import Throttled
from tests.deployed import DeployedSession
from tests.wire import JAM, prose, records
from tests.world import START, World

AGE = 3 * 24 * 3600


def shown(*arguments: str) -> tuple[int, str]:
    """The exit code and the screen of the command."""
    screen = io.StringIO()
    session = DeployedSession({}, {"product-ocr-dev-process": dict(os.environ)})
    code = main(["show", *arguments, "--stage", "dev"], Console(file=screen, width=200), session)
    return code, screen.getvalue()


def read(world: World, key: str, *answers: Any) -> None:
    event = world.put(key)
    world.models.answers(*answers)
    world.handle(event)


@pytest.mark.parametrize("form", ["{key}", "s3://{bucket}/{key}", "{image_id}"])
def test_a_photo_is_found_by_any_of_its_names(world: World, form: str) -> None:
    """By key, by its address and by image_id: its row in full, with cost and what to do."""
    key = f"grocery/plum jam é {len(form)}.jpg"
    read(world, key, records("grocery", JAM))
    names = {"key": key, "bucket": BUCKET, "image_id": world.row(key)["image_id"]}
    code, screen = shown(form.format(**names))
    assert code == 0
    assert f"s3://{BUCKET}/{key}: 1 version, the newest of " in screen
    for said in ("completed", "Plum jam  [92%]", "Orchard Lane", "340 g", "2012345678903", "the newest version"):
        assert said in screen, said
    assert "1; 1 paid call, 1,000 tokens in, 100 out, $0.0045" in screen
    assert "Nothing is left to do." in screen
    assert f"backfill --stage dev --prefix '{key}' --reprocess all" in screen


def test_versions_and_readings_stand_below_each_other(world: World) -> None:
    """Of two versions the newest one's row is shown in full, the other in a line."""
    read(world, "grocery/twice.jpg", records("grocery", {"gtin": "123"}, product_name="Old"), records("grocery", {}))
    world.clock.forward(60)
    read(world, "grocery/twice.jpg", records("grocery", JAM, product_name="New"))
    code, screen = shown("grocery/twice.jpg")
    assert code == 0
    assert "2 versions" in screen
    assert screen.count("the newest version") == 1
    assert "New" in screen
    assert "Old" not in screen
    assert "Other readings:" in screen
    assert "an older version; 2 paid calls" in screen


def test_findings_are_shown(world: World) -> None:
    """What is in doubt stands with its severity and its path, and the way to read it again."""
    read(world, "grocery/a.jpg", records("grocery", {"gtin": "123"}), records("grocery", {"gtin": "123"}))
    _, screen = shown("grocery/a.jpg")
    assert "needs_review" in screen
    assert "error" in screen
    assert "gtin: " in screen
    assert "--reprocess needs_review" in screen


def test_the_row_as_it_is_stored(world: World) -> None:
    """--json gives the rows and nothing else, newest first."""
    read(world, "grocery/a.jpg", records("grocery", JAM))
    code, screen = shown("grocery/a.jpg", "--json")
    assert code == 0
    assert json.loads(screen) == [world.row("grocery/a.jpg")]


def test_a_photo_without_a_row(world: World) -> None:
    """Uploaded and never read: exit code 1, and the two commands that help."""
    world.put("grocery/new one.jpg")
    code, screen = shown("grocery/new one.jpg")
    assert code == 1
    assert "Its newest version has no row." in screen
    assert "npm run operate -- redrive --stage dev --dry-run" in screen
    assert "npm run operate -- backfill --stage dev --prefix 'grocery/new one.jpg'" in screen


@pytest.mark.parametrize("name", ["grocery/none.jpg", "5e9a7a3e-6f5c-5c3a-9d7e-6b1f0a2b3c4d", "x\x9b31m"])
def test_a_photo_that_isnt_there(name: str, world: World) -> None:  # noqa: ARG001
    """No such key and no such image_id: a sentence, exit code 1, nothing that a terminal would obey."""
    code, screen = shown(name)
    assert code == 1
    assert "there is no such object." in screen
    assert "\x9b" not in screen
    assert shown(name, "--json") == (1, "[]\n")


def test_a_deleted_photo_keeps_its_row(world: World) -> None:
    """Deleted after it was read: what was read is shown, and that the photo is gone."""
    read(world, "grocery/deleted.jpg", records("grocery", JAM))
    world.stack.s3.delete_object(Bucket=BUCKET, Key="grocery/deleted.jpg")
    code, screen = shown("grocery/deleted.jpg")
    assert code == 0
    assert "deleted on " in screen
    assert "1 older version." in screen
    assert "Plum jam" in screen


def test_what_the_model_says_is_no_terminal_command(world: World) -> None:
    """Control characters in what was read are written out, and markup is text."""
    read(world, "grocery/a.jpg", records("grocery", JAM, product_name="\x1b[31m[bold]Jam[/bold]"))
    _, screen = shown("grocery/a.jpg")
    assert "\x1b" not in screen
    assert r"\x1b[31m[bold]Jam[/bold]" in screen


def test_what_comes_next_of_a_waiting_photo(world: World) -> None:
    """Put off: when it's tried again at the latest; long overdue: where to look."""
    read(world, "grocery/a.jpg", Throttled("Bedrock says slow down."))
    row = world.row("grocery/a.jpg")
    soon = next_step(row, "dev", AGE, START + timedelta(minutes=5))
    assert soon.startswith("It's tried again by 23 Nov 2026, 12:15 UTC, and so on, until it has waited for 3 days")
    late = next_step(row, "dev", AGE, START + timedelta(hours=2))
    assert "wasn't" in late
    assert "npm run operate -- redrive --stage dev --dry-run" in late
    assert "1.5 hours" in next_step(row, "dev", 5400, START)
    assert "10 seconds" in next_step(row, "dev", 10, START)


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (0, "An invocation reads it now, until 24 Nov 2026, 09:10 UTC at the latest."),
        (15, "Its invocation was killed. Another takes it over within half an hour."),
        (60, "Its invocation was killed, and nobody has taken it over."),
    ],
)
def test_what_comes_next_of_a_photo_in_work(minutes: int, sentence: str) -> None:
    """In work, killed just now, and killed long ago, by its lease."""
    began = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    row = {"processing_status": "processing", "source_key": "a", "lease_until": began.timestamp() + 600}
    assert next_step(row, "dev", AGE, began + timedelta(minutes=minutes)).startswith(sentence)


def test_what_comes_next_of_a_failed_photo(world: World) -> None:
    """No photo: another is to be uploaded. Prose of Claude's: it may do better. Given up: redrive, by its reason."""
    world.handle(world.put("grocery/no.jpg", b"no photo"))
    assert "Upload a better photo" in shown("grocery/no.jpg")[1]
    read(world, "grocery/prose.jpg", prose("I can't."))
    assert "--prefix grocery/prose.jpg --reprocess failed" in shown("grocery/prose.jpg")[1]
    read(world, "grocery/late.jpg", Throttled("Bedrock says slow down."))
    world.clock.forward(AGE + 1)
    world.models.answers(Throttled("Bedrock says slow down."))
    world.handle_queue()
    assert "npm run operate -- redrive --stage dev --only throttled" in shown("grocery/late.jpg")[1]
