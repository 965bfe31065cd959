"""Finding label words on a page, and the print that belongs to each: beside, to the right, below, running on."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from local.page import Line, Page
from local.reader.fields import Field
from local.reader.words import occurrences, squash

_OPENS = re.compile(r"(^|[.:;,|/·•()\[\]*–&+=-])\s*$")  # what may stand before a label within a line
_COLON = re.compile(r"^\s*[:=：]")
_BETWEEN = " \t:.=/|-–·•#：("


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
        return bool(_COLON.match(self.line.text[self.end :]))

    @property
    def is_whole_line(self) -> bool:
        """Nothing else stands in its line."""
        return not (self.line.text[: self.start] + self.line.text[self.end :]).strip(_BETWEEN)

    @property
    def leads(self) -> bool:
        """It stands where labels stand: at the beginning of its line or of a part of it, or before a colon."""
        return self.has_colon or bool(_OPENS.search(self.line.text[: self.start]))


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


@dataclass(frozen=True)
class Layout:
    """A page with its labels found: answers what stands where."""

    page: Page
    anchors: tuple[Anchor, ...]

    def tail(self, anchor: Anchor) -> str:
        """What stands after the label in its line, up to the next label there; its translations are passed over."""
        end = anchor.end
        for other in self.anchors:
            if other.line is anchor.line and other.start >= end and other.leads:
                between = anchor.line.text[end : other.start].strip(_BETWEEN)
                if between or not other.fields & anchor.fields:
                    return anchor.line.text[end : other.start].strip(_BETWEEN)
                end = other.end
        return anchor.line.text[end:].strip(_BETWEEN)

    def beside(self, anchor: Anchor) -> Line | None:
        """The nearest line to the right in the label's row, unless that is a label itself."""
        right = [
            line
            for line in self.page.lines
            if line.left >= anchor.line.right - anchor.line.height / 2 and same_row(anchor.line, line)
        ]
        nearest = min(right, key=lambda line: line.left, default=None)
        return None if nearest is None or self.is_label(nearest) else nearest

    def below(self, line: Line) -> Line | None:
        """The next line down in the same column, if it follows closely."""
        under = [
            other
            for other in self.page.lines
            if other is not line
            and line.middle + 0.4 * line.height < other.middle < line.middle + 2.1 * max(line.height, other.height)
            and min(line.right, other.right) - max(line.left, other.left) > 0.2 * min(line.width, other.width)
        ]
        return min(under, key=lambda other: other.middle, default=None)

    def is_label(self, line: Line) -> bool:
        """It begins with a label that stands alone or before a colon."""
        return any(
            anchor.line is line and not line.text[: anchor.start].strip() and (anchor.has_colon or anchor.is_whole_line)
            for anchor in self.anchors
        )

    def running_on(self, anchor: Anchor) -> tuple[str, list[Line]]:
        """A text that begins at the label and runs on over the lines below, and the lines it stands in."""
        text, line = self.tail(anchor), anchor.line
        lines = [line]
        for following in self._column(line):
            if self.is_label(following) or not 0.6 < following.height / line.height < 1.6:
                break
            if text and (self._ended(text, lines) or self._starts_anew(following)):
                break
            text = _joined(text, following.text)
            lines.append(following)
        return text.strip(_BETWEEN), lines

    def _column(self, line: Line) -> Iterator[Line]:
        below = self.below(line)
        while below is not None and abs(below.left - line.left) < 3 * line.height:
            yield below
            below = self.below(below)

    def _ended(self, text: str, lines: list[Line]) -> bool:
        widest = max(line.right for line in self.page.lines if abs(line.left - lines[-1].left) < 3 * line.height)
        short = lines[-1].right < lines[-1].left + 0.8 * (widest - lines[-1].left)
        return text.endswith((".", "!")) or (short and not text.endswith((",", "-", ":", "(", "/", "&")))

    def _starts_anew(self, line: Line) -> bool:
        return any(
            anchor.line is line and anchor.start <= 2 and anchor.fields and line.text[:1].isupper()
            for anchor in self.anchors
        )


def same_row(one: Line, other: Line) -> bool:
    """They overlap for at least half of the lower one's height."""
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > 0.5 * min(one.height, other.height)


def _joined(text: str, following: str) -> str:
    if re.search(r"[^\W\d_]-$", text) and following[:1].islower():
        return text[:-1] + following
    return f"{text} {following}" if text else following
