"""One look at all schemas: docs/categories.md, made from what the catalog holds."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from operate.shapes import as_text, in_words, is_table, resolved
from pipeline.catalog import Catalog, Extractor
from pipeline.formats import MEANINGS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "categories.md"
TRUTH = ROOT / "samples" / "truth.json"
COMMAND = "npm run operate -- categories"

_LONGEST_EXAMPLE = 60  # characters
_SHARED_BY = 2  # categories, or more


@dataclass(frozen=True)
class Property:
    """A property of one category or of many: its shape with all references followed, and a value once printed."""

    name: str
    shape: Mapping[str, Any]
    example: Any = None

    @property
    def key(self) -> str:
        """What two categories' properties have in common if they're one and the same."""
        return json.dumps([self.name, self.shape], sort_keys=True)

    def row(self) -> str:
        """Its line of a Markdown table."""
        shape, said = self.shape, "" if self.example is None else as_text(self.example)
        # An example of what has a table of its own stands there, part by part.
        example = _code(_short(said)) if said and not is_table(shape) else ""
        title = f'<a id="p-{self.name}"></a>{_prose(shape.get("title", ""))}<br>`{self.name}`'
        cells = (title, in_words(shape), _prose(shape.get("description", "")), example)
        return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def page(catalog: Catalog, truth: Iterable[Mapping[str, Any]]) -> str:
    """The whole page for these categories, with examples from what the sample photos say (`samples/truth.json`)."""
    examples = _examples(truth)
    own = {name: list(_properties(extractor, examples[name])) for name, extractor in catalog.items()}
    users: defaultdict[str, list[str]] = defaultdict(list)
    same: defaultdict[str, list[str]] = defaultdict(list)
    for category, properties in own.items():
        for one in properties:
            users[one.name].append(category)
            same[one.key].append(category)
    all_properties = [one for properties in own.values() for one in properties]
    shared: dict[str, Property] = {}
    for one in all_properties:
        if len(same[one.key]) >= _SHARED_BY and (one.key not in shared or shared[one.key].example is None):
            shared[one.key] = one
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
        table=_table,
        categories=[
            {
                "name": category,
                "title": extractor.tool["input_schema"]["properties"]["specifications"].get("title", category),
                "description": _cell(_prose(extractor.description)),
                "count": len(own[category]),
                "own": [one for one in own[category] if one.key not in shared],
                "shared": ", ".join(f"[`{one.name}`](#p-{one.name})" for one in own[category] if one.key in shared),
            }
            for category, extractor in catalog.items()
        ],
        index=[(name, _users(users[name], list(catalog))) for name in sorted(users)],
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
            if len(as_text(known)) > max(_LONGEST_EXAMPLE, len(as_text(value))):
                of_category[name] = value
    return found


def _users(some: list[str], every: list[str]) -> str:
    others = [name for name in every if name not in some]
    if not others:
        return "all"
    return f"all but {', '.join(others)}" if len(some) > len(others) + 2 else ", ".join(some)


def _table(properties: Iterable[Property]) -> str:
    head = "| property | value | what it is, and its label words | example |\n|---|---|---|---|"
    return "\n".join([head, *(one.row() for one in properties)])


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[: _LONGEST_EXAMPLE - 1].rstrip()}…"


def _code(text: str) -> str:
    return "`" + text.replace("`", "'") + "`"


def _prose(text: str) -> str:
    """A schema's text in which Markdown sees nothing to obey."""
    return re.sub(r"([\\*`<\[\]])", r"\\\1", text)


def _cell(text: str) -> str:
    """A text that stays within its cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")
