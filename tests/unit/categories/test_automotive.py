"""Automotive: what the schema accepts of tyres, fluids, batteries and parts, what it refuses; load index and load."""

import pytest

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from tests.unit.checking import complaints


def q(value, unit):
    return {"value": value, "unit": unit}


# Hand-written: what a careful reader would record of a tyre with its EU label, of an oil canister, of a battery.
TYRE = {
    "tyre_size": "205/55 R16",
    "load_index": "91",
    "speed_symbol": "V",
    "load_range": "XL",
    "tyre_construction": ["RADIAL", "TUBELESS"],
    "dot_code": "DOT 3VK R4GT2X 3525",
    "maximum_load": q(615, "kg"),
    "maximum_pressure": q(350, "kPa"),
    "treadwear": 420,
    "traction_grade": "AA",
    "temperature_grade": "A",
    "mud_and_snow": "M+S",
    "three_peak_mountain_snowflake": True,
    "fuel_efficiency_class": "B",
    "wet_grip_class": "A",
    "external_rolling_noise": q(71, "dB"),
    "noise_class": "B",
    "eprel_number": "483920",
    "type_approval_mark": ["E4 0268143-S2WR2"],
    "country_of_origin": "PT",
}
OIL = {
    "gtin": "2407331905628",
    "functional_name": "Huile moteur",
    "mpn": "CV-5305-05",
    "net_content": q(5, "l"),
    "number_of_items": 4,
    "viscosity_grade": "5W-30",
    "api_service_category": ["SP", "CF"],
    "acea_sequence": ["C3", "A3/B4"],
    "manufacturer_approvals": ["Auriga AG 52.04"],
    "vehicle_compatibility": ["moteurs essence"],
    "signal_word": "Attention",
    "hazard_pictograms": ["GHS07"],
    "hazard_statements": ["EUH208 Contient un sulfonate de calcium."],
    "precautionary_statements": ["P102 Tenir hors de portée des enfants."],
    "ufi": "DQ10-K0PE-00YG-3T5C",
    "batch_lot_number": "26238 B4",
    "production_date": "2026-09",
    "expiration_date": "2031-09",
    "manufacturer": "Corvane Lubrifiants SAS",
    "manufacturer_address": "3 quai des Docks, 76600 Le Havre",
    "distributor": "Handel AG, Wien",
    "url": "www.corvane.example",
}
REST = {
    "brake_fluid_grade": "DOT 5.1",
    "boiling_point": {"min_value": 260, "unit": "°C"},
    "freezing_point": q(-38, "°C"),
    "battery_voltage": q(12, "V"),
    "battery_capacity": q(60, "Ah"),
    "cold_cranking_current": q(540, "A"),
    "oe_numbers": ["1K0 698 151 A", "03L115562"],
    "warnings": "Ne pas ingérer.",
    "consumer_usage_instructions": "Contrôler le niveau moteur froid.",
    "claims": ["Low SAPS"],
    "certifications": ["E1"],
    "standards": ["EN 50342-1"],
    "lamp_category": "H7",  # not foreseen, and welcome
}
RICH = TYRE | OIL | REST

WRONG = [
    ("tyre_size", "2O5/55 R16", ""),
    ("tyre_size", "205/55 R16 91V", ""),  # the indices have places of their own
    ("tyre_size", "205/55", ""),
    ("tyre_size", "R16", ""),
    ("tyre_size", "5W-30", ""),
    ("load_index", 91, ""),
    ("load_index", "9I", ""),
    ("speed_symbol", "91V", ""),
    ("speed_symbol", "I", ""),
    ("dot_code", "3VK R4GT2X 3525", ""),
    ("dot_code", "DOT 4", ""),
    ("dot_code", "DOT 3VK R4GT 2X7B 3525", ""),  # 15 characters: 13 at the most
    ("maximum_load", q(1356, "LBS"), ".unit"),
    ("maximum_pressure", q(350, "kpa"), ".unit"),
    ("treadwear", "420", ""),
    ("treadwear", 4200, ""),
    ("treadwear", 428, ""),  # graded in steps of 20
    ("traction_grade", "AAA", ""),
    ("temperature_grade", "AA", ""),
    ("three_peak_mountain_snowflake", False, ""),  # what is not printed is absent
    ("fuel_efficiency_class", "H", ""),
    ("external_rolling_noise", "71 dB", ""),
    ("eprel_number", "EPREL 483920", ""),
    ("type_approval_mark", "E4 0268143", ""),
    ("viscosity_grade", "SAE 5W-30", ""),
    ("viscosity_grade", "SW-30", ""),
    ("viscosity_grade", "6W-30", ""),
    ("viscosity_grade", "5W-3", ""),
    ("api_service_category", "SP", ""),
    ("brake_fluid_grade", "DOT 6", ""),
    ("brake_fluid_grade", "DOT 3VK R4GT2X 3525", ""),
    ("boiling_point", q(260, "K"), ".unit"),
    ("cold_cranking_current", q(-540, "A"), ".value"),
    ("ufi", "DQ10-K0PE-00YG-3T5D", ""),  # its check character no longer fits
]


@pytest.fixture(scope="module")
def automotive():
    return load_catalog(load_plugins())["automotive"]


def faults(extractor, specifications):
    """The paths that the schema refuses, from `specifications` on."""
    product = {"product_name": "Name", "specifications": specifications}
    return {".".join(map(str, error.absolute_path)) for error in extractor.validator.iter_errors(product)}


def findings(extractor, specifications):
    return complaints(extractor.check({"specifications": specifications}))


@pytest.mark.parametrize("specifications", [TYRE, OIL, REST, RICH, {}])
def test_a_rich_label_is_accepted(automotive, specifications):
    """Full, hand-written records pass, schema and check, and so does one of which nothing could be read."""
    assert faults(automotive, specifications) == set()
    assert findings(automotive, specifications) == []


@pytest.mark.parametrize(("name", "value", "below"), WRONG)
def test_a_wrong_value_is_refused_where_it_stands(automotive, name, value, below):
    """One wrong value in an otherwise good record is refused at its own path and nowhere else."""
    assert faults(automotive, RICH | {name: value}) == {f"specifications.{name}{below}"}


@pytest.mark.parametrize(
    "size",
    [
        *("P205/55R16", "205/55ZR16", "205/55 ZR 16", "225/45RF17", "245/40ZRF19", "145/80 B10", "HL 275/35 R23"),
        *("LT265/70R17", "31X10.50R15LT", "195R14C", "235/65R16C", "275/70R22.5", "11R22.5", "12.00R20", "T125/70D16"),
        *("120/70 ZR17", "180/55ZR17 M/C", "130/90-16 M/C", "MT90B16", "4.00-18", "3.00 - 10", "ST205/75R15"),
        *(
            "10.0/75-15.3",
            "23x8.50-12",
            "18x7-8",
            "26x2.10",
            "700x25C",
            "28-622",
            "11L-15SL",
            "16.9-28 IMP",
            "10-16.5 NHS",
        ),
        *("2 3/4-17", "2¼-17", "28 x 1 5/8 x 1 3/8", "26x1.75/2.125", "20×1.75", "8-14.5MH", "8,25-20", "4.80/4.00-8"),
    ],
)
def test_tyre_sizes_as_moulded_are_accepted(automotive, size):
    """Sizes of cars, vans, trucks, motorcycles, trailers, tractors and bicycles pass as they are printed."""
    assert faults(automotive, {"tyre_size": size}) == set()


@pytest.mark.parametrize(
    "grade", ["0W-20", "0W-8", "10W40", "15W/40", "5W–30", "5w - 40", "75W-90", "80W", "30", "75W 85", "140", "7.5W"]
)
def test_viscosities_as_printed_are_accepted(automotive, grade):
    """Multigrade and single grades of engine and gear oils pass, however their parts are joined."""
    assert faults(automotive, {"viscosity_grade": grade}) == set()


@pytest.mark.parametrize(
    "grade",
    ["DOT 3", "DOT4", "Dot 4", "Super DOT 4", "DOT 4 Class 6", "DOT 3/4", "DOT 3 & DOT 4", "DOT 4+", "DOT 5.1 ESP"],
)
def test_brake_fluid_grades_as_printed_are_accepted(automotive, grade):
    """A grade passes with what makers print around it."""
    assert faults(automotive, {"brake_fluid_grade": grade}) == set()


@pytest.mark.parametrize(
    ("name", "value"), [("dot_code", "DOT-R 7XB 1220"), ("dot_code", "DOT 4B08 4D9"), ("treadwear", 0)]
)
def test_rare_marks_of_tyres_are_accepted(automotive, name, value):
    """A retread's code, a code without its week, a grade of 00: each is a true print."""
    assert faults(automotive, {name: value}) == set()


# UN Regulation 54, annex 4.
@pytest.mark.parametrize(
    ("index", "kilograms"),
    [
        ("58", 236),
        ("75", 387),
        ("82", 475),
        ("91", 615),
        ("95", 690),
        ("100", 800),
        ("104/102", 900),
        ("121/118", 1450),
    ],
)
def test_load_indices_of_the_table_pass(automotive, index, kilograms):
    """A load index beside the load it stands for gives no finding."""
    assert findings(automotive, {"load_index": index, "maximum_load": q(kilograms, "kg")}) == []


@pytest.mark.parametrize(
    ("index", "kilograms"), [("97", 615), ("81", 615), ("91", 675), ("91", 815), ("91", 61.5), ("19", 615)]
)
def test_a_load_index_that_stands_for_another_load_is_found(automotive, index, kilograms):
    """A digit misread in index or load is one error, at the index."""
    (finding,) = findings(automotive, {"load_index": index, "maximum_load": q(kilograms, "kg")})
    assert (finding["path"], finding["severity"]) == ("specifications.load_index", "error")
    assert str(kilograms) in finding["message"]


@pytest.mark.parametrize(
    "specifications",
    [
        {"load_index": "91"},
        {"maximum_load": q(615, "kg")},
        {"load_index": "91", "maximum_load": q(1356, "lb")},
        {"load_index": "139", "speed_symbol": "A8", "maximum_load": q(3645, "kg")},  # at 10 km/h
    ],
)
def test_what_cannot_be_compared_gives_no_finding(automotive, specifications):
    """An index or a load alone, a load in pounds, or that of a slow tyre, proves nothing."""
    assert findings(automotive, specifications) == []
