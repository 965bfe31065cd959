"""What the schemas of categories accept, and what they refuse where."""

import json
from pathlib import Path

import pytest

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins

# Hand-written: what a careful reader would record of a rich label, a category each.
RICH = json.loads(Path(__file__).with_name("specifications.json").read_text(encoding="utf-8"))
CATEGORIES = sorted(RICH)


def q(value, unit):
    return {"value": value, "unit": unit}


WRONG = [
    ("grocery", "gtin", "4820024790636", ""),
    ("grocery", "net_content", "350 g", ""),
    ("grocery", "net_content", q(350, "gr"), ".unit"),
    ("grocery", "net_content", q("350", "g"), ".value"),
    ("grocery", "net_content", q(-350, "g"), ".value"),
    ("grocery", "net_content", q(350, "kJ"), ".unit"),
    ("grocery", "net_content", {"value": 350}, ""),
    ("grocery", "net_content", q(350, "g") | {"note": "approx."}, ""),
    ("grocery", "ingredients", ["Zucker"], ""),
    ("grocery", "ingredients", "", ""),
    ("grocery", "ingredients", "x" * 4001, ""),
    ("grocery", "allergens", [], ""),  # an empty list would say that there are none
    ("grocery", "allergens", "milk", ""),
    ("grocery", "nutrition_per_100g", {"energy_kj": q(2159, "kcal")}, ".energy_kj.unit"),
    ("grocery", "nutrition_per_100g", {"fat": 30}, ".fat"),
    ("grocery", "nutrition_per_100g", {"fat": {"unit": "g"}}, ".fat"),
    ("grocery", "nutrition_per_100g", {"vitamin_c": "12 mg"}, ".vitamin_c"),
    ("grocery", "nutrition_per_serving", {}, ""),
    ("grocery", "nutrition_per_100g", {"salt": q(-0.1, "g")}, ".salt.value"),
    ("grocery", "nutrition_per_100g", {"salt": {"max_value": -0.1, "unit": "g"}}, ".salt.max_value"),
    ("grocery", "item_content", "330 ml", ""),
    ("grocery", "nutrient_basis_quantity", "100 ml", ""),
    ("grocery", "percentage_of_alcohol_by_volume", q(101, "%"), ".value"),
    ("grocery", "best_before_date", "DEC 2018", ""),
    ("grocery", "country_of_origin", "Ukraine", ""),
    ("grocery", "prices", [{"value": 53.6, "currency": "Rs."}], ".0.currency"),
    ("electronics", "input_voltage", q(230, "W"), ".unit"),
    ("electronics", "input_current_type", "~", ""),
    ("electronics", "input_current", q(-0.5, "A"), ".value"),
    ("electronics", "input_profiles", "5V⎓3A", ""),
    ("electronics", "luminous_flux", q(806, "W"), ".unit"),
    ("electronics", "color_temperature", q(2700, "°C"), ".unit"),
    ("electronics", "impedance", q(-32, "Ω"), ".value"),
    ("electronics", "ip_rating", "67", ""),
    ("electronics", "mac_address", "28C2DD7922DO", ""),
    ("electronics", "mac_address", "28C2DD7922DCBC", ""),
    ("electronics", "imei", ["49015420323751"], ".0"),
    ("beauty", "period_after_opening", "12M", ""),
    ("beauty", "period_after_opening", q(12, "M"), ".unit"),
    ("beauty", "expiration_date", "2027-02-29", ""),
    ("beauty", "sun_protection_factor", 50, ""),
    ("book", "isbn", "978-0-14-001399-4", ""),
    ("book", "isbn_10", "0-14-001399-X", ""),
    ("book", "isbn", "0-14-001399-7", ""),  # a sound number, but of the other form
    ("book", "isbn_10", "978-0-14-001399-3", ""),
    ("book", "issn", "0028-083", ""),
    ("book", "author", "Graham Greene", ""),
    ("book", "in_language", "English", ""),
    ("book", "number_of_pages", 184.5, ""),
    ("book", "copyright_year", 19711, ""),
    ("general", "number_of_items", 0, ""),
    ("general", "weight", q(350, "ml"), ".unit"),
    ("general", "colour", {"name": "red"}, ""),
]


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(load_plugins())


def faults(extractor, specifications):
    """The paths that the extractor's schema refuses, from `specifications` on."""
    product = {"product_name": "Name", "brand": "Brand", "specifications": specifications}
    return {".".join(map(str, error.absolute_path)) for error in extractor.validator.iter_errors(product)}


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_rich_label_is_accepted(catalog, category):
    """A full, hand-written record of the category passes, and so does one of which nothing could be read."""
    assert faults(catalog[category], RICH[category]) == set()
    assert faults(catalog[category], {}) == set()


@pytest.mark.parametrize(("category", "name", "value", "below"), WRONG)
def test_a_wrong_value_is_refused_where_it_stands(catalog, category, name, value, below):
    """One wrong value in an otherwise good record is refused at its own path and nowhere else."""
    assert faults(catalog[category], RICH[category] | {name: value}) == {f"specifications.{name}{below}"}


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("value", ["IP", 5, 0.5, True, ["a", "b"], q(800, "g")])
def test_what_was_not_foreseen_is_welcome(catalog, category, value):
    """A property that no schema foresaw may be a text, a number, a yes or no, a list of texts or a quantity."""
    assert faults(catalog[category], {"legal_class": value}) == set()


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("value", [None, {}, {"a": {"b": 1}}, [1], [["a"]], "", "x" * 4001, q(1, "furlong")])
def test_what_was_not_foreseen_is_still_bounded(catalog, category, value):
    """An unforeseen property is no place for null, nested objects, other lists, endless texts or made-up units."""
    assert {path.partition(".")[0] for path in faults(catalog[category], {"legal_class": value})} == {"specifications"}


@pytest.mark.parametrize("category", CATEGORIES)
def test_names_and_number_of_properties_are_bounded(catalog, category):
    """Names are snake_case of at most 64 characters, and a record has at most 120."""
    for name in ("Net Content", "größe", "1st", "_x", "x" * 65):
        assert faults(catalog[category], {name: "text"}) == {"specifications"}
    assert faults(catalog[category], {f"p{number}": 1 for number in range(120)}) == set()
    assert faults(catalog[category], {f"p{number}": 1 for number in range(121)}) == {"specifications"}


def test_the_envelope_is_closed_and_asks_for_no_confidence(catalog):
    """Beside the specifications only the envelope's own fields pass; how sure it is, is not the model's to say."""
    refused = catalog["general"].validator
    good = {"specifications": {}}
    assert refused.is_valid(good | {"other_category": "book"})
    for bad in ({"category": "general"}, {"confidence_score": 0.9}, {"legibility": {"size": "good"}}, {"brand": ""}):
        assert not refused.is_valid(good | bad)
    assert not refused.is_valid({"brand": "Acme"})
