"""Household: what the schema accepts of a cleaner's label, what it refuses, and diamonds against hazard statements."""

import pytest

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from tests.unit.checking import complaints


def q(value, unit):
    return {"value": value, "unit": unit}


# Hand-written: what a careful reader would record of a rich label.
RICH = {
    "gtin": "2504812033914",
    "functional_name": "Vollwaschmittel",
    "product_form": "Caps",
    "net_content": q(540, "g"),
    "item_content": q(27, "g"),
    "number_of_items": 20,
    "number_of_washes": 20,
    "scent": "Bergminze",
    "ingredients": "15-30% anionische Tenside, <5% Phosphonate, Duftstoffe, Limonene.",
    "active_ingredients": ["4,5 g Natriumhypochlorit je 100 g"],
    "ph_value": "10-11",
    "consumer_usage_instructions": "Auf die Wäsche legen.",
    "dosage": "weich: 1 Caps; hart: 2 Caps",
    "wash_load": q(4.5, "kg"),
    "water_hardness": ["weich 0-8,4 °dH", "hart > 14 °dH"],
    "washing_temperature": {"min_value": 20, "max_value": 60, "unit": "°C"},
    "dilution_ratio": "1:40",
    "contact_time": q(5, "min"),
    "suitable_for": ["Keramik", "Edelstahl"],
    "not_suitable_for": ["Marmor"],
    "signal_word": "Gefahr",
    "hazard_pictograms": ["GHS05", "GHS09"],
    "hazard_statements": ["H318 Verursacht schwere Augenschäden.", "EUH208 Enthält Limonene."],
    "precautionary_statements": ["P305+P351+P338 BEI KONTAKT MIT DEN AUGEN: mit Wasser spülen."],
    "ufi": "TK30-C0XT-00QH-7V2R",
    "un_number": "UN 1950",
    "biocide_authorization_number": "DE-0012345-02",
    "epa_registration_number": "12345-67-89012",
    "epa_establishment_number": "12345-TX-1",
    "first_aid": "IF SWALLOWED: Call a doctor.",
    "emergency_telephone": "030 5550 1924",
    "warnings": "Nicht mit anderen Produkten verwenden.",
    "consumer_storage_instructions": "Kühl lagern.",
    "period_after_opening": q(6, "month"),
    "best_before_date": "2028",
    "expiration_date": "2028-03",
    "production_date": "2026-09-14",
    "batch_lot_number": "R6112B",
    "claims": ["Ohne Farbstoffe"],
    "certifications": ["CE"],
    "standards": ["EN 1276"],
    "country_of_origin": "DE",
    "manufacturer": "Reinwald Pflege GmbH",
    "manufacturer_address": "Am Mühlgraben 12, 34117 Kassel",
    "distributor": "Handel AG, Wien",
    "mpn": "RW-2041",
    "telephone": "030 5550 1000",
    "url": "www.reinwald-pflege.example",
    "color": "blau",  # not foreseen, and welcome
}

WRONG = [
    ("gtin", "2504812033915", ""),
    ("net_content", q(540, "pcs"), ".unit"),
    ("number_of_washes", "40 WL", ""),
    ("number_of_washes", 0, ""),
    ("number_of_washes", 22.5, ""),
    ("ph_value", 5.5, ""),  # as printed: "10-11" is a pH too
    ("dilution_ratio", "pur", ""),
    ("wash_load", q(4.5, "l"), ".unit"),
    ("wash_load", "4,5 kg", ""),
    ("water_hardness", "hart", ""),
    ("washing_temperature", q(60, "C"), ".unit"),
    ("period_after_opening", "6M", ""),
    ("contact_time", "5 min", ""),
    ("suitable_for", "Keramik", ""),
    ("signal_word", "", ""),
    ("hazard_pictograms", ["corrosion"], ".0"),
    ("hazard_pictograms", ["GHS10"], ".0"),
    ("hazard_statements", "H318 Verursacht schwere Augenschäden.", ""),
    ("ufi", "TK30-C0XT-00QH-7V2", ""),
    ("ufi", "TK30-COXT-00QH-7V2R", ""),  # the letter O never occurs
    ("ufi", "TK30-C0XT-00QH-7V2S", ""),  # its check character no longer fits
    ("un_number", "1950", ""),
    ("un_number", "UN 195O", ""),
    ("epa_registration_number", "EPA 12345", ""),
    ("epa_registration_number", "12345-O7", ""),
    ("expiration_date", "03/2028", ""),
]


@pytest.fixture(scope="module")
def household():
    return load_catalog(load_plugins())["household"]


def faults(extractor, specifications):
    """The paths that the schema refuses, from `specifications` on."""
    product = {"product_name": "Name", "specifications": specifications}
    return {".".join(map(str, error.absolute_path)) for error in extractor.validator.iter_errors(product)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("contact_time", {"min_value": 5, "max_value": 10, "unit": "min"}),
        ("wash_load", {"min_value": 4, "max_value": 5, "unit": "kg"}),
        ("dilution_ratio", "1 : 10 - 1 : 100"),
        ("dilution_ratio", "1/40"),
        ("un_number", "UN1950"),
        ("un_number", "UN No. 1791"),
        ("un_number", "NA1993"),
        ("epa_registration_number", "12345-6"),
        ("epa_registration_number", "12345-67-AA-8901"),
    ],
)
def test_other_ways_of_printing_it_are_accepted(household, name, value):
    """A range, another mark or a longer number: each is a true print."""
    assert faults(household, RICH | {name: value}) == set()


def findings(extractor, *statements, diamonds):
    """The check's findings on these hazard statements beside these diamonds."""
    specifications = {"hazard_statements": list(statements)} | ({"hazard_pictograms": diamonds} if diamonds else {})
    return complaints(extractor.check({"specifications": specifications}))


def test_a_rich_label_is_accepted(household):
    """A full, hand-written record passes, schema and check, and so does one of which nothing could be read."""
    assert faults(household, RICH) == faults(household, {}) == set()
    for specifications in (RICH, {}):
        assert complaints(household.check({"specifications": specifications})) == []


@pytest.mark.parametrize(("name", "value", "below"), WRONG)
def test_a_wrong_value_is_refused_where_it_stands(household, name, value, below):
    """One wrong value in an otherwise good record is refused at its own path and nowhere else."""
    assert faults(household, RICH | {name: value}) == {f"specifications.{name}{below}"}


@pytest.mark.parametrize(
    ("statements", "diamonds"),
    [
        (["H315 Causes skin irritation.", "H318 Causes serious eye damage."], ["GHS05"]),
        (["H225 Highly flammable.", "H410 Very toxic to aquatic life."], ["GHS02", "GHS09"]),
        (["H412 Harmful to aquatic life.", "H319 Causes serious eye irritation."], ["GHS07"]),  # H412 has no diamond
        (["EUH208 Contains Limonene."], ["GHS07"]),
        (["EUH314 no such code"], ["GHS07"]),
        (["H318 Causes serious eye damage."], []),  # the diamonds may stand on another side
        (["Causes serious eye damage."], ["GHS07"]),
        (["H204 Fire or projection hazard.", "H228 Flammable solid."], ["GHS01"]),  # which makes GHS02 optional
    ],
)
def test_statements_beside_their_diamonds_pass(household, statements, diamonds):
    """Statements whose diamond is there, that have none, that have no code, or that stand alone give no finding."""
    assert findings(household, *statements, diamonds=diamonds) == []


@pytest.mark.parametrize(
    ("statements", "diamonds", "missed"),
    [
        (["H318 Causes serious eye damage."], ["GHS07"], "GHS05"),
        (["H410 Very toxic to aquatic life."], ["GHS05"], "GHS09"),
        (["H222+H229 Extremely flammable aerosol."], ["GHS07", "GHS04"], "GHS02"),
        (["H360F May damage fertility."], ["GHS07"], "GHS08"),
        (["H301 Toxic if swallowed.", "H311 Toxic in contact with skin."], ["GHS08"], "GHS06"),
    ],
)
def test_a_statement_without_its_diamond_is_noticed(household, statements, diamonds, missed):
    """A code whose diamond is missing among those recorded is one warning that names the diamond."""
    (finding,) = findings(household, *statements, diamonds=diamonds)
    assert (finding["path"], finding["severity"]) == ("specifications.hazard_pictograms", "warning")
    assert missed in finding["message"]
