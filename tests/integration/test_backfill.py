"""The command `backfill`, end to end: objects in the bucket -> messages on the queue -> rows, each paid once."""

import json
from collections.abc import Iterator

import pytest

from tests.backfilling import Backfilling
from tests.wire import JAM, records
from tests.world import World


@pytest.fixture
def backfilling(world: World) -> Iterator[Backfilling]:
    backfilling = Backfilling(world)
    yield backfilling
    backfilling.tidy()


def keys(bodies: list[str]) -> list[str]:
    return [json.loads(body)["upload"]["key"] for body in bodies]


def test_only_what_lacks_a_row_is_sent_and_read(world: World, backfilling: Backfilling) -> None:
    """An object with a row of its version is left; one without, and one whose newest version lacks it, are read."""
    world.models.answers(records("grocery", JAM), records("grocery", JAM))
    world.handle(world.put("grocery/a-has-a-row.jpg"))
    world.handle(world.put("grocery/b-has-an-old-row.jpg"))
    world.put("grocery/b-has-an-old-row.jpg")
    world.put("grocery/c has+ë none.jpg")
    code, screen = backfilling()
    assert code == 0
    assert "1 have a row of their version" in screen
    sent = backfilling.sent()
    assert keys(sent) == ["grocery/b-has-an-old-row.jpg", "grocery/c has+ë none.jpg"]
    world.models.answers(records("grocery", JAM), records("grocery", JAM))
    backfilling.read(sent)
    assert [row["processing_status"] for row in world.rows()] == ["completed"] * 4
    assert backfilling()[0] == 0
    assert backfilling.sent() == []
