"""The command `review`: what a person is to look at, the least sure first."""

import io
import os
from typing import Any

import pytest
from rich.console import Console

from operate.__main__ import main
from tests.deployed import DeployedSession
from tests.wire import JAM, records
from tests.world import World

WRONG = {**JAM, "best_before_date": "soon"}


def reviewed(*arguments: str) -> tuple[int, str]:
    """The exit code and the screen of the command."""
    screen = io.StringIO()
    session = DeployedSession({}, {"product-ocr-dev-process": dict(os.environ)})
    code = main(["review", "--stage", "dev", *arguments], Console(file=screen, width=160), session)
    return code, screen.getvalue()


def read(world: World, key: str, answer: Any) -> None:
    event = world.put(key)
    world.models.answers(answer, answer)
    world.handle(event)
    world.models.forget()


def test_nothing_to_review(world: World) -> None:
    """Where all is completed it says so."""
    read(world, "grocery/good.jpg", records("grocery", JAM))
    assert reviewed() == (0, "Nothing is to be reviewed.\n")


def test_the_least_sure_comes_first(world: World) -> None:
    """Rows to review in the order of their confidence, each with what is in doubt; completed ones aren't there."""
    read(world, "grocery/good.jpg", records("grocery", JAM))
    read(world, "grocery/a date.jpg", records("grocery", WRONG))
    unclear = {name: "inferred" for name in ("net_content", "gtin", "product_name", "brand")}
    read(world, "grocery/guesswork.jpg", records("grocery", WRONG, legibility=unclear))
    read(world, "grocery/nothing.jpg", records("grocery", {}, product_name="", brand=""))
    code, screen = reviewed()
    assert code == 0
    assert "good.jpg" not in screen
    places = [screen.index(key) for key in ("nothing.jpg", "guesswork.jpg", "a date.jpg")]
    assert places == sorted(places)
    assert "Nothing on this photo could be read." in screen
    assert "best_before_date: 'soon' is not a 'partial-date'" in screen
    assert "3 of 3 to review" in screen


def test_doubt_without_a_fault_names_the_weakest_fields(world: World) -> None:
    """A row that is only unsure says how sure it should be, and of which fields it is least."""
    unclear = {name: "inferred" for name in ("net_content", "product_name", "brand")}
    read(world, "grocery/unsure.jpg", records("grocery", {"net_content": JAM["net_content"]}, legibility=unclear))
    assert world.row("grocery/unsure.jpg")["processing_status"] == "needs_review"
    _, screen = reviewed()
    assert "reviewBelow" in screen
    assert "Least sure: brand 47%, product_name 48%" in screen


def test_just_the_worst_are_shown(world: World) -> None:
    """--limit shows the worst of all, and says how many there are."""
    for number in range(3):
        read(world, f"grocery/{number}.jpg", records("grocery", WRONG, legibility={"net_content": "partial"}))
    read(world, "grocery/worst.jpg", records("grocery", {}, product_name="", brand=""))
    _, screen = reviewed("--limit", "1")
    assert "worst.jpg" in screen
    assert "0.jpg" not in screen
    assert "1 of 4 to review" in screen


def test_one_photo_does_not_fill_the_screen(world: World) -> None:
    """Of many findings the first five are shown, and how many more there are."""
    read(world, "grocery/many.jpg", records("grocery", {f"Bad Name {number}": "x" for number in range(20)}))
    _, screen = reviewed()
    assert screen.count("its name: ") == 5
    assert "... and 15 more" in screen


def test_a_row_of_an_older_version_comes_first(world: World) -> None:
    """A row without a confidence is one of which nothing is known."""
    read(world, "grocery/a date.jpg", records("grocery", WRONG))
    row = world.row("grocery/a date.jpg")
    names = ("image_id", "processing_timestamp", "processing_status", "open_status", "category")
    world.stack.table.put_item(Item={**{name: row[name] for name in names}, "image_id": "1", "source_key": "old.jpg"})
    _, screen = reviewed()
    assert screen.index("old.jpg") < screen.index("a date.jpg")


@pytest.mark.parametrize("limit", ["0", "-1", "many", "²"])
def test_a_limit_that_is_none(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A limit that is no whole number from 1 up is refused with a sentence."""
    with pytest.raises(SystemExit) as stopped:
        reviewed("--limit", limit)
    assert stopped.value.code == 2
    assert "must be a whole number from 1 up" in capsys.readouterr().err


def test_what_is_printed_can_not_steer_the_terminal(world: World) -> None:
    """Names and messages are anybody's: control characters are written out."""
    read(world, "grocery/\x1b[31mred.jpg", records("grocery", {"\x1b[2J": "x", **WRONG}))
    _, screen = reviewed()
    assert "\x1b" not in screen
