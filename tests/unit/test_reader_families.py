"""Values found by what stands beside them: families of properties, profiles, words in capitals. Pages are made up."""

from typing import Any

import pytest

from tests.unit.pages import line, lines, page, specifications

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}


def measured(*units: str, **more: Any) -> dict[str, Any]:
    """A quantity that may have these units, or a range of them."""
    return {"properties": {"value": {}, "min_value": {}, "unit": {"enum": list(units)}}, **more}


PLATE: dict[str, Any] = {
    "input_voltage": measured("V", description='"Input"'),
    "input_current": measured("A"),
    "input_frequency": measured("Hz", description='"50/60 Hz"'),
    "input_kind": {**TEXT, "enum": ["AC", "DC"], "description": "~ is AC."},
    "power": measured("W", description='"Power"'),
}


def test_what_stands_in_a_line_with_a_value_of_its_family_is_read() -> None:
    """Of a line known by its frequency, voltage, current and kind of current are the input's too."""
    assert specifications(page(line("220-240 V~ 50/60 Hz 6,2 A")), PLATE) == {
        "input_voltage": {"min_value": 220, "max_value": 240, "unit": "V"},
        "input_current": {"value": 6.2, "unit": "A"},
        "input_frequency": {"min_value": 50, "max_value": 60, "unit": "Hz"},
        "input_kind": "AC",
    }


@pytest.mark.parametrize("printed", ["Input: 5 V 2 A, 9 V 1 A", "Power: 60 W 6,2 A", "230 V~ 6,2 A", "50 Hz"])
def test_other_lines_give_no_family(printed: str) -> None:
    """Several profiles, a line of another property, one in which nothing is known, one that holds nothing else."""
    assert "input_current" not in specifications(page(line(printed)), PLATE)


def test_a_quantity_of_one_unit_is_not_given_to_two() -> None:
    """Of two of a family that may have the unit neither is meant more than the other."""
    two = {**PLATE, "input_fuse": measured("A")}
    assert "input_current" not in specifications(page(line("230 V~ 50/60 Hz 6,2 A")), two)


PROFILES = {
    "output_voltage": measured("V", description='"Output"'),
    "output_profiles": {**TEXTS, "description": "Each of several, as printed: 9V⎓2A."},
}


def test_each_pair_of_voltage_and_current_is_a_profile() -> None:
    """Behind the label and in the lines below, also where OCR reads the dashed line of direct current as =."""
    printed = page(*lines("Output: 5 V⎓3 A, 9 V⎓2 A", "12 V=1.5 A, 15 V=1 A", "20 V=1 A for Rivox"))
    assert specifications(printed, PROFILES) == {"output_profiles": ["5 V⎓3 A", "9 V⎓2 A", "12 V⎓1.5 A", "15 V⎓1 A"]}


@pytest.mark.parametrize("printed", ["Output: 9 V=2 A", "Input: 5 V=3 A, 9 V=2 A", "5 V=3 A, 9 V=2 A"])
def test_other_pairs_are_no_profiles(printed: str) -> None:
    """One pair is none of several; pairs at another label or at none may be of the input."""
    assert "output_profiles" not in specifications(page(line(printed)), PROFILES)


FOOD = {
    "ingredients": {**TEXT, "title": "Ingredients"},
    "allergens": {**TEXTS, "title": "Allergens", "description": "Bold or capital ingredients."},
}


def capitals(*printed: str) -> Any:
    """The allergens that are read."""
    return specifications(page(*lines(*printed)), FOOD).get("allergens")


def test_capitals_among_ingredients_are_allergens() -> None:
    """Long words say so by themselves; short ones only where the page says how it marks them."""
    assert capitals("Ingredients: water, HAZELNUT paste, sugar, SOYBEAN oil, salt.") == ["HAZELNUT", "SOYBEAN"]
    short = "Ingredients: whole OAT flakes, honey, sunflower oil, WHEAT bran."
    assert capitals(short, "For allergens see ingredients in bold.") == ["OAT", "WHEAT"]
    assert capitals(short, "For allergens, see", "ingredients in BOLD.") == ["OAT", "WHEAT"]
    assert capitals(short, "For allergens see our website.") is None


@pytest.mark.parametrize(
    "printed",
    [
        "Ingredients: water, glycerin, DHA, HAZELNUT paste, sugar, salt.",
        "Ingredients: WATER, SUGAR, HAZELNUT PASTE, SALT, COCOA, MILK.",
        "Ingredients: sugar, HAZELNUT.",
        "Ingredients: water, PEG-6, sugar, salt, cocoa mass, milk.",
        "water, HAZELNUT paste, sugar, salt, cocoa mass, milk.",
    ],
)
def test_other_capitals_mark_nothing(printed: str) -> None:
    """An abbreviation, a list all in capitals, two words, a part of a code, a text that isn't the ingredients."""
    assert capitals(printed) is None


def test_the_column_of_one_piece_is_that_of_a_serving() -> None:
    """A second heading with a measure of its own heads the column per serving, and says how large one is."""
    energy = measured("kJ", title="Energy")
    group = {"type": "object", "properties": {"energy": energy}}
    wanted = {
        "per_100g": {**group, "description": '"pour 100 g"'},
        "per_serving": {**group, "description": '"par portion"'},
        "serving": measured("g", description='"Portion"'),
    }
    rows = [line("Energy", top=50), line("2098 kJ", 300, 50), line("262 kJ", 460, 50)]
    assert specifications(page(line("pour 100 g  par biscuit (12,5 g)", 280), *rows), wanted) == {
        "per_100g": {"energy": {"value": 2098, "unit": "kJ"}},
        "per_serving": {"energy": {"value": 262, "unit": "kJ"}},
        "serving": {"value": 12.5, "unit": "g"},
    }
    for other in ("pour 100 g  biscuit (12,5 g)", "pour 100 g  par paquet (400 g)"):
        assert "per_serving" not in specifications(page(line(other, 280), *rows), wanted)
