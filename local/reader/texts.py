"""Names, codes, sentences and lists that stand at their label: "Model: VT-65", "Ingredients: ...", "Do not open"."""

import re
from collections.abc import Sequence
from itertools import takewhile

from local.page import Line
from local.reader.companies import LEGAL_FORM, mended
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.labels import Anchor
from local.reader.layout import Layout, opens_with_label
from local.reader.running import running_on
from local.reader.words import squash

_TOO_SHORT = 3  # a label of so few letters is believed only before a colon or a code
_PARAGRAPH = 6  # words below a heading that are its text, whatever stands to its right
_ORDERS = re.compile(r"instruction|warning|statement")  # such fields hold sentences, not a name
_ELSEWHERE = re.compile(r"(see|siehe|voir|ver|vedi|zie)\b", re.IGNORECASE)  # "Lot: see bottom of can"
_GLUE = re.compile(r"^(traces?|spuren|trazas|of|de|d'|von|may|possibles)\s+|\s+(enthalten|sein)\b\.?$", re.IGNORECASE)
_PIECES = re.compile(r"[;•]|,(?![^(]*\))(?!(?<=\d,)\d)|\s(?:and|und|et|y|e|&)\s")
_SERIES = re.compile(r"\d{1,2}(?:[.,]5)?(?: \d{1,2}(?:[.,]5)?)+(?: .*)?")
_FRACTION = re.compile(r"\d+ [1-3]/[2-4](?![\d/])")  # "42 2/3" is one size
_COUNT = r"\d+\s\S+(\s/\s\S+)?"  # "12 pieces" say how many, not what
_MEASURE = r"\d[\d.,]*\s?(?:[km]?g|[mcd]?l|oz|lb|[mc]?m)(\s/\s\S+)?"
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3}[.!])\s+(?!(?:Ltd|Co|Inc)\b)(?=[^\W\d_a-zà-ÿ])|\s[·•|]\s")


def text_at(layout: Layout, anchor: Anchor, field: Field) -> Found | None:
    """A name, a code or sentences: what stands behind the label, or with it where the label is part of the sentence."""
    if field.says_itself:
        return _itself(layout, anchor, field)
    if closing := _closed_by(anchor, field):
        return Found(field, closing, (anchor.line,))
    found = _behind(layout, anchor, field) if anchor.leads else None
    return None if found and squash(found.value) in field.labels else found


def _behind(layout: Layout, anchor: Anchor, field: Field) -> Found | None:
    text, colon = layout.after(anchor)
    if _ELSEWHERE.match(text):
        return None
    if not text:
        return _elsewhere(layout, anchor, field, colon)
    short = len(squash(anchor.label)) < _TOO_SHORT
    glued = short and anchor.line.text[anchor.end : anchor.end + 1].isalnum()
    if _begins_series(layout, text, anchor.line):
        return None
    if not glued and (_is_code(text) or re.fullmatch(r"\d", text)):
        count = (2 if _FRACTION.match(text) else 1) if short else 4
        code = " ".join(takewhile(lambda word: ":" not in word, text.split()[:count]))
        return Found(field, code.strip(" .,;"), (anchor.line,)) if len(text.split()) <= 4 or short else None
    if not anchor.label[0].isupper() or short or (not colon and opens_with_label(text)):
        return None
    whole, lines = running_on(layout, anchor)
    if not whole:
        return None
    if colon:
        return Found(field, _cut(whole, field, () if _ORDERS.search(field.name) else lines), tuple(lines))
    if not re.search(r"(^|[.!|·•/])\s*$", anchor.line.text[: anchor.start]):
        return None
    if text[0].islower() and len(text.split()) > 2 and _tells_what_to_do(field, anchor):
        return Found(field, _cut(f"{anchor.label} {whole}", field, lines), tuple(lines))
    names = [word for word in text.split() if word.isalpha()]
    limit = 8 if len(anchor.label.split()) > 1 else 4
    if text[0].isupper() and len(text.split()) <= limit and (limit > 4 or all(name[0].isupper() for name in names)):
        return Found(field, _cut(text, field, [anchor.line]), (anchor.line,))
    return None


def _cut(text: str, field: Field, lines: Sequence[Line]) -> str:
    """A line's text up to what is another statement; a company's name up to its address, if the schema wants none."""
    text = re.split(r"\s[·•|]\s", text)[0]
    if "without address" in str(field.schema.get("description", "")):
        name = re.match(rf".*?\b(?:{LEGAL_FORM})(?=[\s,]|$)", text)
        text = name[0] if name else text.split(",")[0]
    elif len(lines) == 1:
        text = re.split(r",\s(?=\d)", _SENTENCE.split(text)[0])[0]
    return mended(text.rstrip(" ,;"))


def _itself(layout: Layout, anchor: Anchor, field: Field) -> Found | None:
    """A word that is label and value in one ("Danger"), where it stands alone and the page has no other such word."""
    alone = {one.label for one in layout.anchors if field in one.fields and _is_a_part(one)}
    return Found(field, anchor.label, (anchor.line,)) if alone == {anchor.label} else None


def _is_a_part(anchor: Anchor) -> bool:
    before, after = anchor.line.text[: anchor.start], anchor.line.text[anchor.end :]
    return bool(re.search(r"(^|[.·•|;])\s*$", before) and re.match(r"\s*($|[.·•|;])", after))


def _tells_what_to_do(field: Field, anchor: Anchor) -> bool:
    """ "Store cool and dry" begins with its verb; "Colour sage green 412" with a label."""
    return len(anchor.label.split()) > 1 or bool(_ORDERS.search(field.name))


def _closed_by(anchor: Anchor, field: Field) -> str | None:
    """A part of the line that a label ends which the description writes small: "second edition", "paperback"."""
    if squash(anchor.label) not in field.endings:
        return None
    for part in re.split(r"[;|·•!]|(?<=\w{3})\.\s", anchor.line.text):
        said = re.sub(r"^(?:for|für|pour|para|per)\s", "", part.strip(" ."), flags=re.IGNORECASE)
        of_each = re.search(r"\b(?:por|per|pro|par|je)\s\S+$", said)  # "72 Wh per battery" is no battery
        if said.endswith(anchor.label) and len(said.split()) <= 6 and not of_each:
            return said
    return None


def _elsewhere(layout: Layout, anchor: Anchor, field: Field, colon: bool) -> Found | None:
    """The value of a label that ends its line: to its right, or, after a colon, below."""
    if len(squash(anchor.label)) < _TOO_SHORT:
        return None
    whole, lines = running_on(layout, anchor)
    whole = _cut(whole, field, lines[1:])
    beside = layout.beside(anchor)
    is_row = beside is not None and (len(whole.split()) < _PARAGRAPH or _is_code(beside.text))
    if beside is not None and _begins_series(layout, beside.text, beside):
        return None
    if beside is not None and is_row and len(beside.text.split()) <= 6:
        return Found(field, _cut(beside.text, field, [beside]), (anchor.line, beside))
    if whole and (colon or (anchor.is_whole_line and len(lines) > 2)):
        return Found(field, whole, tuple(lines))
    return None


def _begins_series(layout: Layout, text: str, line: Line) -> bool:
    """Short figures follow one another, in the text or to the right of its line: a row in a chart of all sizes."""
    right = [other for other in layout.page.lines if other.left > line.right and line.same_row(other)]
    nearest = min(right, key=lambda other: other.left, default=None)
    return bool(_SERIES.fullmatch(f"{text} {nearest.text}" if nearest else text))


def _is_code(text: str) -> bool:
    """It begins with a code: letters and figures, no share ("<5 % soap") and no price."""
    word, _, rest = text.partition(" ")
    return bool(re.search(r"\d", word)) and len(word) > 1 and not re.search(r"[%<>€£$₹]", word + rest[:1])


def list_at(layout: Layout, anchor: Anchor, field: Field) -> Found | None:
    _, colon = layout.after(anchor)
    if not anchor.leads or not anchor.label[0].isupper() or not (colon or len(anchor.label.split()) > 1):
        return None
    text, lines = running_on(layout, anchor, surely=True)
    beside = layout.beside(anchor)
    if beside is not None and anchor.is_whole_line:
        text, lines = beside.text, [anchor.line, beside]
    elif anchor.is_whole_line and not colon:
        return None
    pieces = (piece.strip(" .:") for piece in _PIECES.split(_SENTENCE.split(text)[0]))
    parts = [_GLUE.sub("", _GLUE.sub("", piece)).strip() for piece in pieces]
    bare = re.compile(_MEASURE if len(parts) > 1 else _COUNT)
    named = [part for part in parts if any(map(str.isalpha, part)) and not bare.fullmatch(part)]
    return Found(field, named, tuple(lines)) if named else None
