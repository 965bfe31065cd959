"""Finding label words on a page, and the print that belongs to each: beside, to the right, below, running on."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from local.page import Line, Page
from local.reader.fields import Field
from local.reader.words import occurrences, squash

_UNITS = "g|kg|ml|l|L|mm|cm|V|A|W|Hz|dB|%"
_OPENS = re.compile(rf"(^|[.:;|/·•()\[\]*–!]|\d(\s?({_UNITS}))?)\s*$")  # what may stand before a label within a line
_OPEN_END = re.compile(r"([,(/&;-]|\b(and|und|et|y|e|of|von|de|du|d'|with|mit|avec|con|à|in))$", re.IGNORECASE)
_TRANSLATED = r"(?:\s*/[^:/\d]{2,25})*"  # "Weight / Poids / Peso"
_COLON = re.compile(rf"^{_TRANSLATED}\s*(?:\([^()]*\))?\s*[:=：]")  # "Input / Eingang (USB-C): ..."
_STATEMENT = re.compile(r"[^\W\d_][\w'’.-]*(?:[ /][\w'’.-]+){0,2}\s?[:：](?!//)")  # "Sole: Rubber"
_ANOTHER = re.compile(r"\.\s*(?=[A-ZÀ-Þ][\w'’-]+(?: [\w'’-]+)?\s?[:：](?!//))")  # "Salz. Ingredients: ..."
_CODE = re.compile(r"^[\s.]+\S*\d")
_BETWEEN = " \t:=/|-–·•#：("
_SENTENCE_ENDS = re.compile(r"\.\s+[^\W\d]+(?![\w/-])")  # "For oral use. Read", not "Ref. CV-53"
_TOO_SHORT = 3  # a label of fewer letters is one only as a word by itself

_LEFT_OVER = " \t:/|•·("


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


@dataclass(frozen=True)
class Layout:
    """A page with its labels found: answers what stands where."""

    page: Page
    anchors: tuple[Anchor, ...]

    def after(self, anchor: Anchor) -> tuple[str, bool]:
        """What follows the label in its line, up to the next label there, and whether a colon stands before it.

        The label's translations ("Weight / Poids / Peso") and a remark in brackets are passed over.
        """
        text, end = anchor.line.text, anchor.end
        for other in self.anchors:
            if other.line is not anchor.line or other.start < end or not other.leads:
                continue
            between = text[end : other.start]
            if not other.fields & anchor.fields or between.strip(_BETWEEN) or ":" in between:
                return self._trimmed(text[end : other.start] if not other.fields & anchor.fields else text[end:])
            end = other.end
        return self._trimmed(text[end:])

    @staticmethod
    def _trimmed(rest: str) -> tuple[str, bool]:
        if colon := _COLON.match(rest):
            return rest[colon.end() :].lstrip(_BETWEEN).rstrip(_LEFT_OVER), True
        translated = re.match(_TRANSLATED + r"$", rest)
        return ("" if translated else rest.lstrip(_BETWEEN + ".").rstrip(_LEFT_OVER)), False

    def beside(self, anchor: Anchor) -> Line | None:
        """The nearest line to the right in the label's row, unless that is a label itself."""
        right = [
            line
            for line in self.page.lines
            if line.left >= anchor.line.right - anchor.line.height / 2
            and anchor.line.same_row(line)
            and 0.5 < line.height / anchor.line.height < 2
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
        """It begins with a label that stands alone, before a colon or before a code."""
        return any(
            anchor.line is line
            and not line.text[: anchor.start].strip()
            and (anchor.has_colon or anchor.is_whole_line or bool(_CODE.match(line.text[anchor.end :])))
            for anchor in self.anchors
        )

    def is_statement(self, line: Line) -> bool:
        """It begins with a label, be it one that the schema doesn't know: "Sole: Rubber"."""
        return self.is_label(line) or bool(_STATEMENT.match(line.text))

    def running_on(self, anchor: Anchor, surely: bool = False) -> tuple[str, list[Line]]:
        """The text behind the label with what runs on over the lines below, and the lines it stands in.

        `surely`: only where the text itself says that it goes on, not as its line happens to be full.
        It ends at the next statement within a line, as in another language; no text where they can't be parted.
        """
        text, line = self.after(anchor)[0], anchor.line
        lines = [line]
        if another := _ANOTHER.search(text):
            return text[: another.start() + 1], lines
        for following in self._column(line):
            if self.is_label(following) or not 0.6 < following.height / line.height < 1.6:
                break
            if text and not (_goes_on(text, following) or (not surely and self._is_full(lines[-1], following))):
                break
            open_end = bool(_OPEN_END.search(text))
            if self.is_statement(following) and not open_end:
                break
            if label := self._label_within(following, anchor):
                return _joined(text, following.text[: label.start].rstrip()), [*lines, following]
            if _ANOTHER.search(following.text):
                ending = following.text.partition(".")[0] + "."
                return (_joined(text, ending), [*lines, following]) if open_end else ("", lines)
            if text.endswith((".", "!")) and any(
                anchor.line is following and anchor.start == 0 for anchor in self.anchors
            ):
                break
            text = _joined(text, following.text)
            lines.append(following)
        return text, lines

    def _label_within(self, line: Line, anchor: Anchor) -> Anchor | None:
        """The first label of something else that begins a sentence in the line: "acid. Contains sulphites"."""
        return next(
            (
                other
                for other in self.anchors
                if other.line is line
                and other.label[0].isupper()
                and not other.fields & anchor.fields
                and re.search(r"[.!]\s*$", line.text[: other.start])
                and not line.text[other.end :].startswith(",")  # "soap. Parfum, Limonene"
            ),
            None,
        )

    def _column(self, line: Line) -> Iterator[Line]:
        below = self.below(line)
        while below is not None and abs(below.left - line.left) < 3 * line.height:
            yield below
            below = self.below(below)

    def _is_full(self, last: Line, following: Line) -> bool:
        """The next word would not have fitted into the line, so the text may go on."""
        if abs(following.left - last.left) > last.height:  # centred: how full a line is says nothing
            return False
        near = [line for line in self.page.lines if abs(line.middle - last.middle) < 12 * last.height]
        widest = max(line.right for line in near if abs(line.left - last.left) < last.height)
        letter = following.width / len(following.text)
        return last.right + letter * (1 + len(following.text.split()[0])) > widest and len(last.text.split()) > 2


def _goes_on(text: str, following: Line) -> bool:
    web = following.text.startswith(("www", "http"))
    return not web and bool(_OPEN_END.search(text) or (following.text[0].islower() and text[-1] != "."))


def _joined(text: str, following: str) -> str:
    if re.search(r"[^\W\d_]-$", text) and following[:1].islower():
        return text[:-1] + following
    return f"{text} {following}" if text else following
