"""docs/categories.md is what the schemas say, and says it so that it can be read."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from operate.__main__ import main
from operate.categories import COMMAND, PAGE, categories_on, page, sample_truth
from operate.shapes import as_text, in_words, resolved
from pipeline.catalog import Catalog, Extractor, load_catalog
from pipeline.plugins import load_plugins
from tests.recordings.scenes import BUILT_IN


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(load_plugins())


def section(text: str, heading: str) -> str:
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_the_page_is_up_to_date(catalog: Catalog) -> None:
    """It tells what the schemas say, of all built-in categories; of one that was added since it need not."""
    text = PAGE.read_text(encoding="utf-8")
    told = categories_on(text)
    assert set(BUILT_IN) <= set(told) <= set(catalog), f"docs/categories.md is behind the schemas: {COMMAND}"
    now = page({name: catalog[name] for name in told}, sample_truth())
    assert text == now, f"docs/categories.md is behind the schemas: {COMMAND}"


def test_every_property_is_on_the_page(catalog: Catalog) -> None:
    """Each property of each category has a line, with its title and its description, and stands in the index."""
    text = page(catalog, sample_truth())
    lines = [line.replace("\\", "") for line in text.splitlines() if line.startswith("| <a id=")]
    index = text.partition("<details>")[2].partition("</details>")[0]
    for extractor in catalog.values():
        schema = extractor.tool["input_schema"]
        for name, node in schema["properties"]["specifications"]["properties"].items():
            shape = resolved(node, schema["$defs"])
            words = [" ".join(shape[word].split()).replace("\\", "") for word in ("title", "description")]
            assert any(f"<br>`{name}` |" in line and all(word in line for word in words) for line in lines), name
            assert f"\n| `{name}` | [" in index


def test_every_link_leads_to_one_place(catalog: Catalog) -> None:
    """No two properties have one id, and each id that is linked to is there, a category's own under its name."""
    text = page(catalog, sample_truth())
    ids = re.findall(r'<a id="(.+?)">', text)
    assert sorted(ids) == sorted(set(ids))
    assert set(ids) == set(re.findall(r"\]\(#(p-.+?)\)", text))
    [size] = [line for line in text.splitlines() if line.startswith("| `size` |")]
    for link in ("[apparel](#p-apparel-size)", "](#p-size)"):
        assert link in size


def test_what_categories_share_is_said_once(catalog: Catalog) -> None:
    """A property that is the same in many categories has one line, to which each of them points."""
    text = page({name: catalog[name] for name in ("book", "general", "grocery")}, sample_truth())
    assert text.count("<br>`url` |") == 1
    assert "<br>`url` |" in section(text, "What categories share")
    for name in ("book", "general", "grocery"):
        assert "[`url`](#p-url)" in section(text, name)
    assert "<br>`isbn` |" in section(text, "book")


def test_a_table_has_no_torn_line(catalog: Catalog) -> None:
    """Every line of a table has as many cells as its head, whatever a schema's texts hold."""
    cells = 0
    for line in page(catalog, sample_truth()).splitlines():
        if line.startswith("|"):
            cells = cells or line.replace("\\|", "").count("|")
            assert line.replace("\\|", "").count("|") == cells, line
        else:
            cells = 0


SHARED = {
    "quantity": {
        "type": "object",
        "properties": {"value": {"type": "number", "minimum": 0}, "unit": {"type": "string"}},
    },
    "range": {
        "type": "object",
        "properties": {"value": {}, "min_value": {}, "max_value": {}, "unit": {"enum": ["V"]}},
    },
    "text": {"type": "string", "minLength": 1},
    "code": {"$ref": "#/$defs/text", "pattern": "^[A-Z]+$"},
}


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({"$ref": "#/$defs/text"}, "text"),
        ({"$ref": "#/$defs/code"}, "text that matches `^[A-Z]+$`"),
        ({"type": "string", "format": "partial-date"}, "[partial-date](#formats)"),
        ({"type": "string", "enum": ["AC", "DC"]}, "one of `AC`, `DC`"),
        ({"type": "array", "items": {"$ref": "#/$defs/text"}}, "list of texts"),
        ({"type": "array", "items": {"$ref": "#/$defs/code"}}, "list, each: text that matches `^[A-Z]+$`"),
        ({"$ref": "#/$defs/quantity", "properties": {"unit": {"enum": ["g", "kg"]}}}, "quantity in g or kg"),
        (
            {"$ref": "#/$defs/quantity", "properties": {"unit": {"enum": ["%"]}, "value": {"maximum": 100}}},
            "quantity in %, at most 100",
        ),
        ({"$ref": "#/$defs/range"}, "quantity or range in V"),
        ({"type": "integer", "minimum": 1}, "whole number from 1"),
        ({"type": "number", "exclusiveMinimum": 0}, "number above 0"),
        ({"$ref": "#/$defs/code", "examples": ["XL", "M"]}, "text like `XL`, `M`"),
        ({"type": "boolean"}, "true or false"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "values by name, each: whole number"),
        ({"type": ["string", "number"]}, "text, number, list or quantity"),
        (
            {"type": "object", "properties": {"part": {"$ref": "#/$defs/text"}, "count": {"type": "integer"}}},
            "`part` text; `count` whole number",
        ),
    ],
)
def test_a_shape_in_words(node: dict[str, Any], words: str) -> None:
    """What a value looks like is said without JSON Schema's words, what stands beside a reference going before it."""
    assert in_words(resolved(node, SHARED)) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"value": 340, "unit": "g"}, "340 g"),
        ({"min_value": 100, "max_value": 240, "unit": "V"}, "100–240 V"),
        (["OAT", "WHEAT"], "OAT, WHEAT"),
        ([{"value": 14.99, "currency": "GBP"}], "14.99 GBP"),
        ({"fat": {"value": 1, "unit": "g"}, "note": "as sold"}, "fat 1 g, note as sold"),
        (True, "yes"),
        (12, "12"),
    ],
)
def test_a_value_in_a_line(value: object, text: str) -> None:
    """Examples, and what a trial shows, are written as people write them."""
    assert as_text(value) == text


def test_the_command_writes_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, catalog: Catalog) -> None:
    """`categories` writes the page for all that the catalog holds, and names them."""
    monkeypatch.setattr("operate.categories.PAGE", tmp_path / "categories.md")
    monkeypatch.setattr("operate.categories.ROOT", tmp_path)
    console = Console(file=io.StringIO(), width=200)
    assert main(["categories"], console) == 0
    assert categories_on((tmp_path / "categories.md").read_text(encoding="utf-8")) == list(catalog)
    assert f"categories.md: {', '.join(catalog)}" in console.file.getvalue()  # type: ignore[attr-defined]


def test_a_category_of_another_plugin_is_told_of_too(catalog: Catalog) -> None:
    """Whatever the catalog holds has its section, also a schema with shapes of its own and without references."""
    schema = {
        "type": "object",
        "properties": {
            "specifications": {
                "type": "object",
                "title": "Kites",
                "properties": {"wind": {"type": "object", "properties": {"min|max": {"type": "integer"}}}},
            }
        },
    }
    kite = Extractor(
        "kite", "Kites.", "Read it.", {"name": "record_kite", "input_schema": schema}, "1", lambda _: (), "a test"
    )
    text = page({"general": catalog["general"], "kite": kite}, [])
    assert categories_on(text) == ["general", "kite"]
    assert "`min\\|max` whole number" in section(text, "kite")
