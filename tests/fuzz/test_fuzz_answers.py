"""Answers: whatever the model says, the row is valid or says what isn't, and is paid for at most three times."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.answers import parsed
from pipeline.errors import AnswerUnusable
from pipeline.fields import dotted, fields_of
from tests.fuzz.endings import handled
from tests.fuzz.profiles import fuzzed
from tests.fuzz.strategies import ANYTHING, JSON, TEXT, almost
from tests.wire import JAM, calls, chooses, message, records
from tests.world import World

# One example of each kind of value that schemas know: quantities, codes, dates, lists, tables.
GROCERY = {
    **JAM,
    "ingredients": "plums, sugar",
    "allergens": ["nuts"],
    "best_before": "2027-05",
    "country_of_origin": "GB",
    "serving_size": {"value": 15, "unit": "g"},
}
TYRE = {"tyre_size": "205/55 R16 91V", "load_index": 91, "viscosity": "5W-30"}
ANSWERS: dict[str, Any] = {
    "grocery": records("grocery", GROCERY),
    "automotive": records("automotive", TYRE),
    "book": records("book", {"isbn": "9783161484100", "authors": ["A. Author"]}),
    "inbox": chooses("grocery"),
}


def _asked(world: World, folder: str, *answers: Any) -> None:
    """One photo in this folder, and these answers; the last of them as often as it's asked for."""
    world.models.forget()
    world.models.requests.clear()
    event = world.put(f"{folder}/jam.jpg")
    world.models.answers(*answers, *[answers[-1]] * 3)
    raised = handled(world, event)
    assert raised == []
    [row] = world.rows()
    assert row["processing_status"] in ("completed", "needs_review", "failed")
    assert len(world.models.requests) == row["usage"]["paid_calls"] <= 3
    assert len(json.dumps(row)) < 400_000
    held = {dotted(path) for path in fields_of(row.get("product_specifications", {}))}
    assert held >= row.get("field_confidence", {}).keys() >= row.get("field_sources", {}).keys()
    for request in world.models.requests:
        json.dumps(request).encode("utf-8", "strict")


@pytest.mark.parametrize("folder", ANSWERS)
@fuzzed(25)
@given(data=st.data())
def test_an_answer_that_is_almost_right(world: World, folder: str, data: st.DataObject) -> None:
    """A message with values replaced, missing or twice, and such a one for its repair, still ends as a true row."""
    wrong = almost(ANSWERS[folder], edits=4)
    _asked(world, folder, data.draw(wrong), data.draw(wrong), data.draw(almost(ANSWERS["grocery"])))


@fuzzed(25)
@given(first=ANYTHING, second=ANYTHING)
def test_any_tool_input(world: World, first: Any, second: Any) -> None:
    """Any JSON as the tool's input, and any other as its repair."""
    _asked(world, "grocery", calls("record_grocery", first), calls("record_grocery", second))


@fuzzed(40)
@given(specifications=st.dictionaries(TEXT | st.sampled_from(list(GROCERY)), ANYTHING, max_size=8))
@example(specifications={"net_content": {"value": 10**400, "unit": "g"}})
def test_any_specifications(world: World, specifications: dict[str, Any]) -> None:
    """Any values under any names, those of the schema among them."""
    _asked(world, "grocery", records("grocery", specifications), records("grocery"))


@fuzzed(25)
@given(content=st.lists(ANYTHING, max_size=3), rest=st.dictionaries(TEXT, JSON, max_size=3), usage=ANYTHING)
def test_any_message(world: World, content: list[Any], rest: dict[str, Any], usage: Any) -> None:
    """A message whose content, usage and everything else is any JSON."""
    _asked(world, "grocery", {**message(content), "usage": usage, **rest})


@pytest.mark.parametrize("count", [10**40, 10**400, -1, 1.5, "7", True, None, [1]], ids=lambda count: str(count)[:9])
def test_tokens_that_cannot_be(world: World, count: object) -> None:
    """A token count that is no count, or absurd, costs neither the answer nor the row."""
    answer = records("grocery", JAM)
    answer["usage"] |= {"output_tokens": count}
    _asked(world, "grocery", answer)
    assert world.row("grocery/jam.jpg")["processing_status"] == "completed"


@fuzzed(100)
@given(
    body=st.binary(max_size=60)
    | (JSON.filter(lambda value: not isinstance(value, dict)).map(json.dumps).map(str.encode))
)
@example(body=b"[" * 100_000)
@example(body=b'{"a":' * 50_000)
@example(body=b"9" * 100_000)
@example(body=b"\xff\xfe{")
def test_a_body_that_is_no_object(body: bytes) -> None:
    """Bytes that are no JSON object are an answer that can't be used, in a sentence; nothing else is raised."""
    with pytest.raises(AnswerUnusable, match="The model's answer is not ") as refused:
        parsed(body)
    assert refused.value.code == "malformed_answer"
