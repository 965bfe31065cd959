"""The package by itself: its entry point, schema, prompt and check, without the service."""

import json
import re
from importlib.metadata import entry_points
from pathlib import Path
from string import Template

import pluggy
import pytest
from jsonschema import Draft202012Validator

import garden_seeds

HERE = Path(garden_seeds.__file__).parent
SCHEMA = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
PROMPT = (HERE / "prompt.md").read_text(encoding="utf-8")
GOOD = {
    "net_content": {"value": 2, "unit": "g"},
    "number_of_items": 1500,
    "thousand_seed_weight": {"value": 1.2, "unit": "g"},
    "sowing_depth": {"min_value": 0.5, "max_value": 1, "unit": "cm"},
    "germination_rate": {"value": 85, "unit": "%"},
    "plant_height": {"value": 30, "unit": "cm"},
    "packaging_date": "2026",
    "sow_by_date": "2028-12",
}


def findings(**changed):
    """What the check says of a good packet with these values changed; None takes one away."""
    printed = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    return [(found["path"], found["severity"]) for found in garden_seeds.check({"specifications": printed})]


def test_the_entry_point_registers_one_category():
    """What the service finds by the entry point registers `garden_seeds`, with files that are there."""
    [found] = [each for each in entry_points(group="product_ocr") if each.name == "garden_seeds"]
    manager = pluggy.PluginManager("product_ocr")
    assert manager.parse_hookimpl_opts(found.load(), "register_extractors") is not None
    registered = []
    found.load().register_extractors(lambda category, **given: registered.append((category, given)))
    [(category, given)] = registered
    assert category == "garden_seeds"
    assert given["schema"].is_file()
    assert given["prompt"].is_file()
    assert list(given["check"]({"specifications": {}})) == []


def test_the_schema_is_one_and_every_property_is_described():
    """It is a JSON Schema, of at least fifteen properties, each with words of its own or a shared definition."""
    Draft202012Validator.check_schema(SCHEMA)
    assert len(SCHEMA["description"]) <= 150
    assert len(SCHEMA["properties"]) >= 15
    for name, node in SCHEMA["properties"].items():
        shared = node == {"$ref": f"product.json#/$defs/{name}"}
        assert shared or (node.get("title") and node.get("description")), name


def test_the_prompt_speaks_of_what_there_is():
    """It names properties of the schema and no others, but for one that it says is the model's own."""
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", PROMPT))
    assert len(named) > 5
    assert named - {"price_group"} <= SCHEMA["properties"].keys()
    assert Template(PROMPT).substitute(title="Garden seeds").startswith("# This photo: Garden seeds")


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"packaging_date": "2026-03", "sow_by_date": "2026"},
        {"packaging_date": None},
        {"sow_by_date": None},
        {"thousand_seed_weight": None},
        {"net_content": {"value": 20, "unit": "ml"}},
        {"net_content": {"value": 2000, "unit": "mg"}},
        {"number_of_items": 1000},
        {"sowing_depth": {"max_value": 1, "unit": "cm"}},
    ],
)
def test_a_good_packet_has_no_findings(changed):
    """What agrees with itself, or says too little to be compared, is left in peace."""
    assert findings(**changed) == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"sow_by_date": "2025"}, ("sow_by_date", "error")),
        ({"packaging_date": "2026-11", "sow_by_date": "2026-03-31"}, ("sow_by_date", "error")),
        ({"sowing_depth": {"min_value": 5, "max_value": 1, "unit": "cm"}}, ("sowing_depth", "error")),
        ({"number_of_items": 150}, ("number_of_items", "warning")),
        ({"thousand_seed_weight": {"value": 12, "unit": "g"}}, ("number_of_items", "warning")),
    ],
)
def test_what_cannot_be_is_found(changed, found):
    """Seed to be sown before it was packed and a backward range are errors, an impossible weight a warning."""
    name, severity = found
    assert findings(**changed) == [(f"specifications.{name}", severity)]
