"""Compositions: shares that make 100 %, and which part of the product they are of. The pages are made up."""

from typing import Any

import pytest

from local.page import Line
from tests.unit.pages import line, lines, page, specifications

TEXT = {"type": "string"}
SHARE = {"type": "object", "properties": {"value": {"type": "number"}, "unit": {"enum": ["%"]}}}
BLEND = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"section": TEXT, "fibre": TEXT, "share": SHARE},
        "required": ["fibre"],
    },
    "description": '"Composition", "Zusammensetzung"',
}


def blend(*printed: Line) -> Any:
    """The composition that is read, each fibre as (section, fibre, percent)."""
    found = specifications(page(*printed), {"blend": BLEND})
    return [(item.get("section"), item["fibre"], item["share"]["value"]) for item in found.get("blend", [])]


def test_shares_stand_behind_their_label() -> None:
    """The field's own label names no part."""
    assert blend(line("Composition: 55% linen, 45% cotton.")) == [(None, "linen", 55), (None, "cotton", 45)]
    assert blend(line("Zusammensetzung 100 % Baumwolle")) == [(None, "Baumwolle", 100)]


def test_parts_are_named_before_or_beside_their_shares() -> None:
    """ "Lining: 100% viscose", and a label of two columns; of a translated fibre the first name is taken."""
    shell = [line("SHELL"), line("65% polyester/Polyester, 35% cotton/Baumwolle", left=200)]
    assert blend(*shell, line("Lining: 100% viscose", top=60)) == [
        ("SHELL", "polyester", 65),
        ("SHELL", "cotton", 35),
        ("Lining", "viscose", 100),
    ]


@pytest.mark.parametrize(
    "printed",
    [
        lines("100% recycled paper"),
        lines("55% linen, 40% cotton"),
        lines("Composition: 80% wool"),
        lines("60% wool, 40% silk", "60% Wolle, 40% Seide"),
        [line("Composition: 55% linen, 45% coton", score=0.9)],
        lines("Save 20% now, 80% later on"),
    ],
)
def test_what_is_no_whole_is_left_out(printed: list[Line]) -> None:
    """A claim, shares that make no 100 %, the same part twice, faint print and other per cents are no composition."""
    assert blend(*printed) == []


def test_other_lists_of_objects_are_left_alone() -> None:
    """Without a text that is required and a percentage there is nothing to look for."""
    items = {"type": "object", "properties": {"fibre": TEXT, "other": TEXT, "share": SHARE}, "required": []}
    wanted = {"blend": {**BLEND, "items": items}}
    assert specifications(page(line("Composition: 55% linen, 45% cotton")), wanted) == {}
