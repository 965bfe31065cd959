"""Tools: what the schema accepts of plates and boxes, what it refuses, and a battery's figures against each other."""

import pytest

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from tests.unit.checking import complaints


def q(value, unit):
    return {"value": value, "unit": unit}


def span(low, high, unit):
    return {"min_value": low, "max_value": high, "unit": unit}


# Hand-written: what a careful reader would record of a mains tool's plate ...
GRINDER = {
    "functional_name": "Angle Grinder",
    "model": "FWS 1400",
    "mpn": "0612 448 03",
    "serial_number": "2605-118274",
    "input_voltage": span(220, 240, "V"),
    "input_current_type": "AC",
    "input_frequency": span(50, 60, "Hz"),
    "input_current": q(6.2, "A"),
    "power": q(1.4, "kW"),
    "no_load_speed": span(2800, 11000, "rpm"),
    "rated_speed": q(11000, "rpm"),
    "maximum_operating_speed": q(12250, "rpm"),
    "disc_diameter": q(4.5, "in"),
    "bore_diameter": q(22.23, "mm"),
    "spindle_thread": "M14",
    "sound_pressure_level": q(89, "dB"),
    "sound_power_level": q(100, "dB"),
    "sound_uncertainty": q(3, "dB"),
    "vibration_emission": {"max_value": 2.5, "unit": "m/s²"},
    "vibration_uncertainty": q(1.5, "m/s²"),
    "protection_class": "II",
    "ip_rating": "IP20",
    "weight": q(2.4, "kg"),
    "standards": ["EN IEC 62841-2-3"],
    "certifications": ["CE"],
    "warnings": "Wear eye protection.",
    "country_of_origin": "DE",
    "manufacturer": "Funkenried Werkzeuge GmbH",
    "manufacturer_address": "Schmiedegasse 7, 58300 Wetter",
    "switch": "restart protection",  # not foreseen, and welcome
}
# ... of a cordless drill's box, and of hand tools, air tools and tools with an engine.
DRILL = {
    "gtin": "2406180355714",
    "battery_type": "Li-ion",
    "production_date": "2026",
    "battery_voltage": q(18, "V"),
    "battery_capacity": q(4, "Ah"),
    "battery_energy": q(72, "Wh"),
    "gear_speeds": ["0-500 min⁻¹", "0-1900 min⁻¹"],
    "impact_rate": span(0, 28500, "1/min"),
    "impact_energy": q(2.6, "J"),
    "torque": q(60, "N·m"),
    "chuck_capacity": span(1.5, 13, "mm"),
    "drilling_capacity_wood": q(38, "mm"),
    "drilling_capacity_steel": q(13, "mm"),
    "drilling_capacity_masonry": q(13, "mm"),
    "vibration_by_use": ["ah,ID 12,5 m/s²", "ah,D 2,5 m/s²"],
    "package_contents": ["1 taladro", "2 baterías"],
    "claims": ["Motor sin escobillas"],
    "distributor": "Tornavik Ibérica S.A., Leganés",
    "url": "www.tornavik.example",
}
OTHERS = {
    "drive_size": '1/2"',
    "size": "17",
    "material": "Cr-V",
    "number_of_items": 108,
    "insulation_voltage": q(1000, "V"),
    "stroke_rate": span(0, 3100, "1/min"),
    "air_pressure": q(6.3, "bar"),
    "air_flow": q(119, "l/min"),
    "cutting_depth": q(65, "mm"),
    "blade_length": q(16, "in"),
    "engine_displacement": q(25.4, "cm³"),
}
RICH = (GRINDER, DRILL, OTHERS)

WRONG = [
    ("no_load_speed", q(11000, "min⁻¹"), ".unit"),
    ("no_load_speed", q(11000, "1/min"), ".unit"),
    ("no_load_speed", "2800-11000", ""),
    ("impact_rate", q(28500, "rpm"), ".unit"),
    ("impact_energy", q(2.6, "N·m"), ".unit"),
    ("gear_speeds", "0-500 min⁻¹", ""),
    ("torque", q(60, "Nm"), ".unit"),
    ("chuck_capacity", q(13, "kg"), ".unit"),
    ("disc_diameter", q("125", "mm"), ".value"),
    ("spindle_thread", q(14, "mm"), ""),
    ("cutting_depth", q(65, "kg"), ".unit"),
    ("sound_pressure_level", q(89, "dB(A)"), ".unit"),
    ("vibration_emission", q(5.4, "m/s2"), ".unit"),
    ("vibration_by_use", [], ""),
    ("drilling_capacity_wood", 38, ""),
    ("battery_capacity", q(4, "Wh"), ".unit"),
    ("battery_energy", q(72, "Ah"), ".unit"),
    ("air_pressure", q(90, "PSI"), ".unit"),
    ("air_flow", q(4.2, "cfm"), ".unit"),
    ("engine_displacement", q(25.4, "cc"), ".unit"),
    ("drive_size", 0.5, ""),
    ("protection_class", "2", ""),
    ("ip_rating", "IP 2O", ""),
    ("gtin", "2406180355715", ""),
]


@pytest.fixture(scope="module")
def tools():
    return load_catalog(load_plugins())["tools"]


def faults(extractor, specifications):
    """The paths that the schema refuses."""
    product = {"product_name": "Name", "brand": "Brand", "specifications": specifications}
    return {".".join(map(str, error.absolute_path)) for error in extractor.validator.iter_errors(product)}


def findings(extractor, specifications):
    """Where the check finds errors."""
    found = complaints(extractor.check({"specifications": specifications}))
    assert all(finding["severity"] == "error" and finding["message"] for finding in found)
    return [finding["path"] for finding in found]


def battery(volts, charge, energy):
    """A battery's three figures."""
    return {"battery_voltage": volts, "battery_capacity": charge, "battery_energy": energy}


def test_rich_plates_and_boxes_are_accepted(tools):
    """Full records pass schema and check, as an empty one does; together they use every property."""
    for record in (*RICH, {}):
        assert faults(tools, record) == set()
        assert findings(tools, record) == []
    foreseen = tools.tool["input_schema"]["properties"]["specifications"]["properties"]
    assert foreseen.keys() <= {name for record in RICH for name in record}


@pytest.mark.parametrize(("name", "value", "below"), WRONG)
def test_a_wrong_value_is_refused_where_it_stands(tools, name, value, below):
    """One wrong value in an otherwise good record is refused at its own path and nowhere else."""
    assert faults(tools, GRINDER | DRILL | OTHERS | {name: value}) == {f"specifications.{name}{below}"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sound_pressure_level", {"max_value": 70, "unit": "dB"}),
        ("cutting_depth", span(0, 65, "mm")),
        ("disc_diameter", span(115, 125, "mm")),
        ("drilling_capacity_wood", {"max_value": 38, "unit": "mm"}),
        ("chuck_capacity", q(0.5, "in")),
        ("spindle_thread", 'UNF 1/2"-20'),
    ],
)
def test_limits_and_ranges_as_makers_print_them_are_accepted(tools, name, value):
    """A noise that stays below a limit, what can be set from one size to another, and inches pass."""
    assert faults(tools, {name: value}) == set()


@pytest.mark.parametrize(
    "figures",
    [
        battery(q(18, "V"), q(4, "Ah"), q(72, "Wh")),
        battery(q(20, "V"), q(2, "Ah"), q(36, "Wh")),  # 20 V max is 18 V under load
        battery(q(12, "V"), q(2, "Ah"), q(21.6, "Wh")),  # 12 V max is 10.8 V
        battery(q(3.6, "V"), q(1500, "mAh"), q(5.4, "Wh")),
        battery(q(3.6, "V"), q(1.3, "Ah"), q(5, "Wh")),
        battery(span(14.4, 18, "V"), q(4, "Ah"), q(72, "Wh")),
        battery(q(36, "V"), q(5, "Ah"), q(90, "Wh")),  # two batteries of 18 V, the energy of one
        battery(q(60, "V"), q(6, "Ah"), q(108, "Wh")),  # 60 V at 2 Ah, or 20 V at 6 Ah
        {"battery_voltage": q(18, "V"), "battery_energy": q(72, "Wh")},
        {"battery_capacity": q(4, "Ah"), "battery_energy": q(7.2, "Wh")},
    ],
)
def test_a_battery_whose_figures_agree_passes(tools, figures):
    """Volts by ampere-hours near the watt-hours, and what can't be multiplied, give no finding."""
    assert findings(tools, figures) == []


@pytest.mark.parametrize(
    "figures",
    [
        battery(q(18, "V"), q(40, "Ah"), q(72, "Wh")),
        battery(q(18, "V"), q(4, "Ah"), q(7.2, "Wh")),
        battery(q(10.8, "V"), q(4, "Ah"), q(72, "Wh")),
        battery(q(18, "V"), q(4, "mAh"), q(72, "Wh")),
    ],
)
def test_a_battery_whose_figures_disagree_is_found(tools, figures):
    """A lost point, a wrong digit or a wrong unit in one of the three is an error at the energy."""
    assert findings(tools, figures) == ["specifications.battery_energy"]


@pytest.mark.parametrize(("pressure", "power"), [(89, 100), (70, 70), (103, 116)])
def test_sound_power_above_sound_pressure_passes(tools, pressure, power):
    """LwA at or above LpA gives no finding."""
    said = {"sound_pressure_level": q(pressure, "dB"), "sound_power_level": q(power, "dB")}
    assert findings(tools, said) == findings(tools, {"sound_power_level": q(power, "dB")}) == []


def test_sound_power_below_sound_pressure_is_found(tools):
    """LpA and LwA taken for each other are an error at the sound power."""
    said = {"sound_pressure_level": q(100, "dB"), "sound_power_level": q(89, "dB")}
    assert findings(tools, said) == ["specifications.sound_power_level"]
