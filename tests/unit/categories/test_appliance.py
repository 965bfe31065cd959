"""Appliance: what the schema accepts of plates and energy labels, what it refuses, and noise class against decibels."""

import pytest

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from tests.unit.checking import complaints


def q(value, unit):
    return {"value": value, "unit": unit}


# Hand-written: what a careful reader would record of a refrigerator's plate ...
PLATE = {
    "gtin": "2612345000010",
    "functional_name": "Kühl-Gefrier-Kombination",
    "model": "KGN36/VI",
    "mpn": "KG36N/01",
    "serial_number": "0409 00123 7",
    "input_voltage": {"min_value": 220, "max_value": 240, "unit": "V"},
    "input_current_type": "AC",
    "input_current": q(0.8, "A"),
    "input_frequency": q(50, "Hz"),
    "power": q(130, "W"),
    "heating_power": q(165, "W"),
    "fuse_current": q(10, "A"),
    "protection_class": "I",
    "ip_rating": "IPX4",
    "refrigerant": "R600a",
    "refrigerant_charge": q(0.058, "kg"),
    "global_warming_potential": 3,
    "blowing_agent": "Cyclopentan",
    "climate_class": "SN-T",
    "refrigerator_volume": q(231, "l"),
    "freezer_volume": q(100, "l"),
    "net_volume": q(331, "l"),
    "annual_energy_consumption": q(238, "kWh"),
    "certifications": ["CE"],
    "claims": ["NoFrost"],
    "warnings": "Brandgefahr.",
    "country_of_origin": "EU",
    "manufacturer": "Kaltwerk AG",
    "manufacturer_address": "Eisweg 1, 9000 St. Gallen",
    "distributor": "Handel GmbH, Wien",
    "url": "www.kaltwerk.example",
    "gross_volume": q(354, "l"),
    "freezing_capacity": q(4.5, "kg"),
    "freezer_stars": 4,
    "door_alarm": "90 s",  # not foreseen, and welcome
}
# ... of a washing machine's energy label, and of what dishwasher, cooker, dryer and microwave oven print.
LABEL = {
    "model": "WF8148",
    "energy_efficiency_class": "B",
    "energy_consumption_per_100_cycles": q(57, "kWh"),
    "rated_capacity": q(8, "kg"),
    "program_duration": "3:28",
    "water_consumption": q(46, "l"),
    "spin_speed": q(1400, "rpm"),
    "spin_drying_efficiency_class": "B",
    "sound_power_level": q(74, "dB"),
    "condensation_efficiency_class": "A",
    "noise_class": "B",
    "eprel_number": "298173",
    "water_pressure": {"min_value": 0.05, "max_value": 1, "unit": "MPa"},
}
OTHERS = {
    "energy_efficiency_class": "A+++",
    "place_settings": 14,
    "program_duration": "225 min",
    "gas_category": "II2E3B/P",
    "gas_supply": ["G20 20 mbar", "G30 50 mbar"],
    "heat_input": q(7.3, "kW"),
    "air_flow": q(650, "m³/h"),
    "cooling_capacity": q(2.6, "kW"),
    "weight": q(11.5, "kg"),
    "production_date": "2026-04",
    "output_power": q(800, "W"),
    "energy_consumption_per_cycle": q(0.79, "kWh"),
}
RICH = (PLATE, LABEL, OTHERS)

WRONG = [
    ("energy_efficiency_class", "H", ""),
    ("energy_efficiency_class", "A++++", ""),
    ("spin_drying_efficiency_class", "AB", ""),
    ("noise_class", "E", ""),
    ("energy_consumption_per_100_cycles", q(57, "W"), ".unit"),
    ("energy_consumption_per_100_cycles", "57 kWh/100", ""),
    ("annual_energy_consumption", q(-1, "kWh"), ".value"),
    ("program_duration", "3:68", ""),
    ("program_duration", 208, ""),
    ("program_duration", "3.28", ""),
    ("program_duration", "3:8", ""),
    ("freezer_stars", "****", ""),
    ("freezer_stars", 5, ""),
    ("place_settings", 14.5, ""),
    ("spin_speed", q(1400, "U/min"), ".unit"),
    ("water_pressure", q(1, "mbar"), ".unit"),
    ("water_consumption", q(46, "L"), ".unit"),
    ("eprel_number", "29B173", ""),
    ("refrigerant", "R6OOa", ""),  # letters O for zeros
    ("refrigerant", "R60Oa", ""),
    ("refrigerant", "R600a 58 g", ""),
    ("climate_class", "SN-TT", ""),
    ("climate_class", "5N-T", ""),
    ("protection_class", "1", ""),
    ("ip_rating", "X4", ""),
    ("gas_supply", "G20 20 mbar", ""),
    ("air_flow", q(650, "m3/h"), ".unit"),
    ("gtin", "2612345000019", ""),
    ("global_warming_potential", "GWP 3", ""),
]


@pytest.fixture(scope="module")
def appliance():
    return load_catalog(load_plugins())["appliance"]


def faults(extractor, specifications):
    """The paths that the schema refuses."""
    product = {"product_name": "Name", "brand": "Brand", "specifications": specifications}
    return {".".join(map(str, error.absolute_path)) for error in extractor.validator.iter_errors(product)}


def findings(extractor, **specifications):
    """Where the check finds errors."""
    found = complaints(extractor.check({"specifications": specifications}))
    assert all(finding["severity"] == "error" and finding["message"] for finding in found)
    return [finding["path"] for finding in found]


def test_rich_plates_and_labels_are_accepted(appliance):
    """Full records pass schema and check, as an empty one does; together they use every property."""
    for record in (*RICH, {}):
        assert faults(appliance, record) == set()
        assert findings(appliance, **record) == []
    foreseen = appliance.tool["input_schema"]["properties"]["specifications"]["properties"]
    assert foreseen.keys() <= {name for record in RICH for name in record}


@pytest.mark.parametrize(("name", "value", "below"), WRONG)
def test_a_wrong_value_is_refused_where_it_stands(appliance, name, value, below):
    """One wrong value in an otherwise good record is refused at its own path and nowhere else."""
    assert faults(appliance, PLATE | LABEL | {name: value}) == {f"specifications.{name}{below}"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("refrigerant", "R-290"),
        ("refrigerant", "R1234ze(E)"),
        ("refrigerant", "HFC-134a"),
        ("refrigerant", "R 32"),
        ("refrigerant", "R600 a"),
        ("refrigerant", "HCFC-22"),
        ("refrigerant", "NH3"),
        ("climate_class", "N"),
        ("climate_class", "4"),
        ("climate_class", "SN-N-ST-T"),
        ("climate_class", "SN/T"),
        ("climate_class", "N–ST"),
        ("climate_class", "SN~T"),
        ("climate_class", "SN to T"),
        ("climate_class", "T (43 °C)"),
        ("program_duration", "0:59"),
        ("program_duration", "3 h 28 min"),
        ("program_duration", "3h28"),
        ("program_duration", "1 h"),
        ("program_duration", "1 h 5 min"),
        ("program_duration", "3 Std. 28 Min."),
        ("program_duration", "3:28 h:min"),
        ("energy_efficiency_class", "A+"),
        ("eprel_number", "1847205"),
        ("water_pressure", {"min_value": 50, "max_value": 1000, "unit": "kPa"}),
        ("heating_power", {"min_value": 1850, "max_value": 2200, "unit": "W"}),
    ],
)
def test_what_true_plates_print_is_accepted(appliance, name, value):
    """Codes and classes in the forms that makers print them pass."""
    assert faults(appliance, {name: value}) == set()


@pytest.mark.parametrize(
    ("kind", "level", "noise_class"),
    [
        ({"spin_drying_efficiency_class": "B"}, 72, "A"),
        ({"spin_drying_efficiency_class": "B"}, 73, "A"),  # 72.6 dB, rounded
        ({"spin_drying_efficiency_class": "B"}, 73, "B"),
        ({"spin_drying_efficiency_class": "B"}, 81, "D"),
        ({"place_settings": 14}, 44, "B"),
        ({"place_settings": 14}, 38, "A"),
        ({"freezer_volume": q(100, "l")}, 35, "B"),
        ({"refrigerator_volume": q(300, "l")}, 42, "D"),
        ({}, 99, "A"),  # of what isn't known: nothing to measure it by
    ],
)
def test_a_noise_class_that_fits_its_decibels_passes(appliance, kind, level, noise_class):
    """Class and level that belong together on labels of their kind give no finding, nor does either of them alone."""
    assert findings(appliance, **kind, noise_class=noise_class) == []
    assert findings(appliance, **kind, sound_power_level=q(level, "dB")) == []
    assert findings(appliance, **kind, noise_class=noise_class, sound_power_level=q(level, "dB")) == []


@pytest.mark.parametrize(
    ("kind", "level", "noise_class"),
    [
        ({"spin_drying_efficiency_class": "B"}, 74, "A"),
        ({"spin_drying_efficiency_class": "B"}, 24, "B"),
        ({"spin_drying_efficiency_class": "B"}, 74, "C"),
        ({"place_settings": 14}, 74, "B"),
        ({"place_settings": 14}, 44, "D"),
        ({"freezer_volume": q(100, "l")}, 85, "B"),
        ({"refrigerator_volume": q(300, "l")}, 38, "B"),
    ],
)
def test_a_noise_class_that_contradicts_its_decibels_is_found(appliance, kind, level, noise_class):
    """A class that this level can't have on a label of this kind is an error at the level."""
    found = findings(appliance, **kind, noise_class=noise_class, sound_power_level=q(level, "dB"))
    assert found == ["specifications.sound_power_level"]
