"""The package in the service: the category as Claude is asked for it, and answers judged by it."""

import json
from pathlib import Path

import pytest

catalog = pytest.importorskip("pipeline.catalog", reason="the service isn't here: run this from its folder")
plugins = pytest.importorskip("pipeline.plugins")
PHOTOS = Path(__file__).resolve().parents[1] / "photos"


@pytest.fixture(scope="module")
def seeds():
    """The category, as the service registers it."""
    return catalog.load_catalog(plugins.load_plugins())["garden_seeds"]


def faults(seeds, **specifications):
    """The paths of what the merged schema finds wrong with an answer."""
    answer = {"product_name": "Maikönig", "specifications": specifications}
    return [error.json_path.removeprefix("$.specifications.") for error in seeds.validator.iter_errors(answer)]


def test_claude_is_asked_for_it(seeds):
    """The tool has the schema's properties, the shared shapes have come along, and the prompt is rendered."""
    assert seeds.tool["name"] == "record_garden_seeds"
    specifications = seeds.tool["input_schema"]["properties"]["specifications"]
    assert {"variety", "sow_by_date", "gtin"} <= specifications["properties"].keys()
    assert "product.json" not in str(seeds.tool)
    assert "# This photo: Garden seeds" in seeds.prompt
    assert "record_garden_seeds" in seeds.prompt


def test_right_answers_pass(seeds):
    """A packet as it may be printed has no faults."""
    assert not faults(
        seeds,
        gtin="2012345678903",
        hybrid="F1",
        sowing_months_outdoors=[3, 4, 5],
        sowing_depth={"min_value": 0.5, "max_value": 1, "unit": "cm"},
        row_spacing={"value": 12, "unit": "in"},
        germination_time={"min_value": 8, "max_value": 14, "unit": "day"},
        germination_temperature={"value": 18, "unit": "°C"},
        germination_rate={"value": 85, "unit": "%"},
        hardiness_zone="3-9",
        plant_passport_registration="NL-123456789",
        sow_by_date="2028-12",
        price_group="B",
    )


@pytest.mark.parametrize("truth", sorted(PHOTOS.glob("*.json")), ids=lambda path: path.stem)
def test_what_is_on_the_photos_passes(seeds, truth):
    """What is printed on each photo here satisfies schema and check."""
    printed = json.loads(truth.read_text(encoding="utf-8"))
    assert truth.with_suffix(".jpg").is_file()
    assert faults(seeds, **printed["specifications"]) == []
    assert list(seeds.check(printed)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sowing_months_outdoors", [3, 13]),
        ("sowing_months_outdoors", ["March"]),
        ("harvest_months", [7, 7]),
        ("plant_spacing", {"value": 5, "unit": "kg"}),
        ("germination_time", {"value": 8, "unit": "cm"}),
        ("germination_rate", {"value": 850, "unit": "%"}),
        ("hardiness_zone", "warm"),
        ("plant_passport_registration", "123456789"),
        ("sow_by_date", "12/2028"),
        ("gtin", "2012345678900"),
    ],
)
def test_wrong_answers_do_not_pass(seeds, name, value):
    """A value that no packet can have is a fault of its property, and of no other."""
    [path] = faults(seeds, **{name: value})
    assert path.partition(".")[0].partition("[")[0] == name
