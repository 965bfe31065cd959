"""A new category: its module, schema, prompt, sample truth and test, ready to run and to be filled in."""

import argparse
import json
import keyword
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from rich.console import Console
from rich.markup import escape

from extractors import hookimpl
from pipeline.catalog import load_catalog
from pipeline.errors import PluginRefused
from pipeline.hookspecs import Register
from pipeline.plugins import load_plugins

_ROOT = Path(__file__).resolve().parent.parent
_TEMPLATES = Path(__file__).with_name("templates") / "category"
# Where each template goes. The sample's truth is the recording's row: a photo, and what is to be read on it.
_FILES = {
    "extractor.py.j2": "extractors/{}.py",
    "schema.json.j2": "schemas/{}.json",
    "prompt.md.j2": "prompts/{}.md",
    "truth.json.j2": "tests/recordings/rows/{}.json",
    "test.py.j2": "tests/unit/categories/test_{}.py",
}
_LONGEST_TITLE = 80


class CategoryRefusedError(Exception):
    """Nothing was written; the message says why."""


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    command.add_argument("category", metavar="NAME", help="a-z, 0-9 and _, such as footwear")
    command.add_argument("--title", help="what people call it (default: the name)")


def run(options: argparse.Namespace, console: Console, _session: object, _ask: object) -> int:
    """Write the files into this repository and say what to do next; the exit code."""
    files, then = new_category(options.category, options.title, _ROOT)
    for path in files:
        console.print(f"  {path}", highlight=False)
    console.print(f"\n{escape(then)}", highlight=False, soft_wrap=True, end="")
    return 0


def new_category(category: str, title: str | None, root: Path) -> tuple[list[str], str]:
    """Write the files of a new category below `root`; their paths, and what to do next.

    All or nothing: the category is tried before anything is written, and no file is written over.
    Raises CategoryRefusedError with a sentence for a bad name or title, and for what is there already; PluginRefused
    for what is wrong with another category.
    """
    if title is None:
        title = category.replace("_", " ").capitalize()
    elif not title.isprintable() or not title.strip() or len(title) > _LONGEST_TITLE or set(title) & {'"', "\\"}:
        raise CategoryRefusedError(
            f"A title is one line of 1 to {_LONGEST_TITLE} characters, without quotes and backslashes, not {title!r}."
        )
    texts = {path.format(category): _rendered(name, category, title) for name, path in _FILES.items()}
    _, schema, prompt, *_ = texts.values()
    _try(_Newcomer(category, json.loads(schema), prompt))
    # Two test files of one name are more than pytest can tell apart, in whatever folders they are.
    tests = (str(path.relative_to(root)) for path in (root / "tests").rglob(f"test_{category}.py"))
    if there := list(dict.fromkeys([*(path for path in texts if (root / path).exists()), *tests])):
        raise CategoryRefusedError(
            f"There is {', '.join(there)} already: nothing was written. Choose another name, or remove what is there."
        )
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return list(texts), _rendered("next.txt.j2", category, title)


@dataclass(eq=False)
class _Newcomer:
    """The category as a plugin, before it has files."""

    category: str
    schema: Mapping[str, Any]
    prompt: str

    @hookimpl
    def register_extractors(self, register: Register) -> None:
        register(self.category, schema=self.schema, prompt=self.prompt)


def _try(newcomer: _Newcomer) -> None:
    """Raise CategoryRefusedError for what wouldn't do as a category beside the others."""
    category, plugins = newcomer.category, load_plugins()
    others = load_catalog(plugins, hurried=True)
    if category in others:
        _, _, where = others[category].source.partition(", ")
        raise CategoryRefusedError(f"There is a category {category} already ({where}). Choose another name.")
    if keyword.iskeyword(category):
        raise CategoryRefusedError(
            f"{category} is a word of Python's: no module can be called so. Choose another name."
        )
    name = "the new category"
    plugins.register(newcomer, name=name)
    try:
        load_catalog(plugins)
    except PluginRefused as error:
        said, whose = str(error), f"Plugin {name}: "
        if not said.startswith(whose):
            raise
        raise CategoryRefusedError(f"{said.removeprefix(whose)}{_alike(category)}") from error


def _alike(category: str) -> str:
    """A name that will do, where one is near: `Foot-Wear` is `foot_wear`."""
    plain = unicodedata.normalize("NFKD", category).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("_0123456789")
    return f" How about {name[:57]}?" if name not in ("", category) else ""


def _rendered(template: str, category: str, title: str) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  # none of these is HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["json"] = lambda text: json.dumps(text, ensure_ascii=False)
    return environment.get_template(template).render(category=category, title=title)
