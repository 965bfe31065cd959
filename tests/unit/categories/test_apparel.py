"""Apparel: what the schema accepts of labels and tags, what it refuses, and fibres that must add up to the whole."""

import pytest

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from tests.unit.checking import complaints


def q(value, unit):
    return {"value": value, "unit": unit}


def fibre(share, material="cotton", part=None):
    entry = {"material": material} | ({"percentage": q(share, "%")} if share is not None else {})
    return entry | ({"part": part} if part else {})


# Hand-written: what a careful reader would record of a rich label and its hang tag.
RICH = {
    "gtin": "2407183652046",
    "functional_name": "Camicia in misto lino",
    "mpn": "FV-31187",
    "collection": "Riva Lunga",
    "season_name": "PE 2026",
    "suggested_gender": "Donna",
    "typical_age_range": "4-5 Y",
    "size": "W32 L34",
    "size_international": "S/M",
    "size_eu": "38/40",
    "size_de": "38",
    "size_fr": "40",
    "size_it": "44",
    "size_es": "42",
    "size_uk": "12",
    "size_us": "8",
    "body_height": {"min_value": 104, "max_value": 110, "unit": "cm"},
    "chest_girth": {"min_value": 36, "max_value": 38, "unit": "in"},
    "waist_girth": q(81, "cm"),
    "hip_girth": q(97, "cm"),
    "inside_leg_length": q(84, "cm"),
    "neck_girth": {"min_value": 41, "max_value": 42, "unit": "cm"},
    "foot_length": q(26.5, "cm"),
    "color": "verde salvia 412",
    "pattern": "a righe",
    "fit": "Regular",
    "textile_composition": [
        fibre(55, "lino", "Tessuto"),
        fibre(45, "cotone", "Tessuto"),
        fibre(100, "viscosa", "Fodera"),
    ],
    "non_textile_parts": "Contiene parti non tessili di origine animale.",
    "fabric_weight": q(140, "g/m²"),
    "washing": "very mild",
    "washing_temperature": q(30, "°C"),
    "bleaching": "oxygen bleach only",
    "tumble_drying": "do not tumble dry",
    "natural_drying": "drip line in shade",
    "ironing": "medium",
    "dry_cleaning": "P mild",
    "wet_cleaning": "W very mild",
    "care_instructions": "Lavare al rovescio.",
    "ultraviolet_protection_factor": "50+",
    "number_of_items": 3,
    "rn_number": "987654",
    "ca_number": "99871",
    "standards": ["EN 14682"],
    "certifications": ["FibraSana 26.0417"],
    "claims": ["Tinto in capo"],
    "warnings": "KEEP AWAY FROM FIRE",
    "production_date": "2026-02",
    "batch_lot_number": "0417",
    "country_of_origin": "IT",
    "manufacturer": "Filanda Verzura S.r.l.",
    "manufacturer_address": "Via dei Gelsi 8, 59100 Prato",
    "distributor": "Fenmoor Outfitters Ltd, Kendal",
    "prices": [{"value": 79.9, "currency": "EUR"}],
    "url": "www.filandaverzura.example",
    "size_mx": "28",  # not foreseen, and welcome
}

WRONG = [
    ("gtin", "2407183652045", ""),
    ("size_international", "42", ""),  # a number belongs to a country
    ("size_international", "42R", ""),
    ("size_us", 8, ""),
    ("chest_girth", q(96, "kg"), ".unit"),
    ("waist_girth", "81 cm", ""),
    ("textile_composition", "55% lino, 45% cotone", ""),
    ("textile_composition", [], ""),
    ("textile_composition", [{"part": "Fodera"}], ".0"),
    ("textile_composition", [{"material": "lino", "percentage": 55}], ".0.percentage"),
    ("textile_composition", [fibre(155, "lino")], ".0.percentage.value"),
    ("textile_composition", [fibre(55, "lino") | {"origin": "FR"}], ".0"),
    ("fabric_weight", q(140, "g"), ".unit"),
    ("washing", "30", ""),  # the number is the temperature
    ("washing_temperature", q(30, "%"), ".unit"),
    ("bleaching", "no", ""),
    ("tumble_drying", "••", ""),
    ("natural_drying", "drip", ""),
    ("ironing", "110 °C", ""),
    ("dry_cleaning", "W", ""),
    ("wet_cleaning", "P", ""),
    ("ultraviolet_protection_factor", "UPF 50+", ""),
    ("rn_number", "RN 987654", ""),
    ("ca_number", "9O871", ""),
    ("country_of_origin", "Italy", ""),
    ("prices", [{"value": 79.9, "currency": "€"}], ".0.currency"),
]


@pytest.fixture(scope="module")
def apparel():
    return load_catalog(load_plugins())["apparel"]


def faults(extractor, specifications):
    """The paths that the schema refuses, from `specifications` on."""
    product = {"product_name": "Name", "specifications": specifications}
    return {".".join(map(str, error.absolute_path)) for error in extractor.validator.iter_errors(product)}


def findings(extractor, composition):
    """The check's findings on this composition."""
    product = {"specifications": {"textile_composition": composition}}
    return complaints(extractor.check(product))


def test_a_rich_label_is_accepted(apparel):
    """A full, hand-written record passes, schema and check, and so does one of which nothing could be read."""
    assert faults(apparel, RICH) == faults(apparel, {}) == set()
    for specifications in (RICH, {}):
        assert complaints(apparel.check({"specifications": specifications})) == []


@pytest.mark.parametrize(("name", "value", "below"), WRONG)
def test_a_wrong_value_is_refused_where_it_stands(apparel, name, value, below):
    """One wrong value in an otherwise good record is refused at its own path and nowhere else."""
    assert faults(apparel, RICH | {name: value}) == {f"specifications.{name}{below}"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ultraviolet_protection_factor", "100+"),
        ("tumble_drying", "no heat"),
        ("natural_drying", "in shade"),
        ("natural_drying", "do not dry"),
        ("dry_cleaning", "P very mild"),
    ],
)
def test_rare_but_true_prints_are_accepted(apparel, name, value):
    """Symbols that only some countries use, and factors of three digits, pass."""
    assert faults(apparel, {name: value}) == set()


@pytest.mark.parametrize(
    "size", ["M", "XXS", "3XL", "1X", "xs", "S/M", "L Tall", "MT", "M (40)", "2-3XL", "3 XL", "4T", "均码"]
)
def test_letter_sizes_of_many_forms_are_true(apparel, size):
    """However letters are combined on labels, a letter size passes."""
    assert faults(apparel, {"size_international": size}) == set()


@pytest.mark.parametrize(
    "composition",
    [
        [fibre(100)],
        [fibre(65, "polyester", "SHELL"), fibre(35, "cotton", "SHELL"), fibre(100, "viscose", "LINING")],
        [fibre(33), fibre(33, "wool"), fibre(33, "silk")],  # three thirds, each rounded
        [fibre(92.5), fibre(7.5, "elastane")],
        [fibre(85), fibre(None, "other fibres")],
        [fibre(None, "leather", "Upper")],
        [fibre(100, "wool", "Shell"), fibre(100, "viscose", "Lining"), fibre(100, "wool", "Shell")],  # jacket, skirt
    ],
)
def test_fibres_that_add_up_pass(apparel, composition):
    """Parts of 100 %, thirds rounded one by one, and parts with a fibre without a figure give no finding."""
    assert findings(apparel, composition) == []


@pytest.mark.parametrize(
    ("composition", "severity", "total"),
    [
        ([fibre(65), fibre(85, "polyester")], "error", "150 %"),
        ([fibre(80, "down", "FILLING"), fibre(20, "feathers")], "warning", "80 %"),  # the second is in no part
        ([fibre(95), fibre(3, "elastane")], "warning", "98 %"),
        ([fibre(100), fibre(100, "viscose")], "error", "200 %"),  # two parts told as one
    ],
)
def test_fibres_that_do_not_add_up_are_found(apparel, composition, severity, total):
    """More than the whole is an error, less a warning; the sentence names the sum."""
    finding = findings(apparel, composition)[0]
    assert (finding["path"], finding["severity"]) == ("specifications.textile_composition", severity)
    assert total in finding["message"]
