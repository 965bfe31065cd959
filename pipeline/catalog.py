"""The catalog: every registered extractor, its schema merged, its prompt rendered, its version stamped.

An extractor is data. What is wrong with that data is found here, when the service starts, and said in a sentence.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import isasyncgenfunction, iscoroutinefunction, signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pluggy

from pipeline.errors import PluginRefused
from pipeline.formats import CHECKS
from pipeline.plugins import implementations
from pipeline.schemas import (
    Schema,
    for_the_model,
    formats_in,
    merged,
    names_it_refuses,
    property_formats,
    unknown_keywords,
)
from pipeline.sources import json_of, rendered, text_of

if TYPE_CHECKING:
    import jsonschema

_ROOT = Path(__file__).resolve().parent.parent
# The tool's name is `record_CATEGORY`, and Claude takes at most 64 characters of [a-zA-Z0-9_-] there.
_CATEGORY = re.compile(r"[a-z][a-z0-9_]{0,56}")
FALLBACK = "general"

Finding = Mapping[str, Any]  # path, message, severity (error, warning, or proof: what holds) and values, by their paths
Check = Callable[[Mapping[str, Any]], Iterable[Finding]]


@dataclass(frozen=True)
class Extractor:
    """How products of one category are read.

    `description` is one line for choosing among categories; `prompt` the rendered system prompt; `tool` the tool that
    Claude is made to call; `check` gives findings that a schema can't see; `version` stamps prompt and schema. `source`
    says where the schema comes from.
    """

    category: str
    description: str
    prompt: str
    tool: Mapping[str, Any]
    version: str
    check: Check = field(compare=False)
    source: str = field(compare=False)

    @cached_property
    def validator(self) -> "jsonschema.Draft202012Validator":
        """What finds an answer's faults. Raises PluginRefused if the schema is no JSON Schema."""
        from pipeline.validation import validator_for  # its import takes longer than all of a cold start's others

        return validator_for(self.tool["input_schema"], self.source)

    @property
    def foreseen(self) -> Mapping[str, Any]:
        """The specifications that the schema describes, each by its name."""
        found: Mapping[str, Any] = self.tool["input_schema"]["properties"]["specifications"].get("properties", {})
        return found

    @cached_property
    def formats(self) -> Mapping[str, str]:
        """The format of each specification that has one."""
        return property_formats(self.tool["input_schema"])


Catalog = Mapping[str, Extractor]


def load_catalog(plugins: pluggy.PluginManager, *, hurried: bool = False, ask_legibility: bool = True) -> Catalog:
    """The extractors that the plugins register, by category, in alphabetical order.

    Raises PluginRefused for the first that is wrong: which plugin, which category, which file, and what to do.
    `hurried` leaves it to `checked` whether a schema is a JSON Schema: that is most of the work, and a container that
    starts does it for the category that it meets. `ask_legibility`: whether the model is to say which fields are hard
    to make out; that takes a few tokens of each answer.
    """
    shared_prompt = text_of(_ROOT / "prompts" / "system.md", "The shared system prompt")
    envelope = json_of(_ROOT / "schemas" / "product.json", "The product envelope")
    if unknown := [f"{name} at {place}" for name, place in formats_in(envelope) if name not in CHECKS]:
        raise PluginRefused(f"The product envelope: unknown format {', '.join(unknown)}.")
    envelope = for_the_model(envelope)  # here once, not for each category
    if not ask_legibility:
        envelope["properties"].pop("legibility")
    found: dict[str, Extractor] = {}
    registered_by: dict[str, str] = {}

    def add(category: str, *, schema: Schema | Path, prompt: str | Path, check: Check | None = None) -> None:
        if not isinstance(category, str) or not _CATEGORY.fullmatch(category):
            raise PluginRefused(
                f"Category {category!r}: a name is a-z, 0-9 and _, begins with a letter, at most 57 characters."
            )
        if category in found:
            raise PluginRefused(
                f"Category {category!r} is registered already, by {registered_by[category]}. Rename it, or remove one "
                "of the two."
            )
        made = _extractor(category, schema, prompt, check, envelope, shared_prompt)
        found[category] = made if hurried else checked(made)
        registered_by[category] = name

    def register(*given: Any, **named: Any) -> None:
        try:
            bound = signature(add).bind(*given, **named)
        except TypeError as error:
            raise PluginRefused(
                f"register takes category, and by their names schema, prompt and check, which may be absent: {error}."
            ) from error
        add(*bound.args, **bound.kwargs)

    # In the order in which plugins were found, built-in ones first: of two of a name, the newcomer is refused.
    for name, register_extractors in reversed(list(implementations(plugins, "register_extractors"))):
        try:
            register_extractors(register=register)
        except PluginRefused as error:
            raise PluginRefused(f"Plugin {name}: {error}") from error
        except Exception as error:  # a plugin's own code may raise anything; the service can't start without it
            raise PluginRefused(
                f"Plugin {name}: its register_extractors fails: {type(error).__name__}: {error}. Mend it, or remove it."
            ) from error
        if name not in registered_by.values():
            raise PluginRefused(
                f"Plugin {name}: its register_extractors registers nothing. Call register(category, schema=..., "
                "prompt=...), or take the function away."
            )
    if FALLBACK not in found:
        raise PluginRefused(f"No plugin registers {FALLBACK!r}, the category of what fits no other.")
    return dict(sorted(found.items()))


def _extractor(
    category: str, schema: Schema | Path, prompt: str | Path, check: Check | None, envelope: Schema, shared_prompt: str
) -> Extractor:
    if not isinstance(schema, Path | Mapping):
        raise PluginRefused(
            f"Category {category!r}, schema {schema!r}: is a {type(schema).__name__}. Give a pathlib.Path to its file, "
            "or a dict."
        )
    where = f"Category {category!r}, schema {schema if isinstance(schema, Path) else '(given as a dict)'}"
    specifications = json_of(schema, where) if isinstance(schema, Path) else schema
    if not isinstance(specifications, Mapping):
        raise PluginRefused(f"{where}: must be a JSON object, and is a {type(specifications).__name__}.")
    input_schema = _input_schema(specifications, envelope, where)
    description = str(specifications.get("description", "")).strip()
    if len(description.splitlines()) != 1:
        raise PluginRefused(f"{where}: wants a `description` of one line; categories are chosen by it.")
    source = where
    words = {"category": category, "title": str(specifications.get("title", category)), "tool": tool_name(category)}
    where = f"Category {category!r}, prompt {prompt if isinstance(prompt, Path) else '(given as text)'}"
    text = text_of(prompt, where) if isinstance(prompt, Path) else prompt
    if not isinstance(text, str) or not text.strip():
        raise PluginRefused(f"{where}: must be a text that isn't empty. Give a pathlib.Path to its file, or the text.")
    if not isinstance(prompt, Path) and re.fullmatch(r".*\.(md|txt|j2|tmpl)", text.strip()):
        raise PluginRefused(f"{where}: {text!r} looks like a file's name. Give a pathlib.Path to it.")
    whole = f"{rendered(shared_prompt, words, 'The shared system prompt')}\n\n{rendered(text, words, where)}\n"
    tool = {
        "name": tool_name(category),
        "description": f"Record what is printed on this product. {description}",
        "input_schema": input_schema,
    }
    return Extractor(
        category=category,
        description=description,
        prompt=whole,
        tool=tool,
        version=hashlib.sha256(json.dumps([whole, tool], sort_keys=True).encode()).hexdigest()[:12],
        check=_callable(check, category) if check is not None else lambda _product: (),
        source=source,
    )


def _input_schema(specifications: Schema, envelope: Schema, where: str) -> dict[str, Any]:
    """The merged schema that the model is given, or PluginRefused for what jsonschema would pass over."""
    try:
        if unknown_words := list(unknown_keywords(specifications)):
            raise PluginRefused(f"{where}: JSON Schema has no keyword {', '.join(unknown_words)}. Is it misspelt?")
        if unknown := [f"{name} at {place}" for name, place in formats_in(specifications) if name not in CHECKS]:
            raise PluginRefused(f"{where}: unknown format {', '.join(unknown)}. Known: {', '.join(sorted(CHECKS))}.")
        return merged(envelope, specifications, where)
    except (AttributeError, TypeError, RecursionError) as error:  # such as `$defs: null`, or nested without end
        raise PluginRefused(f"{where}: not a JSON Schema: {error}.") from error


def _callable(check: Any, category: str) -> Check:
    """The check, which can be called with a product alone, or PluginRefused."""
    where = f"Category {category!r}: its check"
    if iscoroutinefunction(check) or isasyncgenfunction(check):
        raise PluginRefused(f"{where} is async. Give a plain function: nobody awaits it.")
    if not callable(check):
        raise PluginRefused(f"{where} is a {type(check).__name__}. Give a function that takes the product.")
    try:
        signature(check).bind({})
    except TypeError:
        taken = ", ".join(signature(check).parameters) or "nothing"
        raise PluginRefused(f"{where} takes {taken}. It is called with the product alone: check(product).") from None
    except ValueError:  # a builtin that doesn't tell what it takes
        pass
    return cast(Check, check)


def checked(extractor: Extractor) -> Extractor:
    """The same extractor, ready to judge answers.

    Raises PluginRefused if its schema is no JSON Schema, if a property could never be given, or if a property's own
    example is none of its values.
    """
    validator = extractor.validator
    specifications = extractor.tool["input_schema"]["properties"]["specifications"]
    if unfillable := list(names_it_refuses(specifications)):
        raise PluginRefused(
            f"{extractor.source}: its propertyNames refuse {', '.join(unfillable)}, which could never be given. Rename "
            "them."
        )
    for name, node in specifications.get("properties", {}).items():
        for example in node.get("examples", ()) if isinstance(node, Mapping) else ():
            for error in validator.evolve(schema=node).iter_errors(example):
                raise PluginRefused(
                    f"{extractor.source}: the example {example!r} of {name} is none of its values: {error.message}."
                )
    return extractor


def tool_name(category: str) -> str:
    """The name of the tool that records a product of this category."""
    return f"record_{category}"
