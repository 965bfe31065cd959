"""Judging a model's answer: every fault found and said, nothing bent, and the better of two answers kept."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.answers import parsed, recorded, tool_input
from pipeline.catalog import load_catalog
from pipeline.errors import AnswerUnusable
from pipeline.examining import Examination
from pipeline.faults import faults_in
from pipeline.plugins import load_plugins
from pipeline.repairing import mended as better_of
from tests.wire import JAM, calls, prose, records

CATALOG = load_catalog(load_plugins())
GROCERY = CATALOG["grocery"]
EXAMINATION = Examination(GROCERY)
ENVELOPE = "product_name, brand, specifications, other_category, legibility"

ANY_CHARACTER = st.characters(exclude_categories=())  # lone surrogates, too
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(ANY_CHARACTER),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(ANY_CHARACTER), below, max_size=4),
    max_leaves=20,
)


def wire(message):
    """The message as Bedrock's bytes; json writes NaN and lone surrogates as a careless server may."""
    return json.dumps(message).encode()


def reading(specifications=None, stop_reason="tool_use", **envelope):
    return EXAMINATION.reading(parsed(wire(records("grocery", specifications, stop_reason, **envelope))))


def paths(faults):
    return {fault["path"] for fault in faults}


def code_of(message):
    with pytest.raises(AnswerUnusable) as caught:
        EXAMINATION.reading(message)
    assert str(caught.value).endswith((".", "'", '"'))
    return caught.value.code


def test_a_good_answer_has_no_fault():
    """What fits the schema is taken as it is."""
    good = reading(JAM)
    assert good.faults == ()
    assert good.product["specifications"] == JAM
    assert (good.truncated, good.tool_use["id"]) == (False, "toolu_bdrk_01Authored")


def test_an_empty_reading_is_valid():
    """Abstaining is allowed: an answer with nothing in it has no fault."""
    message = calls("record_grocery", {"specifications": {}})
    assert EXAMINATION.reading(message).faults == ()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not JSON"),
        (b"<html>502</html>", "not JSON"),
        (b'{"content": [', "not JSON"),
        (b"\xff\xfe\xfa", "not JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b'"prose"', "not a JSON object"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "not JSON"),
    ],
)
def test_a_body_that_is_no_message_is_malformed(body, says):
    """A body that isn't a JSON object ends as a malformed answer, with a sentence."""
    with pytest.raises(AnswerUnusable, match=says) as caught:
        parsed(body)
    assert caught.value.code == "malformed_answer"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_what_is_no_number_is_a_fault(number):
    """NaN, Infinity and their like never pass for a number, nor break what comes after."""
    body = wire(records("grocery", {"net_content": {"value": 1, "unit": "g"}})).replace(b'"value": 1', b'"value": %b')
    faulty = EXAMINATION.reading(parsed(body % number.encode()))
    assert paths(faulty.faults) == {"specifications.net_content.value"}
    json.dumps(faulty.tool_use, allow_nan=False)


@given(json_values)
def test_whatever_is_recorded_can_be_sent_on(value):
    """Of whatever JSON a model answers, a tool call is plain JSON in plain UTF-8: it can be repeated and stored."""
    call, given = tool_input(parsed(wire(calls("record_grocery", {"specifications": value}))), "record_grocery")
    again = json.dumps(call, allow_nan=False, ensure_ascii=False).encode("utf-8")
    assert json.loads(again)["input"] == given


def test_half_a_character_is_replaced():
    """A lone surrogate, in a name or a value, becomes a question mark; a whole pair stays the character it is."""
    body = wire(records("grocery", {"color": "SMILE"}, brand="NAME")).replace(b"SMILE", rb"\ud83d\ude00")
    found = EXAMINATION.reading(parsed(body.replace(b"NAME", rb"\ud800x")))
    assert found.product["specifications"] == {"color": "😀"}
    assert found.product["brand"] == "?x"


def test_a_value_without_bottom_is_cut():
    """What is nested deeper than any product is cut, and a fault: nothing later breaks at storing it or sending it."""
    deep = {}
    for _ in range(400):
        deep = {"a": deep}
    found = reading({**JAM, "deep": deep})
    assert "specifications.deep.a" in paths(found.faults)
    assert found.product["specifications"]["net_content"] == JAM["net_content"]
    assert json.dumps(found.tool_use).count("{") < 40


@given(st.dictionaries(st.text(ANY_CHARACTER), json_values))
def test_whatever_is_recorded_is_judged(value):
    """Whatever object stands where the product should, its faults are found: two required fields are missing."""
    found = EXAMINATION.reading(parsed(wire(calls("record_grocery", value))))
    assert found.faults
    assert all(set(fault) == {"path", "message", "severity"} for fault in found.faults)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (prose("I see a jar of jam."), "no_tool_call"),
        (prose("", stop_reason="max_tokens"), "truncated"),
        (prose("I can't help with that.", stop_reason="refusal"), "refused"),
        (records("grocery", JAM, stop_reason="refusal"), "refused"),
        (records("book", JAM), "wrong_tool"),
        (calls("record_grocery", "a jar of jam"), "malformed_answer"),
        (calls("record_grocery", None), "malformed_answer"),
        ({"content": [{"type": "tool_use", "name": "record_grocery", "input": {}}]}, "malformed_answer"),
        ({"content": "prose"}, "no_tool_call"),
        ({"content": [None, "x", 3]}, "no_tool_call"),
        ({}, "no_tool_call"),
        ({"message": "Internal error"}, "no_tool_call"),
    ],
)
def test_each_answer_without_a_record_has_its_own_code(message, code):
    """Prose, a refusal, a cut-off, the wrong tool and a broken call are told apart."""
    assert code_of(message) == code


@pytest.mark.parametrize("message", [prose("blah " * 100_000), calls("x" * 100_000, {}), prose("", "y" * 100_000)])
def test_a_reason_stays_short(message):
    """However much the model writes, the sentence that goes on the row fits a row."""
    with pytest.raises(AnswerUnusable) as caught:
        tool_input(message, "record_grocery")
    assert len(str(caught.value)) < 500


def test_a_cut_off_record_is_kept_and_marked():
    """What was recorded before the tokens ran out is read, and said to be cut off."""
    assert reading(JAM, stop_reason="max_tokens").truncated
    assert reading(JAM, stop_reason="model_context_window_exceeded").truncated


@pytest.mark.parametrize(
    ("specifications", "path"),
    [
        ({"gtin": "2012345678904"}, "specifications.gtin"),  # the check digit
        ({"gtin": 2012345678903}, "specifications.gtin"),
        ({"net_content": {"value": 340, "unit": "grams"}}, "specifications.net_content.unit"),
        ({"net_content": {"value": -1, "unit": "g"}}, "specifications.net_content.value"),
        ({"net_content": {"value": 340}}, "specifications.net_content"),
        ({"net_content": {"value": 340, "unit": "g", "about": "yes"}}, "specifications.net_content.about"),
        ({"best_before_date": "2026-13"}, "specifications.best_before_date"),
        ({"best_before_date": None}, "specifications.best_before_date"),
        ({"country_of_origin": "Germany"}, "specifications.country_of_origin"),
        ({"Net Weight (approx.)": "340 g"}, "specifications.Net Weight (approx.)"),
        ({"shelf": {"row": 3}}, "specifications.shelf"),
        ("nothing", "specifications"),
        (["jam"], "specifications"),
    ],
)
def test_a_fault_names_its_field(specifications, path):
    """Each fault says by its path which field has to be mended."""
    faults = reading(specifications).faults
    assert path in paths(faults)
    assert all(found["severity"] == "error" and found["message"] for found in faults)


def test_all_faults_are_found_at_once():
    """One repair turn can hand all of them back: none hides behind another."""
    faulty = reading({"gtin": "1", "best_before_date": "soon"}, brand="N/A", other_category=7)
    expected = {"specifications.gtin", "specifications.best_before_date", "brand", "other_category"}
    assert paths(faulty.faults) == expected


def test_a_field_beside_the_envelope_is_told_what_there_is():
    """A property put a level too high is a fault of its own that says which fields there are."""
    [found] = reading({}, gtin="2012345678903").faults
    assert (found["path"], ENVELOPE in found["message"]) == ("gtin", True)


@pytest.mark.parametrize("word", ["N/A", "n/a", "unknown", " Unknown. ", "not visible", "-", "???", "null", "TBD"])
def test_a_word_for_unknown_is_no_value(word):
    """Unknown is absent: a word that stands for it is a fault, wherever it stands."""
    faults = reading({"ingredients": word, "own": {"value": 1, "unit": "g"}}, brand=word).faults
    assert {"specifications.ingredients", "brand"} <= paths(faults)


@pytest.mark.parametrize("word", ["NAN", "Infinity", "Nullarbor", "A", "No. 1", "Unknown Pleasures", "I-N/A-1"])
def test_a_name_that_looks_like_unknown_is_a_value(word):
    """Infant formula is sold as NAN and loudspeakers as Infinity: a name is no word for unknown."""
    assert reading({}, brand=word, product_name=word).faults == ()


def test_ten_thousand_fields_are_judged():
    """An answer with 10,000 fields ends in at most 50 bounded faults."""
    found = reading({f"field {index} " + "x" * 400: {"a": "y" * 400} for index in range(10_000)}).faults
    assert len(found) == 50
    assert all(len(fault["path"]) <= 300 and len(fault["message"]) <= 300 for fault in found)


def test_a_schema_that_never_ends_is_a_fault_and_not_a_crash():
    """A plugin's definition that refers to itself alone is a fault of the answer, not the end of the service."""

    class Endless:
        def iter_errors(self, product):
            return self.iter_errors(product)

    class Extractor:
        validator = Endless()

    assert paths(faults_in({}, Extractor())) == {""}


def mended(first, second):
    return better_of(first, second, EXAMINATION)


def test_a_repair_replaces_just_what_was_faulty():
    """The repaired field is taken, everything else stays as it was first read, and no fault is left."""
    first = reading({**JAM, "gtin": "2012345678904"}, brand="N/A")
    again = reading({"gtin": "2012345678903", "net_content": {"value": 1, "unit": "kg"}}, brand="Orchard Lane")
    better = mended(first, again)
    assert better.faults == ()
    assert better.product["specifications"] == JAM
    assert better.product["brand"] == "Orchard Lane"


def test_a_field_left_out_by_the_repair_goes():
    """Abstaining mends, too: a faulty field that the model now leaves out is gone, with its fault."""
    first = reading({**JAM, "gtin": "2012345678904"}, brand="unknown")
    message = calls("record_grocery", {"specifications": {}})
    better = mended(first, EXAMINATION.reading(message))
    assert better.faults == ()
    assert better.product["specifications"] == {"net_content": JAM["net_content"]}
    assert "brand" not in better.product


def test_a_badly_named_field_can_be_renamed():
    """A field whose name was refused, dots and all, comes back under a good name."""
    first = reading({"Net wt. approx.": "about 340 g", **JAM})
    message = calls("record_grocery", {"specifications": {"approximate_weight": "about 340 g"}})
    better = mended(first, EXAMINATION.reading(message))
    assert better.faults == ()
    assert "Net wt. approx." not in better.product["specifications"]


def test_a_field_beside_the_envelope_can_be_moved_in():
    """A property put a level too high comes back among the specifications, and nothing is lost on the way."""
    first = reading({"net_content": JAM["net_content"]}, gtin=JAM["gtin"])
    better = mended(first, reading({"gtin": JAM["gtin"]}))
    assert better.faults == ()
    assert better.product["specifications"] == JAM


def test_missing_specifications_are_filled_in():
    """Where the first answer had no specifications, or a text in their place, the repair's are taken."""
    for specifications in ("see photo", None):
        first = EXAMINATION.reading(calls("record_grocery", {"specifications": specifications}))
        better = mended(first, reading(JAM))
        assert better.faults == ()
        assert better.product["specifications"] == JAM


def test_a_repair_that_mends_nothing_is_not_taken():
    """With as many faults after as before, the first answer stands."""
    first = reading({"gtin": "2012345678904"})
    assert mended(first, reading({"gtin": "2012345678905"})) is first
    assert mended(first, reading({"gtin": None}, brand="N/A", colour="red")) is first


def test_a_repair_that_mends_half_is_taken():
    """Fewer faults are better than more: a partial repair is kept, with what is left to say."""
    first = reading({"gtin": "2012345678904", "best_before_date": "soon"})
    better = mended(first, reading({"gtin": JAM["gtin"], "best_before_date": "later"}))
    assert paths(better.faults) == {"specifications.best_before_date"}
    assert better.product["specifications"]["gtin"] == JAM["gtin"]


@given(json_values, json_values)
def test_a_repair_never_makes_it_worse(one, two):
    """Whatever the model answers the second time, there are never more faults than before."""
    first = reading(one if isinstance(one, dict) else {"x": one})
    again = EXAMINATION.reading(parsed(wire(records("grocery", two))))
    better = mended(first, again)
    assert len(better.faults) <= len(first.faults)
    assert better is first or better.faults == EXAMINATION.judged(better.product, {}).faults


def test_words_without_end_cost_no_time() -> None:
    """Of ten thousand words for legibility the first two hundred are heard."""
    many = {f"field_{index}": "x" for index in range(10_000)}
    answer = recorded(records("grocery", many, legibility=dict.fromkeys(many, "partial")), "record_grocery")
    assert list(answer.legibility) == [f"specifications.field_{index}" for index in range(200)]
