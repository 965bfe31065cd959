"""Whether an answer is the truth: each kind of value, told apart from what only looks like it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operate.evaluation.comparing import compare, matched
from operate.evaluation.shapes import Shape, shape_at, shapes_of
from operate.evaluation.units import in_base
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins

SHAPES = shapes_of(load_catalog(load_plugins()))
ROOT = Path(__file__).resolve().parents[2]


def is_right(category: str, name: str, truth: Any, answer: Any, *, more: bool = False) -> bool:
    """Whether the answer is held to be the truth, by what the category's schema says of this specification."""
    path = f"specifications.{name}"
    shape: Shape | None = shape_at(SHAPES[category], path)
    return compare(path, shape, truth, answer, more=more).same


def grams(value: float, unit: str = "g") -> dict[str, Any]:
    return {"value": value, "unit": unit}


@pytest.mark.parametrize(
    ("category", "name", "truth", "answer"),
    [
        ("grocery", "gtin", "036000291452", "0036000291452"),
        ("book", "isbn", "9780306406157", "978-0-306-40615-7"),
        ("electronics", "model", "T6667B103", "t6667 b-103"),
        ("electronics", "mac_address", "28C2DD7922DC", "28:C2:DD:79:22:DC"),
        ("grocery", "url", "https://www.jam.example/", "www.jam.example"),
        ("grocery", "net_content", grams(1500), grams(1.5, "kg")),
        ("grocery", "net_content", grams(150), grams(5.3, "oz")),
        ("grocery", "net_content", grams(1, "l"), grams(1000, "ml")),
        ("electronics", "operating_temperature", grams(32, "°F"), grams(0, "°C")),
        ("electronics", "warranty", grams(24, "month"), grams(2, "year")),
        ("grocery", "number_of_items", 12, 12),
        ("toys", "batteries_included", False, False),
        ("grocery", "ingredients", "Sugar, salt; water", "SUGAR, SALT, WATER."),
        ("grocery", "ingredients", "Water, strawberries", "Strawberries, water"),
        ("grocery", "functional_name", "Erdbeerkonfitüre extra", "Erdbeerkonfitūre extra"),
        ("grocery", "allergens", ["wheat", "milk"], ["Milk", "Wheat"]),
        ("grocery", "best_before_date", "2027-05", "2027-05"),
        ("grocery", "country_of_origin", "DE", "de"),
        ("book", "prices", [{"value": 5, "currency": "GBP"}], [{"value": 5.0, "currency": "GBP"}]),
        ("apparel", "textile_composition", [{"material": "silk"}], [{"material": "Silk"}]),
    ],
)
def test_the_same_in_another_form_is_right(category: str, name: str, truth: Any, answer: Any) -> None:
    """Units, case, order, hyphens and leading zeros make no difference, whichever of the two is the truth."""
    assert is_right(category, name, truth, answer)
    assert is_right(category, name, answer, truth)


@pytest.mark.parametrize(
    ("category", "name", "truth", "answer"),
    [
        ("grocery", "gtin", "036000291452", "036000291469"),
        ("electronics", "model", "SII-SK63101", "SII-SK63102"),
        ("electronics", "fcc_id", "UK2-SII-SK63101", "UK2-SII-SK6310I"),
        ("grocery", "net_content", grams(150), grams(151)),
        ("grocery", "net_content", grams(150), grams(150, "ml")),
        ("electronics", "input_voltage", grams(230, "V"), {"max_value": 230, "unit": "V"}),
        ("electronics", "input_voltage", {"min_value": 100, "max_value": 240, "unit": "V"}, grams(100, "V")),
        ("grocery", "number_of_items", 12, 13),
        ("toys", "batteries_included", False, True),
        ("health", "non_proprietary_name", "Vitamin E 400 mg", "Vitamin E 500 mg"),
        ("grocery", "functional_name", "Erdbeerkonfitüre", "Himbeerkonfitüre"),
        ("grocery", "allergens", ["wheat", "milk"], ["wheat"]),
        ("grocery", "allergens", ["wheat"], ["wheat", "wheat"]),
        ("grocery", "best_before_date", "2027-05", "2027-05-31"),
        ("grocery", "country_of_origin", "DE", "FR"),
        ("book", "prices", [{"value": 5, "currency": "GBP"}], [{"value": 5, "currency": "USD"}]),
        ("apparel", "textile_composition", [{"material": "silk"}], [{"material": "silk", "part": "Lining"}]),
        ("grocery", "serving_size", grams(21), "21 g"),
    ],
)  # fmt: skip
def test_another_value_is_wrong(category: str, name: str, truth: Any, answer: Any) -> None:
    """One wrong digit, another unit, a bound for a value, a day that isn't printed, an item too few: not right."""
    assert not is_right(category, name, truth, answer)
    assert not is_right(category, name, answer, truth)


def test_a_quotation_may_go_on() -> None:
    """Where the truth quotes a part, the answer may say more, but not another number, and not less."""
    truth = "not exceeding 25°C"
    assert is_right(
        "health", "consumer_storage_instructions", truth, "Store at not exceeding 25°C. Keep dry.", more=True
    )
    assert not is_right("health", "consumer_storage_instructions", truth, "Store at not exceeding 26°C.", more=True)
    assert not is_right("health", "consumer_storage_instructions", truth, "Store", more=True)
    assert is_right("grocery", "claims", ["vegan"], ["organic", "Vegan"], more=True)
    assert not is_right("grocery", "claims", ["vegan"], ["organic"], more=True)


@given(st.lists(st.text("abcdefgh", min_size=3, max_size=9), max_size=8), st.randoms(use_true_random=False))
def test_lists_match_in_any_order(items: list[str], random: Any) -> None:
    """A shuffled list is matched whole, each item used once."""
    shuffled = random.sample(items, len(items))
    pairs = matched("specifications.claims", None, items, shuffled)
    assert sorted(place for place, _ in pairs) == sorted(other for _, other in pairs) == list(range(len(items)))


def test_units_of_one_measure_convert() -> None:
    """Each unit of the schemas that has a smaller or larger one beside it there is known; a few by hand."""
    assert in_base(1, "lb") == (pytest.approx(16 * in_base(1, "oz")[0]), "mass")
    assert in_base(1, "gal") == (pytest.approx(8 * in_base(1, "pt")[0]), "volume")
    assert in_base(1, "bar") == (pytest.approx(in_base(14.5037738, "psi")[0]), "pressure")
    assert in_base(100, "kcal")[0] == pytest.approx(in_base(418.4, "kJ")[0])
    assert in_base(5, "°P") == (5, "°P")
    units = json.loads((ROOT / "schemas" / "product.json").read_text(encoding="utf-8"))["$defs"]["unit"]["enum"]
    alone = {unit for unit in units if in_base(1, unit)[1] in (unit, "°C")}
    assert alone == {"IU", "VA", "Ω", "lm", "K", "dB", "N·m", "m/s²", "mg/l", "g/m²", "°P", "°C", "°F", "%"}
