"""The offline reader takes sentences with a code before each, as hazard statements are. The pages are made up."""

from typing import Any

import pytest

from local.page import Line
from tests.unit.pages import line, page, specifications

TEXTS = {"type": "array", "items": {"type": "string"}}
WANTED: dict[str, Any] = {
    "hazards": {**TEXTS, "examples": [["H319 Causes eye irritation."]], "description": 'Its H or EUH code. "Causes"'},
    "advice": {**TEXTS, "examples": [["P102 Keep out of reach."]], "description": '"IF IN EYES"'},
}


def close(*texts: str, left: float = 20, top: float = 20) -> list[Line]:
    """Lines as close as those of one paragraph."""
    return [line(text, left, top + 22 * index) for index, text in enumerate(texts)]


def test_each_sentence_goes_from_its_code_to_the_next() -> None:
    """They run on over lines; a code of several, and two sentences behind one code, stay whole."""
    printed = close(
        "H412 Harmful to aqua-",
        "tic life. EUH208 Contains resin. May cause an",
        "allergy. P305+P351 IF IN EYES: Rinse with water, for",
        "minutes. P102 Keep out of reach.",
        "Softline Ltd, Leeds",
    )
    assert specifications(page(*printed), WANTED) == {
        "hazards": ["H412 Harmful to aquatic life.", "EUH208 Contains resin. May cause an allergy."],
        "advice": ["P305+P351 IF IN EYES: Rinse with water, for minutes.", "P102 Keep out of reach."],
    }


def test_a_heading_between_is_no_part_of_a_sentence() -> None:
    """ "Precautions:" opens what follows it."""
    printed = close("H412 Harmful to life. Precautions: P102 Keep out of reach.")
    assert specifications(page(*printed), WANTED) == {
        "hazards": ["H412 Harmful to life."],
        "advice": ["P102 Keep out of reach."],
    }


@pytest.mark.parametrize(
    "printed",
    [
        pytest.param(close("H412 Harmful to", "H412 Schädlich für das Leben."), id="in two languages"),
        pytest.param(close("H412 Harmful to", "Softline Ltd, Leeds"), id="its end is not there"),
        pytest.param(close("H412 Harmful to life. Shake well."), id="another sentence follows"),
        pytest.param([*close("H412 Harmful to"), *close("life.", top=80)], id="a line between is unread"),
        pytest.param([line("H412 Harmful to life.", score=0.9)], id="read unsurely"),
        pytest.param(close("Typ H412", "P102-B"), id="codes alone"),
        pytest.param(close("IF IN EYES: Rinse, then call."), id="without a code"),
    ],
)
def test_what_may_be_no_whole_sentence_is_left_out(printed: list[Line]) -> None:
    """Half of a warning is none."""
    assert specifications(page(*printed), WANTED) == {}
