"""One look at all schemas: docs/categories.md, made from what the catalog holds."""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
from rich.console import Console

from operate.properties import LONGEST_EXAMPLE, Property, cell, prose, table
from operate.shapes import as_text, in_words, is_table, resolved
from pipeline.catalog import Catalog, Extractor, load_catalog
from pipeline.formats import MEANINGS
from pipeline.plugins import load_plugins

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "categories.md"
TRUTH = ROOT / "samples" / "truth.json"
COMMAND = "npm run operate -- categories"

_SHARED_BY = 2  # categories, or more


def configure(_command: argparse.ArgumentParser) -> None:
    """The command has no arguments."""


def run(_options: object, console: Console, _session: object, _ask: object) -> int:
    """Write the page anew and name the categories on it; the exit code."""
    catalog = load_catalog(load_plugins())
    PAGE.write_text(page(catalog, sample_truth()), encoding="utf-8")
    console.print(f"{PAGE.relative_to(ROOT)}: {', '.join(catalog)}", highlight=False, soft_wrap=True)
    return 0


def page(catalog: Catalog, truth: Iterable[Mapping[str, Any]]) -> str:
    """The whole page for these categories, with examples from what the sample photos say (`samples/truth.json`)."""
    examples = _examples(truth)
    own = {name: list(_properties(extractor, examples[name])) for name, extractor in catalog.items()}
    same: defaultdict[str, list[str]] = defaultdict(list)
    for category, properties in own.items():
        for one in properties:
            same[one.key].append(category)
    all_properties = [one for properties in own.values() for one in properties]
    shared: dict[str, Property] = {}
    for one in all_properties:
        if len(same[one.key]) >= _SHARED_BY and (one.key not in shared or shared[one.key].example is None):
            shared[one.key] = one
    anchors = _anchors(same, shared)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  # Markdown, of our own schemas
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("categories.md.j2").render(
        command=COMMAND,
        table=table,
        anchors=anchors,
        categories=[
            {
                "name": category,
                "description": cell(prose(extractor.description)),
                "count": len(own[category]),
                "own": [one for one in own[category] if one.key not in shared],
                "shared": [(one.name, anchors[one.key]) for one in own[category] if one.key in shared],
            }
            for category, extractor in catalog.items()
        ],
        index=_index(all_properties, same, anchors, list(catalog)),
        envelope=list(_envelope(catalog)),
        shared=sorted(shared.values(), key=lambda one: one.name),
        parts=list(_parts(all_properties)),
        # After the colon they tell how to mend one.
        formats=[(name, meaning.partition(": ")[0]) for name, meaning in sorted(MEANINGS.items())],
    )


def categories_on(text: str) -> list[str]:
    """The categories that a page tells of, by its headings."""
    return re.findall(r"^## ([a-z][a-z0-9_]*)$", text, re.MULTILINE)


def sample_truth() -> list[dict[str, Any]]:
    """What is printed on the photos that the repository ships."""
    entries: list[dict[str, Any]] = json.loads(TRUTH.read_text(encoding="utf-8"))
    return entries


def _properties(extractor: Extractor, examples: Mapping[str, Any]) -> Iterator[Property]:
    schema = extractor.tool["input_schema"]
    for name, node in schema["properties"]["specifications"].get("properties", {}).items():
        shape = resolved(node, schema.get("$defs", {}))
        yield Property(name, shape, examples.get(name, next(iter(shape.get("examples", ())), None)))


def _envelope(catalog: Catalog) -> Iterator[Property]:
    schema = next(iter(catalog.values())).tool["input_schema"]
    for name, node in schema["properties"].items():
        if name != "specifications":
            yield Property(name, resolved(node, schema.get("$defs", {})))


def _parts(properties: Iterable[Property]) -> Iterator[tuple[str, list[Property], str]]:
    """The values with many parts: the properties that are so, their parts, and what other parts may be."""
    found: defaultdict[str, dict[str, Property]] = defaultdict(dict)
    for one in properties:
        shape = one.shape.get("items", one.shape)
        if is_table(shape):
            found[json.dumps(shape["properties"], sort_keys=True)][one.name] = Property(one.name, shape, one.example)
    for together in found.values():
        first = next(iter(together.values()))
        examples = next((one.example for one in together.values() if isinstance(one.example, Mapping)), {})
        rows = [Property(name, part, examples.get(name)) for name, part in first.shape["properties"].items()]
        others = first.shape.get("additionalProperties")
        yield (
            ", ".join(f"`{name}`" for name in sorted(together)),
            rows,
            in_words(others) if isinstance(others, Mapping) else "",
        )


def _examples(truth: Iterable[Mapping[str, Any]]) -> Mapping[str, dict[str, Any]]:
    """By category, a value for each property that some photo has: the first that isn't long, else the shortest."""
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for entry in truth:
        of_category = found[entry["category"]]
        for name, value in entry["specifications"].items():
            known = of_category.setdefault(name, value)
            if len(as_text(known)) > max(LONGEST_EXAMPLE, len(as_text(value))):
                of_category[name] = value
    return found


def _anchors(same: Mapping[str, list[str]], shared: Mapping[str, Property]) -> dict[str, str]:
    """Where each property is described, by its key: `p-NAME` what many share, `p-CATEGORY-NAME` what one has alone.

    Of two of a name that are shared by some categories each, the second is called by its first category, too.
    """
    common: dict[str, str] = {}
    for key, one in shared.items():
        common.setdefault(one.name, key)
    anchors = {}
    for key, categories in same.items():
        name = json.loads(key)[0]
        anchors[key] = f"p-{name}" if common.get(name) == key else f"p-{categories[0]}-{name}"
    return anchors


def _index(
    properties: Iterable[Property], same: Mapping[str, list[str]], anchors: Mapping[str, str], every: list[str]
) -> list[tuple[str, str]]:
    """Each name, and who uses it, linked to where that is described: twice if it's one thing here, another there."""
    users: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in properties:
        users[one.name][one.key] = f"[{_users(same[one.key], every)}](#{anchors[one.key]})"
    return [(name, "; ".join(users[name].values())) for name in sorted(users)]


def _users(some: list[str], every: list[str]) -> str:
    others = [name for name in every if name not in some]
    if not others:
        return "all"
    return f"all but {', '.join(others)}" if len(some) > len(others) + 2 else ", ".join(some)
