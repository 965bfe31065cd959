"""What holds however an event ends: nothing foreign is raised, no image is forgotten, no row claims what isn't so."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.deliveries import Delivery
from pipeline.errors import OcrError
from pipeline.events import Ignored, records_in
from pipeline.faults import faults_in
from tests.world import World

FINAL = {"completed", "needs_review", "failed"}
LONGEST_LINE = 30_000  # characters: a dozen fields of at most 2,000, escaped
MOST_MESSAGE_BYTES = 1024 * 1024


def handled(world: World, event: Any, *, reads: bool = True) -> list[OcrError]:
    """Hand the event to the function, hold it to the rules, and give what it raised. The world is empty before.

    `reads`: the rows are the function's own readings; an answer in a retry message is believed (docs/threat-model.md).
    """
    _empty(world)
    raised = []
    try:
        assert world.handle(event) is None
    except OcrError as error:
        raised = [error]
    except ExceptionGroup as group:
        raised = list(_leaves(group))
    _lines_are_whole(world)
    _all_have_ended(world, event, raised)
    for row in world.rows() if reads else ():
        _is_true(world, row)
    for _, _, body in world.sqs.sent:
        assert len(body.encode()) <= MOST_MESSAGE_BYTES
        assert all(isinstance(record, Delivery) for record in records_in(json.loads(body)))
    return raised


def _empty(world: World) -> None:
    for row in world.rows():
        world.stack.table.delete_item(Key={name: row[name] for name in ("image_id", "processing_timestamp")})
    world.lines.clear()
    world.sqs.sent.clear()


def _leaves(group: ExceptionGroup[Exception]) -> Iterator[OcrError]:
    for error in group.exceptions:
        if not isinstance(error, OcrError):
            raise error
        yield error


def _lines_are_whole(world: World) -> None:
    for line in world.lines:
        assert len(line.splitlines()) == 1
        assert len(line) < LONGEST_LINE
        assert isinstance(json.loads(line), dict)


def _all_have_ended(world: World, event: Any, raised: list[OcrError]) -> None:
    """Each image has one end that is told, and what is told is so."""
    records = list(records_in(event))
    told = Counter(line["image_id"] for line in world.logged("image.finished"))
    assert told == Counter(record.upload.image_id for record in records if isinstance(record, Delivery))
    assert len(world.logged("record.ignored")) == sum(isinstance(record, Ignored) for record in records)
    outcomes = Counter(line["outcome"] for line in world.logged("image.finished"))
    not_understood = len(records) - sum(told.values()) - len(world.logged("record.ignored"))
    assert len(raised) == outcomes["raised"] + not_understood
    statuses = Counter(row["processing_status"] for row in world.rows())
    assert all(outcomes[status] <= statuses[status] for status in ("completed", "needs_review"))
    assert len(world.on_queue("retry")) == outcomes["waiting"]
    assert len(world.on_queue("dead")) == outcomes["dead_lettered"]


def _is_true(world: World, row: Mapping[str, Any]) -> None:
    """A row that says `completed` holds a product that its schema finds nothing wrong with; any other says why not."""
    status = row["processing_status"]
    assert all(0 < share < 1 for share in row.get("field_confidence", {}).values())
    assert status in FINAL | {"processing", "waiting"}
    assert len(row.get("error_message", "")) <= 1_000
    assert len(row.get("findings", ())) <= 60
    if status == "completed":
        product = dict(row["product_specifications"])
        extractor = world.services.catalog[product.pop("category")]
        assert product.pop("confidence_score") == row["confidence_score"] >= world.services.settings.review_below
        assert faults_in(product, extractor) == ()
        assert any(product.get(name) for name in ("product_name", "brand", "specifications"))
        assert not [finding for finding in row["findings"] if finding["severity"] == "error"]
    elif status == "needs_review":
        unsure = row["confidence_score"] < world.services.settings.review_below
        assert unsure or [finding for finding in row["findings"] if finding["severity"] == "error"]
    else:
        assert re.fullmatch(r"[a-z_]+", row.get("error_code", "processing"))
        assert status == "processing" or row["error_message"]
