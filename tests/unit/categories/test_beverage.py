"""Beverage: what the schema accepts of a drink's label, what it refuses, and energy against alcohol."""

import pytest

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from tests.unit.checking import complaints


def q(value, unit):
    return {"value": value, "unit": unit}


# Hand-written: what a careful reader would record of rich labels; no one drink has all of it.
RICH = {
    "gtin": "2004826103745",
    "functional_name": "Vino rosso",
    "net_content": q(4.5, "l"),
    "item_content": q(75, "cl"),
    "number_of_items": 6,
    "percentage_of_alcohol_by_volume": q(14.5, "%"),
    "alcohol_units": 10.9,
    "vintage": 2021,
    "appellation": "Colli Morlani DOC",
    "traditional_term": "Riserva",
    "grape_variety": ["Sangiovese 85 %", "Colorino 15 %"],
    "sweetness_level_of_alcoholic_beverage": "secco",
    "alcoholic_beverage_age": q(18, "month"),
    "cask_type": "botti di rovere",
    "degree_of_original_wort": q(11.8, "°P"),
    "bitterness": 28.5,
    "juice_content": {"min_value": 50, "unit": "%"},
    "caffeine_content": q(32, "mg"),
    "spring": "Sorgente Chiara, Montescosso",
    "minerals": {"calcium": q(48.1, "mg/l"), "nitrate": {"max_value": 0.3, "unit": "mg/l"}},
    "ingredients": "uva, conservante: anidride solforosa.",
    "allergens": ["solfiti"],
    "allergens_may_contain": ["uovo"],
    "nutrition_per_100g": {"energy_kj": q(345, "kJ"), "energy_kcal": q(83, "kcal")},
    "nutrient_basis_quantity": q(100, "ml"),
    "nutrition_per_serving": {"energy_kcal": q(104, "kcal"), "taurine": q(400, "mg")},
    "serving_size": q(125, "ml"),
    "best_before_date": "2028-05",
    "expiration_date": "2028-05-14",
    "batch_lot_number": "L24163",
    "serving_temperature": {"min_value": 16, "max_value": 18, "unit": "°C"},
    "consumer_storage_instructions": "Conservare in luogo fresco.",
    "warnings": "Non adatto alle donne in gravidanza.",
    "claims": ["Senza filtrazione"],
    "certifications": ["organic"],
    "recycling_codes": ["GL 71", "FOR 51", "C/ALU 90", "PAP21"],
    "deposit": {"value": 0.25, "currency": "EUR"},
    "country_of_origin": "IT",
    "manufacturer": "Tenuta Morlanera Soc. Agr.",
    "manufacturer_address": "Via del Poggio 8, 53040 Montescosso (SI)",
    "bottler": "Imbottigliatori Valchiusa S.p.A., Asti",
    "distributor": "Vinhandel AG, Wien",
    "url": "www.morlanera.example",
    "denominazione_fascetta": "AAB 01234567",  # not foreseen, and welcome
}

WRONG = [
    ("gtin", "2004826103746", ""),
    ("net_content", q(75, "kg/l"), ".unit"),
    ("percentage_of_alcohol_by_volume", q(14.5, "g"), ".unit"),
    ("percentage_of_alcohol_by_volume", "14,5% vol", ""),
    ("percentage_of_alcohol_by_volume", q(145, "%"), ".value"),
    ("alcohol_units", "10.9 units", ""),
    ("vintage", "2021", ""),
    ("vintage", 202, ""),
    ("vintage", 20211, ""),
    ("grape_variety", "Sangiovese", ""),
    ("alcoholic_beverage_age", q(18, "mesi"), ".unit"),
    ("degree_of_original_wort", q(11.8, "°C"), ".unit"),
    ("bitterness", q(28, "IBU"), ""),
    ("juice_content", q(50, "ml"), ".unit"),
    ("caffeine_content", "32 mg/100 ml", ""),
    ("caffeine_content", q(32, "%"), ".unit"),
    ("minerals", {"calcium": q(48.1, "mg")}, ".calcium.unit"),
    ("minerals", {"calcium": "48,1 mg/l"}, ".calcium"),
    ("minerals", {}, ""),
    ("serving_temperature", q(16, "%"), ".unit"),
    ("recycling_codes", "GL 71", ""),
    ("recycling_codes", ["vetro GL 71"], ".0"),
    ("recycling_codes", ["GL 71, ALU 41"], ".0"),
    ("deposit", q(0.25, "EUR"), ""),
    ("deposit", {"value": 0.25, "currency": "€"}, ".currency"),
    ("country_of_origin", "Italia", ""),
]


@pytest.fixture(scope="module")
def beverage():
    return load_catalog(load_plugins())["beverage"]


def product(specifications):
    return {"product_name": "Name", "specifications": specifications}


def faults(extractor, specifications):
    """The paths that the schema refuses, from `specifications` on."""
    return {".".join(map(str, e.absolute_path)) for e in extractor.validator.iter_errors(product(specifications))}


def test_a_rich_label_is_accepted_whole(beverage):
    """A full, hand-written record passes schema and check, and every foreseen property is in it."""
    assert faults(beverage, RICH) == set()
    assert complaints(beverage.check(product(RICH))) == []
    assert set(beverage.tool["input_schema"]["properties"]["specifications"]["properties"]) <= set(RICH)


@pytest.mark.parametrize(("name", "value", "below"), WRONG)
def test_a_wrong_value_is_refused_where_it_stands(beverage, name, value, below):
    """One wrong value in an otherwise good record is refused at its own path and nowhere else."""
    assert faults(beverage, RICH | {name: value}) == {f"specifications.{name}{below}"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("percentage_of_alcohol_by_volume", {"max_value": 0.5, "unit": "%"}),
        ("degree_of_original_wort", q(11.8, "%")),
        ("juice_content", q(100, "%")),
        ("alcoholic_beverage_age", q(12, "year")),
        ("serving_temperature", q(8, "°C")),
        ("vintage", 1795),
        ("alcoholic_beverage_age", q(6, "week")),
        ("alcoholic_beverage_age", {"min_value": 18, "max_value": 24, "unit": "month"}),
        ("degree_of_original_wort", {"min_value": 18, "unit": "%"}),
        ("caffeine_content", {"max_value": 15, "unit": "mg"}),
        ("recycling_codes", ["05 PP", "41 ALU", "Alu 41", "C PAP 84", "PE-HD 2", "71"]),
    ],
)
def test_other_ways_of_printing_it_are_accepted(beverage, name, value):
    """A limit, a range, the older unit, a mark in another order: each is a true print."""
    assert faults(beverage, RICH | {name: value}) == set()


def drink(strength, energy):
    return {
        "percentage_of_alcohol_by_volume": q(strength, "%"),
        "nutrition_per_100g": {"energy_kcal": q(energy, "kcal")},
    }


@pytest.mark.parametrize(
    "label",
    [
        drink(14.5, 83),
        drink(11, 65),  # a bone-dry wine
        drink(4.6, 41),
        drink(2.5, 27),
        drink(0, 17),
        drink(0.5, 1),
        drink(40, 222),
        drink(37.5, 207),
        drink(96, 530),
        {"percentage_of_alcohol_by_volume": q(14.5, "%")},
        {"percentage_of_alcohol_by_volume": {"max_value": 0.5, "unit": "%"}, "nutrition_per_100g": {}},
        {"nutrition_per_100g": {"energy_kcal": q(0, "kcal")}},
        {"percentage_of_alcohol_by_volume": q(14.5, "%"), "nutrition_per_serving": {"energy_kcal": q(8, "kcal")}},
    ],
)
def test_energy_that_holds_the_alcohol_passes(beverage, label):
    """Labels whose energy is at least that of their alcohol, or which lack one of both figures, give no finding."""
    assert complaints(beverage.check(product(label))) == []


@pytest.mark.parametrize("label", [drink(46, 41), drink(14.5, 8.3), drink(14.5, 38), drink(40, 22)])
def test_more_alcohol_than_energy_is_found(beverage, label):
    """A misplaced point or digit in the strength or the energy is an error, told in a sentence."""
    (finding,) = complaints(beverage.check(product(label)))
    assert finding["path"] == "specifications.percentage_of_alcohol_by_volume"
    assert finding["severity"] == "error"
    assert finding["message"].endswith("one of them is misread.")


def test_a_nutrition_table_must_agree_with_itself(beverage):
    """What holds for food's tables holds for drinks: kJ and kcal, sugars and carbohydrate."""
    table = {"energy_kj": q(171, "kJ"), "energy_kcal": q(410, "kcal"), "carbohydrate": q(3.4, "g"), "sugars": q(4, "g")}
    found = [finding["path"] for finding in complaints(beverage.check(product({"nutrition_per_100g": table})))]
    assert found == ["specifications.nutrition_per_100g.energy_kj", "specifications.nutrition_per_100g.sugars"]
