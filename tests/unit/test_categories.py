"""The built-in categories: what their schemas and prompts promise to the model and to whoever reads the rows."""

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from operate.shapes import resolved
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from tests.recordings.scenes import BUILT_IN as CATEGORIES

ROOT = Path(__file__).resolve().parents[2]
SHARED = json.loads((ROOT / "schemas" / "product.json").read_text(encoding="utf-8"))["$defs"]
# Names that prompts propose for what no schema foresees.
OWN_NAMES = {"sell_by_date", "store_barcode", "unlabelled_codes"}


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(load_plugins())


def own(category):
    """The category's schema as it's written, before merging."""
    return json.loads((ROOT / "schemas" / f"{category}.json").read_text(encoding="utf-8"))


def described(extractor):
    """Each property that the model is asked for, however deep, by its path."""
    schema = extractor.tool["input_schema"]

    def walk(node, path):
        for name, below in resolved(node, schema.get("$defs", {})).get("properties", {}).items():
            yield f"{path}{name}", resolved(below, schema.get("$defs", {}))
            if name in ("specifications", "nutrition_per_100g", "nutrition_per_serving"):
                yield from walk(below, f"{path}{name}.")

    return dict(walk(schema, ""))


def test_the_catalog_holds_the_thirteen_categories(catalog):
    """The service starts with all of its own categories, whatever was added."""
    assert len(CATEGORIES) == 13
    assert set(CATEGORIES) <= set(catalog)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_property_is_titled_and_described(catalog, category):
    """The model, and whoever reads a report, is told of every property what it is."""
    properties = described(catalog[category])
    assert len([path for path in properties if path.count(".") == 1]) >= 15
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
        for name, node in own(category)["properties"].items():
            bare = {key: value for key, value in node.items() if key not in ("title", "description", "examples")}
            # {"$ref": .../gtin} alone and with words of its own are the same shape
            shapes[name].add(json.dumps(bare, sort_keys=True))
    assert {name for name, variants in shapes.items() if len(variants) > 1} == set()


def test_one_name_has_one_title():
    """A property that stands for one thing is called one thing: a title never names two properties."""
    named = defaultdict(set)
    for category in CATEGORIES:
        for name, node in own(category)["properties"].items():
            shared = SHARED.get(str(node.get("$ref", "")).rpartition("/")[2], {})
            named[node.get("title") or shared["title"]].add(name)
    assert {title: names for title, names in named.items() if len(names) > 1} == {}


def test_the_source_of_each_vocabulary_is_said():
    """Every $comment names schema.org, the GS1 Web Vocabulary or the rule of the trade that its names are from."""
    for category in CATEGORIES:
        assert re.search(r"schema\.org|GS1|Regulation|ISO|IEC|EN \d|ECE|SAE", own(category)["$comment"]), category


def test_units_come_from_one_list_and_all_of_it_is_used():
    """Every narrowed quantity takes its units from the shared list, and none on it is without use."""
    narrowed = set(_units(SHARED)).union(*(_units(own(category)) for category in CATEGORIES))
    for category in CATEGORIES:
        loose = [
            node for node in _objects(own(category)) if "enum" not in node.get("properties", {}).get("unit", {"enum"})
        ]
        assert loose == [], f"{category}: a unit without a list"
    assert narrowed == set(SHARED["unit"]["enum"])
    assert len(SHARED["unit"]["enum"]) == len(set(SHARED["unit"]["enum"]))


def _objects(node):
    """Every object in a schema, however deep."""
    if isinstance(node, dict):
        yield node
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _objects(value)


def _units(node):
    """The units of every quantity in a schema, however deep."""
    if isinstance(node, dict):
        if isinstance(node.get("unit"), dict):
            yield from node["unit"].get("enum", ()) if node["unit"] is not SHARED["unit"] else ()
        for value in node.values():
            yield from _units(value)
    elif isinstance(node, list):
        for value in node:
            yield from _units(value)


def test_every_shared_definition_is_used():
    """product.json defines nothing that no category uses."""
    envelope = json.loads((ROOT / "schemas" / "product.json").read_text(encoding="utf-8"))
    used, waiting = set(), [{**envelope, "$defs": {}}, *map(own, CATEGORIES)]
    while waiting:
        new = set(re.findall(r'"\$ref": "(?:product\.json)?#/\$defs/(\w+)"', json.dumps(waiting))) - used
        used |= new
        waiting = [SHARED[name] for name in new if name in SHARED]
    assert set(SHARED) <= used


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_tool_is_worth_its_tokens(catalog, category):
    """What is sent with every photo stays small: at most 13,000 characters of schema and 7,000 of prompt."""
    assert len(json.dumps(catalog[category].tool, ensure_ascii=False, separators=(",", ":"))) <= 13_000
    assert len(catalog[category].prompt) <= 7_000


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_prompt_speaks_of_properties_that_exist(catalog, category):
    """Every property that a category's template names in backticks is in its schema, and no variable is left over."""
    template = (ROOT / "prompts" / f"{category}.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]+(?:_[a-z0-9]+)+|[a-z]{5,})`", template))
    assert named
    assert named - OWN_NAMES <= {path.rpartition(".")[2] for path in described(catalog[category])}
    assert catalog[category].tool["name"] in catalog[category].prompt
    assert not re.search(r"\$(category|title|tool|\{)|\$\$", catalog[category].prompt)
