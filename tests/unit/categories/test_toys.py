"""Toys: what the schema accepts of boxes, games and plush, and what it refuses where."""

import pytest

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins


def q(value, unit):
    return {"value": value, "unit": unit}


# Hand-written: what a careful reader would record of labels of several toys, a set, a game, a ride-on and a plush.
RICH = {
    "gtin": "2519364802710",
    "functional_name": "Konstruktionsbaukasten mit Motor",
    "mpn": "40127",
    "series": "Werft & Hafen",
    "typical_age_range": "8-12",
    "number_of_players": "2-5",
    "playing_time": {"min_value": 30, "max_value": 45, "unit": "min"},
    "author": ["Solène Kervadec"],
    "illustrator": ["Bastien Oriol"],
    "number_of_items": 348,
    "package_contents": ["348 Bauteile", "1 Motor"],
    "size": "42 x 18 x 51 cm",
    "scale": "1:35",
    "weight": q(1.4, "kg"),
    "color": "rot",
    "material": "Holz",
    "textile_composition": [
        {"part": "Outer", "material": "cotton", "percentage": q(100, "%")},
        {"part": "Filling", "material": "polyester fibers"},
    ],
    "care_instructions": "Surface wash only.",
    "battery_type": "2 x AA (LR6)",
    "battery_voltage": q(1.5, "V"),
    "battery_capacity": q(500, "mAh"),
    "input_voltage": q(5, "V"),
    "input_current_type": "DC",
    "input_current": q(1, "A"),
    "batteries_required": True,
    "batteries_included": False,
    "radio_frequency": q(2.4, "GHz"),
    "user_weight": {"max_value": 25, "unit": "kg"},
    "body_height": {"min_value": 95, "max_value": 120, "unit": "cm"},
    "assembly": "Adult assembly required.",
    "consumer_usage_instructions": "Read the rules first.",
    "warnings": "Nicht für Kinder unter 36 Monaten geeignet.",
    "standards": ["EN 71-1", "ASTM F963"],
    "certifications": ["CE", "UKCA"],
    "claims": ["Drehbarer Ausleger"],
    "stuffed_toy_registration_number": "PA-0000(CN)",
    "batch_lot_number": "K26-0914",
    "production_date": "2026-09",
    "country_of_origin": "CZ",
    "manufacturer": "Bolzenwerk Spielwaren GmbH",
    "manufacturer_address": "Am Güterbahnhof 7, 90513 Zirndorf",
    "distributor": "Tobler & Wyss Spiele AG, 8005 Zürich",
    "eu_responsible_person": "Bolzenwerk Europa B.V., Kade 3, Utrecht",
    "prices": [{"value": 49.95, "currency": "EUR"}],
    "url": "www.bolzenwerk.example",
    "telephone": "0911 5550 173",
    "character": "Käpt'n Bolle",  # not foreseen, and welcome
}

WRONG = [
    ("gtin", "2519364802711", ""),
    ("number_of_items", "348 Teile", ""),
    ("number_of_items", 0, ""),
    ("number_of_players", 2, ""),
    ("number_of_players", "2 bis 5", ""),
    ("number_of_players", "ab 8 Jahren", ""),
    ("playing_time", "30-45 min", ""),
    ("playing_time", q(30, "kg"), ".unit"),
    ("author", "Solène Kervadec", ""),
    ("scale", "1:ES", ""),
    ("scale", "35", ""),
    ("package_contents", [], ""),
    ("textile_composition", [{"part": "Filling"}], ".0"),
    ("battery_voltage", q(1.5, "mAh"), ".unit"),
    ("batteries_included", "not included", ""),
    ("batteries_required", 1, ""),
    ("user_weight", q(25, "cm"), ".unit"),
    ("body_height", q(95, "kg"), ".unit"),
    ("warnings", ["ACHTUNG"], ""),
    ("standards", "EN 71", ""),
    ("production_date", "09/2026", ""),
    ("country_of_origin", "Tschechien", ""),
]


@pytest.fixture(scope="module")
def toys():
    return load_catalog(load_plugins())["toys"]


def faults(extractor, specifications):
    """The paths that the schema refuses, from `specifications` on."""
    product = {"product_name": "Name", "specifications": specifications}
    return {".".join(map(str, error.absolute_path)) for error in extractor.validator.iter_errors(product)}


def test_a_rich_label_is_accepted(toys):
    """A full, hand-written record passes, and so does one of which nothing could be read."""
    assert faults(toys, RICH) == faults(toys, {}) == set()


@pytest.mark.parametrize(("name", "value", "below"), WRONG)
def test_a_wrong_value_is_refused_where_it_stands(toys, name, value, below):
    """One wrong value in an otherwise good record is refused at its own path and nowhere else."""
    assert faults(toys, RICH | {name: value}) == {f"specifications.{name}{below}"}


@pytest.mark.parametrize("players", ["1", "2+", "2-4", "2–4", "2—4", "2~4", "1 - 6", "2-4+", "1-100", "2, 4, 6"])
def test_players_of_many_forms_are_true(toys, players):
    """However a box prints how many may play, it passes."""
    assert faults(toys, {"number_of_players": players}) == set()


@pytest.mark.parametrize("age", ["3+", "18m+", "8-12", "8 ans", "ab 3 Jahren", "0-24 months", "18+"])
def test_ages_are_as_printed(toys, age):
    """Years, months, ranges and words: an age is a text."""
    assert faults(toys, {"typical_age_range": age}) == set()


@pytest.mark.parametrize("scale", ["1:87", "1/24", "1 : 32", "1:22.5", "1:22,5", "1/6th", "H0", "00", "N", "H0 1:87"])
def test_scales_of_many_forms_are_true(toys, scale):
    """A model's ratio passes with colon or slash, with spaces and with decimals, and so does a railway's gauge."""
    assert faults(toys, {"scale": scale}) == set()
