"""What an extractor is made of: prompts and schemas in files.

What is wrong with one is a PluginRefused, whose sentence begins with what the caller says it is.
"""

import json
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from string import Template
from typing import Any

from pipeline.errors import PluginRefused


def rendered(template: str, words: Mapping[str, str], where: str) -> str:
    """The prompt with its variables filled in."""
    try:
        return Template(template.strip()).substitute(words)
    except KeyError as error:
        raise PluginRefused(
            f"{where}: undefined variable ${error.args[0]}. There are $category, $title and $tool; a dollar sign is $$."
        ) from error
    except ValueError as error:
        raise PluginRefused(f"{where}: {error}. Write a dollar sign as $$.") from error


def text_of(path: Path, what: str) -> str:
    """What stands in the file."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PluginRefused(
            f"{what}: can't be read: {error.strerror}. Is it there, and packed with its plugin (package data)?"
        ) from error
    except UnicodeDecodeError as error:
        raise PluginRefused(f"{what}: can't be read: it is no UTF-8: {error}.") from error


def json_of(path: Path, what: str) -> Any:
    """The JSON that stands in the file; a name that stands twice in an object is refused."""
    try:
        return json.loads(text_of(path, what), object_pairs_hook=partial(_unambiguous, what))
    except (json.JSONDecodeError, RecursionError) as error:
        raise PluginRefused(f"{what}: not JSON: {error}.") from error


def _unambiguous(what: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The JSON object; of a name that stands there twice Python would silently keep the last."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
        raise PluginRefused(f"{what}: {', '.join(twice)} stands twice in one object. Keep one of them.")
    return made
