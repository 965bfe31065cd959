"""Another reader's text beside a value: figures by their value, words by themselves, codes for what isn't printed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corroboration import Agreement, OtherText

LABEL = OtherText("ORCHARD LANE Plum Jam\nNet weight 340 g  1.500 kcal 0,5g\n5 000159 484695 Wheatflour")


def share(text: OtherText, value: Any) -> float | None:
    """Of the value's words and figures, those that the text has."""
    found = text.agreement(value)
    return found and found.share


@pytest.mark.parametrize(
    "value",
    [
        "Plum jam",
        "orchard lane",
        {"value": 340, "unit": "g"},
        {"value": 0.5, "unit": "g"},
        {"value": 1500, "unit": "kcal"},
        {"value": 1.5, "unit": "kcal"},
        "5000159484695",
        "Wheat flour",
        ["plum", "jam"],
        340,
    ],
)
def test_what_is_there_is_found(value: Any) -> None:
    """Whatever its case, its decimal sign, its thousands or its spaces."""
    assert share(LABEL, value) == 1


@pytest.mark.parametrize("value", ["ACME", {"value": 341, "unit": "g"}, {"value": 34, "unit": "g"}, "5000159484696", 4])
def test_what_is_not_there_is_not_found(value: Any) -> None:
    """A part of a figure, or a code with another digit, is none of it."""
    assert share(LABEL, value) == 0


def test_a_part_is_a_share() -> None:
    """Of three words two are there."""
    assert LABEL.agreement("Plum jam deluxe") == Agreement(wanted=3, missing=1)
    assert share(LABEL, "Plum jam deluxe") == pytest.approx(2 / 3)


@pytest.mark.parametrize("value", [True, None, "", "g", {"unit": "g"}, [], {}])
def test_where_there_is_nothing_to_look_for_nothing_is_said(value: Any) -> None:
    """Flags, units alone and short words prove nothing."""
    assert LABEL.agreement(value) is None


def test_a_figure_may_be_run_together_with_its_unit() -> None:
    """50ml is 50 and ml; but a code such as 3VK7 has no figure of its own."""
    assert share(OtherText("Inhalt 50ml"), {"value": 50, "unit": "ml"}) == 1
    assert share(OtherText("DOT 3VK7"), 3) == 0


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("Net 340 g", {"value": 340, "unit": "kg"}, 0),
        ("Net 340 g", {"value": 340, "unit": "g"}, 1),
        ("0.5A", {"value": 0.5, "unit": "mA"}, 0),
        ("1.7 L", {"value": 1.7, "unit": "l"}, 1),
        ("1.7 L", {"value": 1.7, "unit": "ml"}, 0),
        ("220-240 V~", {"min_value": 220, "max_value": 240, "unit": "kV"}, 0.5),
        ("340 g or 340 kg", {"value": 340, "unit": "kg"}, 1),
        ("Fat (g) 340", {"value": 340, "unit": "kg"}, 1),
        ("12M", {"value": 12, "unit": "month"}, 1),
        ("1400 tr/min", {"value": 1400, "unit": "rpm"}, 1),
        ("65% wool", [{"percentage": {"value": 65, "unit": "%"}}], 1),
        ("5 kg", [{"weight": {"value": 5, "unit": "g"}}], 0),
    ],
)
def test_an_amount_with_another_prefix_is_another(text: str, value: Any, expected: float) -> None:
    """340 g don't bear out 340 kg; where a figure stands by itself, too, or before other words, it may be ours."""
    assert share(OtherText(text), value) == expected


def test_a_script_that_the_reader_does_not_know_is_not_looked_for() -> None:
    """Of Cyrillic words the figures are left to a reader that has no Cyrillic letter; one that has misses them."""
    value = "масло 82 жирне"
    assert OtherText("Butter 82 %").agreement(value) == Agreement(wanted=1, missing=0)
    assert OtherText("Butter").agreement("масло") is None
    assert OtherText("Butter, молоко 82 %").agreement(value) == Agreement(wanted=3, missing=2)


def test_a_word_left_out_is_missed() -> None:
    """Two neighbours of a value between which the text has a word; not where they are neighbours there, too."""
    label = OtherText("Keep out of reach of children. Store in a cool, dry place.")
    assert label.agreement("Store in a cool, dry place.") == Agreement(wanted=4, missing=0)
    assert label.agreement(["Store in a dry place."]) == Agreement(wanted=3, missing=1)
    assert OtherText("cool, dry or cool and dry").agreement("cool dry") == Agreement(wanted=2, missing=0)


@pytest.mark.parametrize(
    ("text", "date", "missing"),
    [
        ("BEST BEFORE 14 AUG 2027", "2027-08-14", 0),
        ("BB 4/8/27", "2027-08-04", 0),
        ("EXP 20270814", "2027-08-14", 0),
        ("140827", "2027-08-14", 0),
        ("BEST BEFORE 14 AUG 2027", "2021-08-14", 1),
        ("BEST BEFORE 14 AUG 2027", "2027-08-19", 1),
        ("DEC 2018", "2018-12", 0),
        ("DEC 2018", "2013-12", 1),
        ("Plum Jam", "2027-08-14", 2),
    ],
)
def test_a_date_is_known_by_its_year_and_day(text: str, date: str, missing: int) -> None:
    """Printed with two or four digits, in any order; the month may be a word, so that nothing bears a date out."""
    found = OtherText(text).agreement_on_date(date)
    assert (found.missing if found else 0) == missing


@pytest.mark.parametrize("value", ["soon", 2027, None, {"year": 2027}])
def test_what_is_no_date_is_not_looked_for_as_one(value: Any) -> None:
    """Whatever a model may put there."""
    assert LABEL.agreement_on_date(value) is None


@given(
    st.text(),
    st.recursive(
        st.none() | st.floats() | st.text(), lambda below: st.lists(below) | st.dictionaries(st.text(), below)
    ),
)
def test_any_text_and_any_value_have_a_share(text: str, value: Any) -> None:
    """Whatever was read by either, the share lies between 0 and 1, or there is none."""
    for found in (OtherText(text).agreement(value), OtherText(text).agreement_on_date(value)):
        assert found is None or 0 <= found.share <= 1
