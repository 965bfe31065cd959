"""The offline reader takes what stands beneath a row of headings. The pages are made up."""

from typing import Any

import pytest

from local.page import Line
from tests.unit.pages import line, lines, page, specifications

TEXT = {"type": "string"}
LENGTH = {"type": "object", "properties": {"value": {}, "unit": {"enum": ["mm", "cm"]}}}
SIZES: dict[str, Any] = {
    "size_eu": {**TEXT, "description": '"EU"'},
    "size_uk": {**TEXT, "description": '"UK"'},
    "foot_length": {**LENGTH, "description": "Behind CM."},
}


def row(*cells: str, top: float = 20, pitch: float = 100) -> list[Line]:
    """Cells one beside the other; an empty one is nothing printed."""
    return [line(text, 20 + pitch * index, top) for index, text in enumerate(cells) if text]


def test_values_are_read_beneath_their_headings() -> None:
    """In cells of their own, or in one line each, with columns that the schema doesn't know between."""
    found = {"size_eu": "39", "size_uk": "6", "foot_length": {"value": 25, "unit": "cm"}}
    cells = [*row("EU", "UK", "MEX", "CM"), *row("39", "6", "25", "25.0", top=60)]
    assert specifications(page(*cells), SIZES) == found
    assert specifications(page(*lines("EU UK MEX CM", "39 6 25 25.0")), SIZES) == found


def test_values_beneath_are_read_as_their_fields_want_them() -> None:
    """Texts, quantities, dates; the unit of a bare figure may stand in its heading."""
    wanted = {
        "number": {**TEXT, "description": '"Art. No."'},
        "weight": {"properties": {"value": {}, "unit": {"enum": ["g", "kg"]}}},
        "colour": TEXT,
        "made": {**TEXT, "format": "partial-date", "description": '"MFG"'},
    }
    heads = row("Art. No.", "Weight (g)", "Colour", "MFG", pitch=200)
    printed = page(*heads, *row("BT-1180 S", "340", "Graphite grey", "2026-03", top=60, pitch=200))
    found = {"number": "BT-1180 S", "weight": {"value": 340, "unit": "g"}, "colour": "Graphite grey", "made": "2026-03"}
    assert specifications(printed, wanted) == found


def test_an_empty_cell_is_left_out() -> None:
    """What stands in the next column isn't moved into it."""
    printed = page(*row("EU", "UK", "CM"), *row("39", "", "25.0", top=60))
    assert specifications(printed, SIZES) == {"size_eu": "39", "foot_length": {"value": 25, "unit": "cm"}}


def test_columns_are_followed_along_their_tilt() -> None:
    """On a photo taken askew the end of a row stands as high as the beginning of the one before."""
    level = [*row("EU", "UK", "CM", pitch=300), *row("39", "6", "25.0", top=60, pitch=300)]
    askew = [Line(one.text, one.score, one.left, one.top + 0.1 * one.left, one.width, 20, 0.1) for one in level]
    assert specifications(page(*askew), SIZES)["size_uk"] == "6"


@pytest.mark.parametrize(
    "below",
    [
        pytest.param([*row("39", "6", "25.0", top=60), *row("40", "7", "25.5", top=100)], id="a chart of all sizes"),
        pytest.param(row("39", "6", "25.0", top=200), id="far below"),
        pytest.param([line("Made in 2026 by Softline Ltd", top=60)], id="a sentence"),
        pytest.param(row("JP", "25", "MEX", top=60), id="mostly words"),
        pytest.param([line("39", 120, 60, height=20), line("6", 135, 60)], id="two in one column"),
        pytest.param(lines("39 6", top=60), id="fewer in one line than headings in cells"),
    ],
)
def test_what_does_not_line_up_is_no_value(below: list[Line]) -> None:
    """Only one row of short values, each beneath one heading, is read."""
    assert specifications(page(*row("EU", "UK", "CM"), *below), SIZES) == {}


def test_pairs_side_by_side_are_no_headings() -> None:
    """In "EU 39 UK 6" each label has its value beside it, and what is below belongs to others."""
    printed = page(*row("EU", "39", "UK", "6"), *row("25", "39", "265", "6", top=60))
    assert specifications(printed, SIZES) == {}


def test_one_label_is_no_row_of_headings() -> None:
    """One known word among others above figures may be anything."""
    printed = page(*row("EU", "MEX", "JP"), *row("39", "25", "250", top=60))
    assert specifications(printed, SIZES) == {}


def test_a_heading_has_no_value_beside_it() -> None:
    """The next heading isn't what the one before says."""
    wanted = {"lot": TEXT, "number": {**TEXT, "description": '"Art. No."'}}
    heads = row("Art. No.", "Lot", "Mondo", pitch=200)
    printed = page(*heads, *row("BT-1180", "L2291", "250", top=60, pitch=200))
    assert specifications(printed, wanted) == {"lot": "L2291", "number": "BT-1180"}
    assert specifications(page(*heads), wanted) == {}


@pytest.mark.parametrize("printed", ["422/3", "2/38.5", "0 38-40"])
def test_a_figure_that_may_be_two_is_left_out(printed: str) -> None:
    """OCR loses the space of "42 2/3", or reads a rule as a figure; the other columns stand."""
    cells = [*row("EU", "UK", "CM"), *row(printed, "6", "25.0", top=60)]
    assert specifications(page(*cells), SIZES) == {"size_uk": "6", "foot_length": {"value": 25, "unit": "cm"}}
