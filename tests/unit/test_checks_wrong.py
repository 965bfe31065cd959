"""What must hold on a label: what each check finds wrong, where, and with which values."""

import pytest

from tests.recordings.scenes import BUILT_IN
from tests.unit.checking import at_most, extractor, findings, q, wrong
from tests.unit.labels import (
    A_COOKIE,
    COOKIES,
    PER_ML,
    TRUE,
    battery,
    pack,
    per_100,
    plate,
    serving,
    table,
    tyre,
    volumes,
    washed,
)

BY_WEIGHT = {"net_content": q(210, "g")}
WOOL, SILK = ({"material": name, "percentage": q(share, "%")} for name, share in (("wool", 80), ("silk", 70)))

# (category, a label with something misread, where the error is told)
WRONG = [
    # kJ and kcal
    ("grocery", per_100(table(1010, 1239)), "nutrition_per_100g.energy_kj"),
    ("grocery", per_100(table(494, 2071)), "nutrition_per_100g.energy_kj"),
    (
        "grocery",
        serving({"energy_kj": at_most(17, "kJ"), "energy_kcal": q(494, "kcal")}),
        "nutrition_per_serving.energy_kj",
    ),
    # Fat 23.4, carbohydrate 64.8, protein 6.1: a point lost, a digit misread
    (
        "grocery",
        per_100(COOKIES | {"fat": q(2.34, "g"), "saturated_fat": q(1.21, "g")}, **BY_WEIGHT),
        "nutrition_per_100g.energy_kcal",
    ),
    (
        "grocery",
        per_100(COOKIES | {"carbohydrate": q(6.48, "g"), "sugars": q(3.52, "g")}, **BY_WEIGHT),
        "nutrition_per_100g.energy_kcal",
    ),
    ("grocery", per_100(table(kcal=49.4, fat=23.4, carbohydrate=64.8, protein=6.1)), "nutrition_per_100g.energy_kcal"),
    (
        "grocery",
        per_100(table(kj=207, fat=23.4, carbohydrate=64.8, sugars=35.2, protein=6.1)),
        "nutrition_per_100g.energy_kj",
    ),
    (
        "grocery",
        serving(A_COOKIE | {"energy_kcal": q(194, "kcal"), "energy_kj": q(811, "kJ")}, serving_size=q(21, "g")),
        "nutrition_per_serving.energy_kcal",
    ),
    (
        "beverage",
        per_100(table(kcal=945, fat=0, carbohydrate=10.6, protein=0), **PER_ML),
        "nutrition_per_100g.energy_kcal",
    ),
    ("health", serving(table(kcal=1, fat=1, carbohydrate=0, protein=9)), "nutrition_per_serving.energy_kcal"),
    (
        "grocery",
        per_100({"fat": q(50, "g"), "carbohydrate": q(60, "g")}, nutrient_basis_quantity=q(100, "g")),
        "nutrition_per_100g.fat",
    ),
    ("grocery", per_100({"carbohydrate": q(14.8, "g"), "sugars": q(35.2, "g")}), "nutrition_per_100g.sugars"),
    ("grocery", per_100({"fat": at_most(0.5, "g"), "saturated_fat": q(5, "g")}), "nutrition_per_100g.saturated_fat"),
    ("grocery", per_100({"sugars": q(5, "g"), "added_sugars": q(8, "g")}), "nutrition_per_100g.added_sugars"),
    ("grocery", per_100({"salt": q(6, "g"), "sodium": q(0.24, "g")}), "nutrition_per_100g.salt"),
    ("beverage", serving({"salt": q(0.1, "g"), "sodium": q(400, "mg")}), "nutrition_per_serving.salt"),
    (
        "beverage",
        per_100(table(kcal=8.3), percentage_of_alcohol_by_volume=q(14.5, "%")),
        "percentage_of_alcohol_by_volume",
    ),
    # One row of the serving, the others fit
    (
        "grocery",
        per_100(COOKIES, serving_size=q(21, "g")) | serving(A_COOKIE | {"fat": q(4.1, "g")}),
        "nutrition_per_serving.fat",
    ),
    ("grocery", pack(q(540, "g"), q(2.7, "g"), 20), "net_content"),
    ("beverage", pack(q(1.58, "l"), q(330, "ml"), 6), "net_content"),
    ("household", pack(q(54, "g"), q(27, "g"), 20), "net_content"),
    ("beauty", pack(q(300, "ml"), q(80, "ml"), 6), "net_content"),
    ("general", pack(q(1, "kg"), q(160, "g"), 10), "net_content"),
    ("grocery", {"net_content": q(240, "g"), "drained_weight": q(425, "g")}, "drained_weight"),
    ("grocery", {"production_date": "2027-05-03", "best_before_date": "2026-05-03"}, "best_before_date"),
    ("grocery", {"packaging_date": "2027-05", "expiration_date": "2027-04-30"}, "expiration_date"),
    ("beauty", {"production_date": "2027", "expiration_date": "2026-12"}, "expiration_date"),
    ("general", {"production_date": "2027-02", "best_before_date": "2027-01"}, "best_before_date"),
    ("household", {"production_date": "2027-02", "best_before_date": "2026"}, "best_before_date"),
    ("health", {"production_date": "2027-02", "expiration_date": "2021-12"}, "expiration_date"),
    ("automotive", {"production_date": "2027-02", "expiration_date": "2021-12"}, "expiration_date"),
    ("beverage", {"vintage": 2024, "best_before_date": "2021-12"}, "best_before_date"),
    ("appliance", plate(q(230, "V"), q(0.8, "A"), q(1300, "W")), "power"),
    ("tools", plate(q(230, "V"), q(0.62, "A"), q(1400, "W")), "power"),
    ("electronics", plate(q(5, "V"), q(200, "mA"), q(10, "W")), "power"),
    ("toys", plate(q(6, "V"), q(100, "mA"), q(3, "W")), "power"),
    ("appliance", volumes(231, 160, 331), "net_volume"),
    ("appliance", {"net_volume": q(381, "l"), "gross_volume": q(331, "l")}, "net_volume"),
    ("electronics", battery(q(3.7, "V"), q(10000, "mAh"), q(3.7, "Wh")), "battery_energy"),
    ("electronics", battery(q(3.7, "V"), q(10000, "Ah"), q(37, "Wh")), "battery_energy"),
    ("tools", battery(q(18, "V"), q(5, "Ah"), q(9, "Wh")), "battery_energy"),
    ("automotive", tyre("97", q(615, "kg")), "load_index"),
    ("automotive", tyre("91", q(1856, "lb")), "load_index"),
    ("automotive", {"tyre_size": "225/45 ZR17", "speed_symbol": "T"}, "speed_symbol"),
    ("automotive", {"dot_code": "DOT 3VK R4GT2X 7525"}, "dot_code"),
    ("automotive", {"dot_code": "DOT 3VK R4GT2X 0025"}, "dot_code"),
    ("apparel", washed("do not wash", q(40, "°C")), "washing"),
    ("apparel", washed("hand wash", q(90, "°C")), "washing"),
    ("apparel", washed("normal", q(400, "°C")), "washing_temperature"),
    ("apparel", washed("normal", q(4, "°C")), "washing_temperature"),
    (
        "toys",
        {"textile_composition": [WOOL, SILK]},
        "textile_composition",
    ),
    ("apparel", {"textile_composition": [WOOL, SILK]}, "textile_composition"),
    ("book", {"isbn": "978-0-306-40615-7", "isbn_10": "0-14-001399-7"}, "isbn_10"),
    ("health", {"pzn": "99142867"}, "pzn"),
    ("health", {"pzn": "99142857", "gtin": "4150992073615"}, "gtin"),
    ("appliance", {"place_settings": 14, "noise_class": "B", "sound_power_level": q(74, "dB")}, "sound_power_level"),
    ("tools", {"sound_pressure_level": q(100, "dB"), "sound_power_level": q(89, "dB")}, "sound_power_level"),
]
ODD = [
    ("book", {"isbn": "978-0-306-40615-7", "gtin": "9780140013993"}, "gtin"),  # or the ISBN of a set
    ("book", {"issn": "0028-0836", "gtin": "9771234567003"}, "gtin"),
    ("toys", {"textile_composition": [WOOL]}, "textile_composition"),
    (
        "household",
        {"hazard_statements": ["H318 Causes serious eye damage."], "hazard_pictograms": ["GHS07"]},
        "hazard_pictograms",
    ),
    ("automotive", {"hazard_statements": ["H226 Flammable."], "hazard_pictograms": ["GHS07"]}, "hazard_pictograms"),
]


@pytest.mark.parametrize(("category", "label", "where"), WRONG)
def test_what_cannot_be_is_an_error(category, label, where):
    """A misread figure that breaks what must hold is an error, told at its place."""
    assert ("error", where) in wrong(category, label)


@pytest.mark.parametrize(("category", "label", "where"), ODD)
def test_what_seldom_is_true_is_a_warning(category, label, where):
    """What an odd label may print is no error."""
    assert wrong(category, label) == [("warning", where)]


def test_an_error_names_all_that_it_compared():
    """The values go back to the model by their paths: each figure that may be the misread one is among them."""
    (finding,) = findings("grocery", per_100(table(1010, 1239)))
    assert finding["values"] == {
        "specifications.nutrition_per_100g.energy_kj": 1010,
        "specifications.nutrition_per_100g.energy_kcal": 1239,
    }


def test_a_range_is_among_the_values_as_printed():
    """Of a range both ends are told, of a limit that it is one."""
    plate_of_range = plate({"min_value": 220, "max_value": 240, "unit": "V"}, at_most(0.5, "A"), q(4000, "W"))
    (finding,) = findings("appliance", plate_of_range)
    assert finding["values"] == {
        "specifications.power": 4000,
        "specifications.input_voltage": "220-240",
        "specifications.input_current": "at most 0.5",
    }


def found_by(severities, labels):
    """The checks that say something so severe of these labels."""
    return {
        check.__name__
        for category, label, _ in labels
        for check in extractor(category).check.checks
        if any(finding["severity"] in severities for finding in check(label))
    }


def test_every_check_is_tried():
    """Each check of the library finds a label wrong, but for three that only prove; each category has both labels."""
    every = {check.__name__ for category in BUILT_IN for check in extractor(category).check.checks}
    finding = found_by({"error", "warning"}, WRONG + ODD)
    assert every - finding == {"servings_of_the_pack", "output_power", "national_drug_codes"}
    assert every - finding <= found_by({"proof"}, TRUE)
    for labels in (TRUE, WRONG):
        assert {category for category, *_ in labels} == set(BUILT_IN)
