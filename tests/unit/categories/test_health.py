"""Health: what the schema accepts of a medicine's or supplement's label, what it refuses, and the PZN."""

import pytest

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from tests.unit.checking import complaints


def q(value, unit):
    return {"value": value, "unit": unit}


# Hand-written: what a careful reader would record of rich labels; no one pack has all of it.
RICH = {
    "gtin": "2216049372857",
    "functional_name": "Complément alimentaire",
    "non_proprietary_name": "Ibuprofen",
    "strength": "40 mg/ml",
    "dosage_form": "Suspension zum Einnehmen",
    "number_of_items": 20,
    "net_content": q(100, "ml"),
    "active_ingredients": ["400 mg Ibuprofen"],
    "inactive_ingredients": "Maisstärke, Lactose-Monohydrat.",
    "ingredients": "bisglycinate de zinc, acide L-ascorbique.",
    "allergens": ["poisson"],
    "nutrition_per_serving": {"vitamin_c": q(120, "mg"), "vitamin_d": q(300, "IU"), "energy_kcal": q(2, "kcal")},
    "serving_size": q(5, "ml"),
    "number_of_servings_per_package": 30,
    "daily_value_intake_percent": {"vitamin_c": q(150, "%"), "vitamin_b12": {"max_value": 1, "unit": "%"}},
    "administration_route": "Zum Einnehmen",
    "indications": "leichte bis mäßig starke Schmerzen",
    "recommended_intake": "1 Filmtablette, falls nötig nach 6 Stunden wiederholen.",
    "maximum_intake": "Nicht mehr als 3 Filmtabletten in 24 Stunden.",
    "target_population": "Erwachsene",
    "consumer_usage_instructions": "Packungsbeilage beachten.",
    "contraindications": "bei Magengeschwüren",
    "warnings": "Für Kinder unzugänglich aufbewahren.",
    "consumer_storage_instructions": "Nicht über 25 °C lagern.",
    "period_after_opening": q(6, "month"),
    "expiration_date": "2029-03",
    "best_before_date": "2028-09",
    "production_date": "2026-04",
    "batch_lot_number": "K26107",
    "serial_number": "7KH4M29XQ3",
    "prescription_status": "Apothekenpflichtig",
    "marketing_authorization_number": "2209417.01.00",
    "marketing_authorization_holder": "Weidenthal Arzneimittel GmbH, Marburg",
    "pzn": "99142857",
    "ppn": "119914285760",
    "ndc": "99999-123-04",
    "national_code": "999999.1",
    "claims": ["Sans gluten"],
    "certifications": ["CE 0123"],
    "country_of_origin": "FR",
    "manufacturer": "Weidenthal Werk Süd GmbH",
    "manufacturer_address": "Uferstraße 11, 88400 Biberach",
    "distributor": "Laboratoire Veyssac SAS, Clermont-Ferrand",
    "url": "www.weidenthal.example",
    "pack_class": "N1",  # not foreseen, and welcome
}

WRONG = [
    ("gtin", "2216049372858", ""),
    ("strength", q(400, "mg"), ""),
    ("active_ingredients", "400 mg Ibuprofen", ""),
    ("nutrition_per_serving", {"vitamin_c": q(120, "mcg")}, ".vitamin_c.unit"),
    ("nutrition_per_serving", {"vitamin_c": q(150, "%")}, ".vitamin_c.unit"),
    ("daily_value_intake_percent", {"vitamin_c": q(120, "mg")}, ".vitamin_c.unit"),
    ("daily_value_intake_percent", {"vitamin_c": "150 %"}, ".vitamin_c"),
    ("daily_value_intake_percent", {}, ""),
    ("period_after_opening", "6 Monate", ""),
    ("expiration_date", "03/2029", ""),
    ("expiration_date", "2029-13", ""),
    ("marketing_authorization_number", "Zul.-Nr.", ""),
    ("pzn", "PZN-99142857", ""),
    ("pzn", "9914285O", ""),
    ("pzn", "991428", ""),
    ("ppn", "99142857", ""),
    ("ndc", "9999912304", ""),
    ("ndc", "99999-12O-04", ""),
    ("national_code", "CN 999999", ""),
    ("national_code", "99999O.1", ""),
    ("national_code", "9999", ""),
    ("number_of_servings_per_package", 0, ""),
    ("country_of_origin", "France", ""),
]


@pytest.fixture(scope="module")
def health():
    return load_catalog(load_plugins())["health"]


def product(specifications):
    return {"product_name": "Name", "specifications": specifications}


def faults(extractor, specifications):
    """The paths that the schema refuses, from `specifications` on."""
    return {".".join(map(str, e.absolute_path)) for e in extractor.validator.iter_errors(product(specifications))}


def test_a_rich_label_is_accepted_whole(health):
    """A full, hand-written record passes schema and check, and every foreseen property is in it."""
    assert faults(health, RICH) == set()
    assert complaints(health.check(product(RICH))) == []
    assert set(health.tool["input_schema"]["properties"]["specifications"]["properties"]) <= set(RICH)


@pytest.mark.parametrize(("name", "value", "below"), WRONG)
def test_a_wrong_value_is_refused_where_it_stands(health, name, value, below):
    """One wrong value in an otherwise good record is refused at its own path and nowhere else."""
    assert faults(health, RICH | {name: value}) == {f"specifications.{name}{below}"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("marketing_authorization_number", "EU/1/99/9999/001"),
        ("marketing_authorization_number", "A.I.C. n. 099999015"),
        ("ndc", "9999-1234-05"),
        ("ndc", "99999-1234-5"),
        ("ndc", "99999-123"),
        ("national_code", "3400999999999"),
        ("national_code", "999999"),
        ("national_code", "999999-1"),
        ("national_code", "9999-999"),
        ("national_code", "999999999"),
        ("pzn", "9999999"),
        ("strength", "D6"),
        ("strength", "forte"),
        ("strength", "Ø"),
        ("strength", "500 mg/65 mg"),
    ],
)
def test_numbers_as_countries_print_them_are_accepted(health, name, value):
    """Each form in which a country prints such a number passes."""
    assert faults(health, RICH | {name: value}) == set()


@pytest.mark.parametrize(
    "numbers",
    [
        {"pzn": "99142857"},
        {"pzn": "99142857", "ppn": "119914285760"},
        {"pzn": "99142857", "gtin": "4150991428575"},
        {"pzn": "99142857", "gtin": "04150991428575"},
        {"pzn": "99142857", "gtin": "2216049372857"},  # no NTIN
        {"pzn": "1234567"},  # seven digits: of before 2013, or Austrian
        {"pzn": "1234567", "ppn": "119914285760"},
        {"ppn": "119914285760"},
        {"ppn": "111234567842"},
        {},
    ],
)
def test_numbers_of_one_medicine_pass(health, numbers):
    """A sound PZN, alone or within its PPN or NTIN, and what can't be compared, give no finding."""
    assert complaints(health.check(product(numbers))) == []


@pytest.mark.parametrize(
    ("numbers", "where"),
    [
        ({"pzn": "99142867"}, ["pzn"]),
        ({"pzn": "99412857"}, ["pzn"]),
        ({"ppn": "119914235760"}, ["ppn"]),
        ({"ppn": "119914285706"}, ["ppn"]),
        ({"pzn": "1234567", "ppn": "119941285760"}, ["ppn"]),
        ({"pzn": "99142857", "ppn": "111234567842"}, ["ppn"]),
        ({"pzn": "99142857", "gtin": "04150992073617"}, ["gtin"]),
        ({"pzn": "99142851", "ppn": "119914285760"}, ["pzn", "ppn"]),
    ],
)
def test_numbers_that_disprove_each_other_are_found(health, numbers, where):
    """A wrong check digit in PZN or PPN, and a PPN or NTIN that holds another PZN, are errors told in a sentence."""
    found = complaints(health.check(product(numbers)))
    assert [finding["path"] for finding in found] == [f"specifications.{name}" for name in where]
    assert all(finding["severity"] == "error" and finding["message"].endswith("misread.") for finding in found)
