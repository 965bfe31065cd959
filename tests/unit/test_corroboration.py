"""Another reader's text beside a value: figures by their value, words by themselves, codes for what isn't printed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corroboration import OtherText

LABEL = OtherText("ORCHARD LANE Plum Jam\nNet weight 340 g  1.500 kcal 0,5g\n5 000159 484695 Wheatflour")


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
    assert LABEL.agreement(value) == 1


@pytest.mark.parametrize("value", ["ACME", {"value": 341, "unit": "g"}, {"value": 34, "unit": "g"}, "5000159484696", 4])
def test_what_is_not_there_is_not_found(value: Any) -> None:
    """A part of a figure, or a code with another digit, is none of it."""
    assert LABEL.agreement(value) == 0


def test_a_part_is_a_share() -> None:
    """Of three words two are there."""
    assert LABEL.agreement("Plum jam deluxe") == pytest.approx(2 / 3)


@pytest.mark.parametrize("value", [True, None, "", "g", {"unit": "g"}, [], {}])
def test_where_there_is_nothing_to_look_for_nothing_is_said(value: Any) -> None:
    """Flags, units alone and short words prove nothing."""
    assert LABEL.agreement(value) is None


@given(
    st.text(),
    st.recursive(
        st.none() | st.floats() | st.text(), lambda below: st.lists(below) | st.dictionaries(st.text(), below)
    ),
)
def test_any_text_and_any_value_have_a_share(text: str, value: Any) -> None:
    """Whatever was read by either, the share lies between 0 and 1, or there is none."""
    share = OtherText(text).agreement(value)
    assert share is None or 0 <= share <= 1
