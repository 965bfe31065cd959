"""The catalog: every registered extractor, its schema merged, its prompt rendered, its version stamped.

An extractor is data. What is wrong with that data is found here, when the service starts, and said in a sentence.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import jsonschema
import pluggy

from pipeline.errors import PluginRefused
from pipeline.formats import FORMATS
from pipeline.schemas import Schema, formats_in, merged

_ROOT = Path(__file__).resolve().parent.parent
# The tool's name is `record_CATEGORY`, and Claude takes at most 64 characters of [a-zA-Z0-9_-] there.
_CATEGORY = re.compile(r"[a-z][a-z0-9_]{0,56}")
FALLBACK = "general"

Finding = Mapping[str, str]
Check = Callable[[Mapping[str, Any]], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Extractor:
    """How products of one category are read.

    `description` is one line for choosing among categories; `prompt` the rendered system prompt; `tool` the tool that
    Claude is made to call; `check` gives findings that a schema can't see; `version` stamps prompt and schema.
    """

    category: str
    description: str
    prompt: str
    tool: Mapping[str, Any]
    version: str
    check: Check = field(compare=False)
    validator: jsonschema.Draft202012Validator = field(compare=False)


Catalog = Mapping[str, Extractor]


def load_catalog(plugins: pluggy.PluginManager) -> Catalog:
    """The extractors that the plugins register, by category, in alphabetical order.

    Raises PluginRefused for the first that is wrong: which category, which file, and what to do.
    """
    shared_prompt = _text(_ROOT / "prompts" / "system.md", "the shared system prompt")
    envelope = _json(_ROOT / "schemas" / "product.json", "the product envelope")
    found: dict[str, Extractor] = {}

    def register(category: str, *, schema: Schema | Path, prompt: str | Path, check: Check | None = None) -> None:
        if not isinstance(category, str) or not _CATEGORY.fullmatch(category):
            raise PluginRefused(
                f"Category {category!r}: a name is a-z, 0-9 and _, begins with a letter, at most 57 characters."
            )
        if category in found:
            raise PluginRefused(f"Category {category!r} is registered twice. Rename one, or remove its plugin.")
        found[category] = _extractor(category, schema, prompt, check, envelope, shared_prompt)

    plugins.hook.register_extractors(register=register)
    if FALLBACK not in found:
        raise PluginRefused(f"No plugin registers {FALLBACK!r}, the category of what fits no other.")
    return dict(sorted(found.items()))


def _extractor(
    category: str, schema: Schema | Path, prompt: str | Path, check: Check | None, envelope: Schema, shared_prompt: str
) -> Extractor:
    where = f"Category {category!r}, schema {schema if isinstance(schema, Path) else '(given as a dict)'}"
    specifications = _json(schema, where) if isinstance(schema, Path) else schema
    description = str(specifications.get("description", ""))
    if not description or "\n" in description:
        raise PluginRefused(f"{where}: wants a `description` of one line; categories are chosen by it.")
    input_schema = merged(envelope, specifications, where)
    try:
        jsonschema.Draft202012Validator.check_schema(input_schema)
    except jsonschema.SchemaError as error:
        raise PluginRefused(f"{where}: not a JSON Schema at {error.json_path}: {error.message}") from error
    if unknown := formats_in(input_schema) - FORMATS.checkers.keys():
        raise PluginRefused(
            f"{where}: unknown format {', '.join(sorted(unknown))}. Known: {', '.join(sorted(FORMATS.checkers))}."
        )
    rendered = _rendered(category, str(specifications.get("title", category)), prompt, shared_prompt)
    tool = {
        "name": tool_name(category),
        "description": f"Record what is printed on this product. {description}",
        "input_schema": input_schema,
    }
    return Extractor(
        category=category,
        description=description,
        prompt=rendered,
        tool=tool,
        version=hashlib.sha256(json.dumps([rendered, tool], sort_keys=True).encode()).hexdigest()[:12],
        check=check or (lambda _product: ()),
        validator=jsonschema.Draft202012Validator(input_schema, format_checker=FORMATS),
    )


def tool_name(category: str) -> str:
    """The name of the tool that records a product of this category."""
    return f"record_{category}"


def _rendered(category: str, title: str, prompt: str | Path, shared_prompt: str) -> str:
    where = f"Category {category!r}, prompt {prompt if isinstance(prompt, Path) else '(given as text)'}"
    text = _text(prompt, where) if isinstance(prompt, Path) else prompt
    try:
        return Template(f"{shared_prompt.strip()}\n\n{text.strip()}\n").substitute(
            category=category, title=title, tool=tool_name(category)
        )
    except KeyError as error:
        raise PluginRefused(
            f"{where}: undefined variable ${error.args[0]}. There are $category, $title and $tool."
        ) from error
    except ValueError as error:
        raise PluginRefused(f"{where}: {error}. Write a dollar sign as $$.") from error


def _text(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PluginRefused(f"{what}: {path} can't be read: {error}") from error


def _json(path: Path, what: str) -> Schema:
    try:
        loaded = json.loads(_text(path, what))
    except json.JSONDecodeError as error:
        raise PluginRefused(f"{what}: {path} is not JSON: {error}") from error
    if not isinstance(loaded, dict):
        raise PluginRefused(f"{what}: {path} is not a JSON object.")
    return loaded
