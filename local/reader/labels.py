"""Finding label words on a page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from local.page import Line, Page
from local.reader.fields import Field
from local.reader.words import occurrences, squash

BETWEEN = " \t:=/|-–·•#：("
"""What may stand between a label and its value."""
TRANSLATED = r"(?:\s*/[^:/\d]{2,25})*"
"""A pattern for a label's translations: "Weight / Poids / Peso"."""
COLON = re.compile(rf"^\.?{TRANSLATED}\s*(?:\([^()]*\))?\s*(?:[:=：]|!(?=\s))")
"""What is passed over up to a label's colon, or "Caution!": "Input / Eingang (USB-C): ...\"."""

_UNITS = "g|kg|ml|l|L|mm|cm|V|A|W|Hz|dB|%"
_OPENS = re.compile(rf"(^|[.:;|/·•()\[\]*–!]|\d(\s?({_UNITS}))?)\s*$")  # what may stand before a label within a line
_SENTENCE_ENDS = re.compile(r"\.\s+[^\W\d]+(?![\w/-])")  # "For oral use. Read", not "Ref. CV-53"
_TOO_SHORT = 3  # a label of fewer letters is one only as a word by itself


@dataclass(frozen=True)
class Anchor:
    """A label as printed: in which line, from where to where, and the fields that it may name."""

    line: Line
    start: int
    end: int
    fields: frozenset[Field]

    @property
    def label(self) -> str:
        """The label as printed."""
        return self.line.text[self.start : self.end]

    @property
    def has_colon(self) -> bool:
        """A colon follows: what comes after is its value."""
        return bool(COLON.match(self.line.text[self.end :]))

    @property
    def is_whole_line(self) -> bool:
        """Nothing else stands in its line."""
        return not (self.line.text[: self.start] + self.line.text[self.end :]).strip(BETWEEN)

    @property
    def leads(self) -> bool:
        """It stands where labels stand: at the beginning of its line or of a part of it, or before a colon."""
        before = self.line.text[: self.start]
        if len(squash(self.label)) < _TOO_SHORT and before and not before[-1].isspace():
            return False
        if _SENTENCE_ENDS.match(self.line.text[self.end :]):
            return False  # a sentence by itself
        return self.has_colon or bool(_OPENS.search(before))


def anchors(page: Page, fields: Iterable[Field]) -> list[Anchor]:
    """All label words on the page, in reading order; of overlapping ones the longest."""
    by_label: dict[str, set[Field]] = {}
    for field in fields:
        for label in field.labels:
            by_label.setdefault(label, set()).add(field)
    found: list[Anchor] = []
    for line in page.lines:
        here = [
            Anchor(line, start, end, frozenset(named))
            for label, named in by_label.items()
            if label in squash(line.text)
            for start, end in occurrences(line.text, label)
        ]
        here.sort(key=lambda anchor: (anchor.start - anchor.end, anchor.start))
        kept: list[Anchor] = []
        for anchor in here:
            if all(anchor.end <= other.start or other.end <= anchor.start for other in kept):
                kept.append(anchor)
        found += sorted(kept, key=lambda anchor: anchor.start)
    return found
