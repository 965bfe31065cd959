"""The five categories: what their schemas and prompts promise, and what they accept and refuse."""

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins

ROOT = Path(__file__).resolve().parents[2]
SHARED = json.loads((ROOT / "schemas" / "product.json").read_text(encoding="utf-8"))["$defs"]
# Hand-written: what a careful reader would record of a rich label, a category each.
RICH = json.loads(Path(__file__).with_name("specifications.json").read_text(encoding="utf-8"))
CATEGORIES = sorted(RICH)


def q(value, unit):
    return {"value": value, "unit": unit}


WRONG = [
    ("grocery", "gtin", "4820024790636", ""),
    ("grocery", "net_content", "350 g", ""),
    ("grocery", "net_content", q(350, "gr"), ".unit"),
    ("grocery", "net_content", q("350", "g"), ".value"),
    ("grocery", "net_content", q(-350, "g"), ".value"),
    ("grocery", "net_content", q(350, "kJ"), ".unit"),
    ("grocery", "net_content", {"value": 350}, ""),
    ("grocery", "net_content", q(350, "g") | {"note": "approx."}, ""),
    ("grocery", "ingredients", ["Zucker"], ""),
    ("grocery", "ingredients", "", ""),
    ("grocery", "ingredients", "x" * 4001, ""),
    ("grocery", "allergens", [], ""),  # an empty list would say that there are none
    ("grocery", "allergens", "milk", ""),
    ("grocery", "nutrition_per_100g", {"energy_kj": q(2159, "kcal")}, ".energy_kj.unit"),
    ("grocery", "nutrition_per_100g", {"fat": 30}, ".fat"),
    ("grocery", "nutrition_per_100g", {"fat": {"unit": "g"}}, ".fat"),
    ("grocery", "nutrition_per_100g", {"vitamin_c": "12 mg"}, ".vitamin_c"),
    ("grocery", "nutrition_per_serving", {}, ""),
    ("grocery", "percentage_of_alcohol_by_volume", q(101, "%"), ".value"),
    ("grocery", "best_before_date", "DEC 2018", ""),
    ("grocery", "country_of_origin", "Ukraine", ""),
    ("grocery", "prices", [{"value": 53.6, "currency": "Rs."}], ".0.currency"),
    ("electronics", "input_voltage", q(230, "W"), ".unit"),
    ("electronics", "input_current_type", "~", ""),
    ("electronics", "ip_rating", "67", ""),
    ("electronics", "mac_address", "28C2DD7922DO", ""),
    ("electronics", "mac_address", "28C2DD7922DCBC", ""),
    ("electronics", "imei", ["49015420323751"], ".0"),
    ("beauty", "period_after_opening", "12M", ""),
    ("beauty", "period_after_opening", q(12, "M"), ".unit"),
    ("beauty", "expiration_date", "2027-02-29", ""),
    ("beauty", "sun_protection_factor", 50, ""),
    ("book", "isbn", "978-0-14-001399-4", ""),
    ("book", "isbn_10", "0-14-001399-X", ""),
    ("book", "author", "Graham Greene", ""),
    ("book", "in_language", "English", ""),
    ("book", "number_of_pages", 184.5, ""),
    ("book", "copyright_year", 19711, ""),
    ("general", "number_of_items", 0, ""),
    ("general", "weight", q(350, "ml"), ".unit"),
    ("general", "colour", {"name": "red"}, ""),
]


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(load_plugins())


def faults(extractor, specifications):
    """The paths that the extractor's schema refuses, from `specifications` on."""
    product = {"product_name": "Name", "brand": "Brand", "specifications": specifications, "confidence_score": 0.9}
    return {".".join(map(str, error.absolute_path)) for error in extractor.validator.iter_errors(product)}


def flat(schema, definitions):
    """The schema with its $ref followed, what stands beside it going deeper and first."""
    if "$ref" not in schema:
        return schema
    beneath = flat(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    both = {key: beneath[key] | beside[key] for key in beneath.keys() & beside.keys() if isinstance(beside[key], dict)}
    return beneath | beside | both


def described(extractor):
    """Each property that the model is asked for, however deep, by its path."""
    schema = extractor.tool["input_schema"]

    def walk(node, path):
        for name, below in flat(node, schema["$defs"]).get("properties", {}).items():
            yield f"{path}{name}", flat(below, schema["$defs"])
            if name in ("specifications", "nutrition_per_100g", "nutrition_per_serving"):
                yield from walk(below, f"{path}{name}.")

    return dict(walk(schema, ""))


def test_the_catalog_holds_the_five_categories(catalog):
    """The service starts with general, grocery, electronics, beauty and book."""
    assert sorted(catalog) == CATEGORIES == ["beauty", "book", "electronics", "general", "grocery"]


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_property_is_titled_and_described(catalog, category):
    """The model, and whoever reads a report, is told of every property what it is."""
    properties = described(catalog[category])
    assert len([path for path in properties if path.count(".") == 1]) >= 12
    assert [path for path, node in properties.items() if not (node.get("title") and node.get("description"))] == []


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_is_chosen_by_one_line_of_its_own(catalog, category):
    """Each description is one line that no other category has."""
    lines = [extractor.description for extractor in catalog.values()]
    assert lines.count(catalog[category].description) == 1
    assert len(catalog[category].description) <= 150


def test_one_thing_has_one_name_and_one_shape_everywhere():
    """A property that two categories have is the same in both, but for the words that describe it."""
    shapes = defaultdict(set)
    for category in CATEGORIES:
        schema = json.loads((ROOT / "schemas" / f"{category}.json").read_text(encoding="utf-8"))
        for name, node in schema["properties"].items():
            bare = {key: value for key, value in node.items() if key not in ("title", "description", "examples")}
            # {"$ref": .../gtin} alone and with words of its own are the same shape
            shapes[name].add(json.dumps(bare, sort_keys=True))
    assert {name for name, variants in shapes.items() if len(variants) > 1} == set()


def test_units_come_from_one_list_and_all_of_it_is_used():
    """Every narrowed quantity takes its units from the shared list, and none on it is without use."""
    narrowed = [node["properties"]["unit"]["enum"] for node in SHARED.values() if "enum" in _unit(node)]
    narrowed += [_unit(node)["enum"] for node in SHARED["nutrition"]["properties"].values() if "enum" in _unit(node)]
    assert {unit for units in narrowed for unit in units} == set(SHARED["unit"]["enum"])


def _unit(node):
    return node.get("properties", {}).get("unit", {})


def test_every_shared_definition_is_used(catalog):
    """product.json defines nothing that no category uses."""
    used = {name for extractor in catalog.values() for name in extractor.tool["input_schema"]["$defs"]}
    assert used == set(SHARED)


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_tool_is_worth_its_tokens(catalog, category):
    """What is sent with every photo stays small: at most 12,000 characters of schema and 7,000 of prompt."""
    assert len(json.dumps(catalog[category].tool, ensure_ascii=False, separators=(",", ":"))) <= 12_000
    assert len(catalog[category].prompt) <= 7_000


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_prompt_speaks_of_properties_that_exist(catalog, category):
    """Every property that a category's template names in backticks is in its schema, and no variable is left over."""
    template = (ROOT / "prompts" / f"{category}.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]+(?:_[a-z0-9]+)+|[a-z]{5,})`", template))
    assert named
    assert named <= {path.rpartition(".")[2] for path in described(catalog[category])}
    assert catalog[category].tool["name"] in catalog[category].prompt
    assert not re.search(r"\$(category|title|tool|\{)|\$\$", catalog[category].prompt)


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_rich_label_is_accepted(catalog, category):
    """A full, hand-written record of the category passes, and so does one of which nothing could be read."""
    assert faults(catalog[category], RICH[category]) == set()
    assert faults(catalog[category], {}) == set()


@pytest.mark.parametrize(("category", "name", "value", "below"), WRONG)
def test_a_wrong_value_is_refused_where_it_stands(catalog, category, name, value, below):
    """One wrong value in an otherwise good record is refused at its own path and nowhere else."""
    assert faults(catalog[category], RICH[category] | {name: value}) == {f"specifications.{name}{below}"}


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("value", ["IP", 5, 0.5, True, ["a", "b"], q(800, "g")])
def test_what_was_not_foreseen_is_welcome(catalog, category, value):
    """A property that no schema foresaw may be a text, a number, a yes or no, a list of texts or a quantity."""
    assert faults(catalog[category], {"legal_class": value}) == set()


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("value", [None, {}, {"a": {"b": 1}}, [1], [["a"]], "", "x" * 4001, q(1, "furlong")])
def test_what_was_not_foreseen_is_still_bounded(catalog, category, value):
    """An unforeseen property is no place for null, nested objects, other lists, endless texts or made-up units."""
    assert {path.partition(".")[0] for path in faults(catalog[category], {"legal_class": value})} == {"specifications"}


@pytest.mark.parametrize("category", CATEGORIES)
def test_names_and_number_of_properties_are_bounded(catalog, category):
    """Names are snake_case of at most 64 characters, and a record has at most 120."""
    for name in ("Net Content", "größe", "1st", "_x", "x" * 65):
        assert faults(catalog[category], {name: "text"}) == {"specifications"}
    assert faults(catalog[category], {f"p{number}": 1 for number in range(120)}) == set()
    assert faults(catalog[category], {f"p{number}": 1 for number in range(121)}) == {"specifications"}


def test_the_envelope_is_closed_and_its_confidence_a_share(catalog):
    """Beside the specifications only the envelope's own fields pass, and confidence lies between 0 and 1."""
    refused = catalog["general"].validator
    good = {"specifications": {}, "confidence_score": 1}
    assert refused.is_valid(good | {"other_category": "book"})
    for bad in ({"category": "general"}, {"confidence_score": 1.1}, {"confidence_score": "high"}, {"brand": ""}):
        assert not refused.is_valid(good | bad)
    assert not refused.is_valid({"specifications": {}})
    assert not refused.is_valid({"confidence_score": 1})
