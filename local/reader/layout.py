"""Where print belongs to a label on the page: behind it, to its right, below it."""

import re
from dataclasses import dataclass

from local.page import Line, Page
from local.reader.labels import BETWEEN, COLON, TRANSLATED, Anchor
from local.reader.words import squash

_STATEMENT = re.compile(r"[^\W\d_][\w'’.-]*(?:[ /][\w'’.-]+){0,2}\s?[:：](?!//)")  # "Sole: Rubber"
_CODE = re.compile(r"^[\s.]+\S*\d")
_TOO_SHORT = 3  # letters: a label of fewer is one only where nothing else can be meant
_LEFT_OVER = " \t:/|•·("


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
            between, same = text[end : other.start], bool(other.fields & anchor.fields)
            if (
                COLON.fullmatch(between.strip())
                and len(squash(other.label)) < _TOO_SHORT
                and not other.has_colon
                and not same
            ):
                continue  # the value itself: "Climate class: SN-T"
            if not same or between.strip(BETWEEN + ".&+") or ":" in between:
                return self._trimmed(text[end:] if same and not other.has_colon else between)
            end = other.end
        return self._trimmed(text[end:])

    @staticmethod
    def _trimmed(rest: str) -> tuple[str, bool]:
        if colon := COLON.match(rest):
            return rest[colon.end() :].lstrip(BETWEEN).rstrip(_LEFT_OVER), True
        translated = re.match(TRANSLATED + r"$", rest)
        return ("" if translated else rest.lstrip(BETWEEN + ".").rstrip(_LEFT_OVER)), False

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

    def left_of(self, line: Line) -> Line | None:
        """The nearest line to the left in its row; their boxes may overlap a little."""
        left = [
            other
            for other in self.page.lines
            if other.left < line.left and other.right < line.left + line.height and other.same_row(line)
        ]
        return max(left, key=lambda other: other.right, default=None)

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
        return self.is_label(line) or opens_with_label(line.text)


def opens_with_label(text: str) -> bool:
    """It begins with a few words and a colon: "Sole: Rubber"."""
    return bool(_STATEMENT.match(text))
