"""Texts that run on over the lines below their label: where they go on, and where they end."""

import re
from collections.abc import Iterator

from local.page import Line
from local.reader.labels import Anchor
from local.reader.layout import Layout

_OPEN_END = re.compile(r"([,(/&;-]|\b(and|und|et|y|e|of|von|de|du|d'|with|mit|avec|con|à|in))$", re.IGNORECASE)
_ANOTHER = re.compile(r"\.\s*(?=[A-ZÀ-Þ][\w'’-]+(?: [\w'’-]+)?\s?[:：](?!//))")  # "Salz. Ingredients: ..."


def running_on(layout: Layout, anchor: Anchor, surely: bool = False) -> tuple[str, list[Line]]:
    """The text behind the label with what runs on over the lines below, and the lines it stands in.

    `surely`: only where the text itself says that it goes on, not as its line happens to be full.
    It ends at the next statement within a line, as in another language; no text where they can't be parted.
    """
    text, line = layout.after(anchor)[0], anchor.line
    lines = [line]
    if another := _ANOTHER.search(text):
        return text[: another.start() + 1], lines
    for following in _column(layout, line):
        if layout.is_label(following) or not 0.6 < following.height / line.height < 1.6:
            break
        if text and not (_goes_on(text, following) or (not surely and _is_full(layout, lines[-1], following))):
            break
        open_end = bool(_OPEN_END.search(text))
        if layout.is_statement(following) and not open_end:
            break
        if label := _label_within(layout, following, anchor):
            return joined(text, following.text[: label.start].rstrip()), [*lines, following]
        if _ANOTHER.search(following.text):
            ending = following.text.partition(".")[0] + "."
            return (joined(text, ending), [*lines, following]) if open_end else ("", lines)
        if text.endswith((".", "!")) and any(
            anchor.line is following and anchor.start == 0 for anchor in layout.anchors
        ):
            break
        text = joined(text, following.text)
        lines.append(following)
    return text, lines


def _label_within(layout: Layout, line: Line, anchor: Anchor) -> Anchor | None:
    """The first label of something else that begins a sentence in the line: "acid. Contains sulphites"."""
    return next(
        (
            other
            for other in layout.anchors
            if other.line is line
            and other.label[0].isupper()
            and not other.fields & anchor.fields
            and re.search(r"[.!]\s*$", line.text[: other.start])
            and not line.text[other.end :].startswith(",")  # "soap. Parfum, Limonene"
        ),
        None,
    )


def _column(layout: Layout, line: Line) -> Iterator[Line]:
    below = layout.below(line)
    while below is not None and abs(below.left - line.left) < 3 * line.height:
        yield below
        below = layout.below(below)


def _is_full(layout: Layout, last: Line, following: Line) -> bool:
    """The next word would not have fitted into the line, so the text may go on."""
    if abs(following.left - last.left) > last.height:  # centred: how full a line is says nothing
        return False
    near = [line for line in layout.page.lines if abs(line.middle - last.middle) < 12 * last.height]
    widest = max(line.right for line in near if abs(line.left - last.left) < last.height)
    letter = following.width / len(following.text)
    return last.right + letter * (1 + len(following.text.split()[0])) > widest and len(last.text.split()) > 2


def _goes_on(text: str, following: Line) -> bool:
    web = following.text.startswith(("www", "http"))
    return not web and bool(_OPEN_END.search(text) or (following.text[0].islower() and text[-1] != "."))


def joined(text: str, following: str) -> str:
    """The text with the line that follows it; a word parted by a hyphen is one again."""
    if re.search(r"[^\W\d_]-$", text) and following[:1].islower():
        return text[:-1] + following
    return f"{text} {following}" if text else following
