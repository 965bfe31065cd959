"""Properties of products as the lines of a Markdown table."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from operate.shapes import as_text, in_words, is_table

LONGEST_EXAMPLE = 60  # characters


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

    def row(self, anchor: str = "") -> str:
        """Its line of a Markdown table, to be linked to by the anchor."""
        shape, said = self.shape, "" if self.example is None else as_text(self.example)
        # An example of what has a table of its own stands there, part by part.
        example = _code(_short(said)) if said and not is_table(shape) else ""
        mark = f'<a id="{anchor}"></a>' if anchor else ""
        title = f"{mark}{prose(shape.get('title', ''))}<br>`{self.name}`"
        cells = (title, in_words(shape), prose(shape.get("description", "")), example)
        return f"| {' | '.join(cell(text) for text in cells)} |"


def table(properties: Iterable[Property], anchors: Mapping[str, str]) -> str:
    """A Markdown table of them; `anchors` are what they are linked to by, by their keys."""
    head = "| property | value | what it is, and its label words | example |\n|---|---|---|---|"
    return "\n".join([head, *(one.row(anchors.get(one.key, "")) for one in properties)])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[: LONGEST_EXAMPLE - 1].rstrip()}…"


def _code(text: str) -> str:
    return "`" + text.replace("`", "'") + "`"


def prose(text: str) -> str:
    """A schema's text in which Markdown sees nothing to obey."""
    return re.sub(r"([\\*`<\[\]])", r"\\\1", text)


def cell(text: str) -> str:
    """A text that stays within its cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")
