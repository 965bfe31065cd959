"""Values that stand at their label: "Net weight 340 g", "Model: VT-65", "320 pages", "Ingredients: ..."."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from local.page import Line
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.labels import Anchor, Layout
from local.reader.values import country, date, quantities
from local.reader.words import squash

_TOO_SHORT = 3  # a label of so few letters is believed only before a colon or a code
_GLUE = re.compile(r"^(traces?|spuren|trazas|of|de|d'|von|may|possibles)\s+|\s+(enthalten|sein)\b\.?$", re.IGNORECASE)
_PIECES = re.compile(r"[;•]|,(?![^(]*\))|\s(?:and|und|et|y|e|&)\s")
_LEGAL_FORM = r"GmbH(?: & Co\.? KG)?|Ltd\.?|Inc\.?|LLC|Corp\.?|Corporation|AG|KG|SARL|SAS|SA|S\.?L\.?|S\.p\.A\.?|B\.?V\.?|A/S"
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3}[.!])\s+(?=[^\W\d_])|\s[·•|]\s")


def labelled(layout: Layout, anchor: Anchor, field: Field) -> Found | None:
    """The value of `field` at this label, or none when nothing there looks like one."""
    if field.is_list:
        return _list(layout, anchor, field)
    if field.is_text:
        return _text(layout, anchor, field)
    for text, line in _places(layout, anchor, field):
        value = value_of(text, field)
        if value is not None:
            return Found(field, value, (anchor.line, line) if line is not anchor.line else (line,))
    return None


def _places(layout: Layout, anchor: Anchor, field: Field) -> list[tuple[str, Line]]:
    """Where a value may stand: behind the label, before it, to its right, below it."""
    tail, _ = layout.after(anchor)
    places = [(tail, anchor.line)] if tail and (anchor.leads or field.units) else []
    if field.schema.get("type") in ("integer", "number") or field.units:
        places.append((_before(anchor), anchor.line))
    if not tail and anchor.leads:
        below = layout.below(anchor.line)
        near = [layout.beside(anchor), below if below and not layout.is_label(below) else None]
        places += [(line.text, line) for line in near if line]
    return places


def _before(anchor: Anchor) -> str:
    """The end of what stands before the label, in its own part of the line."""
    return re.split(r"[.;,|•·](?!\d)", anchor.line.text[: anchor.start])[-1].strip()


def value_of(text: str, field: Field) -> Any:
    """`text` read as the field's schema wants it, or none; two different readings are none too."""
    reader = _READERS.get(str(field.schema.get("format")))
    if reader:
        return reader(text)
    kind = field.schema.get("type")
    if field.units:
        return _quantity(text, field)
    if kind in ("integer", "number"):
        return _count(text, field)
    if "enum" in field.schema:
        return _named(text, field)
    if kind == "string" and "pattern" in field.schema:
        return next((token for token in _tokens(text) if _fits(field, token)), None)
    return None


def _quantity(text: str, field: Field) -> dict[str, Any] | None:
    """The one quantity; of two in different units (12 oz, 340 g) that whose unit the schema names first."""
    values = [value for value, start, _ in quantities(text, field) if _adjoins(text[:start])]
    units = [value["unit"] for value in values]
    if not values or len(set(units)) < len(units):
        return None
    return min(values, key=lambda value: field.units.index(value["unit"]))


def _adjoins(between: str) -> bool:
    """Nothing but a remark stands between label and figure: "net weight to 5 kg" in a sentence is no label's value."""
    return bool(re.fullmatch(r"[^\W\d_]?\W*|.*[:)=]\s*|.*\d\W*[^\W\d_]{0,4}\W*", between))


_READERS: dict[str, Callable[[str], Any]] = {
    "partial-date": date,
    "country": country,
    "isbn": lambda text: None,  # told by its check digit, with or without its label
    "gtin": lambda text: None,  # its place is under the bars
    "language": lambda text: None,  # the language of a text is not printed
}


def _count(text: str, field: Field) -> int | float | None:
    match = re.search(r"^\D{0,3}(\d+)(?![\d.,]*\d|\s*%)|(?<![\d.,-])(\d+)$", text)
    if not match:
        return None
    value = int(match[1] or match[2])
    return value if field.schema.get("minimum", 1) <= value <= field.schema.get("maximum", 10_000) else None


def _named(text: str, field: Field) -> str | None:
    """The enum's value that the description equates with what's printed: "~ or VAC is AC"."""
    said = str(field.schema.get("description", ""))
    found = set()
    for value in field.schema["enum"]:
        equal = re.search(rf"(\S+)(?: or (\S+))? is {re.escape(str(value))}\b", said)
        forms = [form for form in (equal.groups() if equal else ()) if form] + [str(value)]
        # Right after a figure and its letter V, or as a word; OCR reads the dashed line of direct current as =.
        signs = [form.replace("⎓", "=") for form in forms if not form[0].isalnum()]
        words = [form for form in forms if form[0].isalnum()]
        plain = re.sub(r"[⎓≡三]", "=", text)
        if any(re.search(rf"\d\s?V\s?{re.escape(sign)}", plain) for sign in signs):
            found.add(value)
        if any(re.search(rf"(?<![^\W\d]){re.escape(word)}(?!\w)", plain) for word in words):
            found.add(value)
    return found.pop() if len(found) == 1 else None


def _tokens(text: str) -> list[str]:
    return [text.strip(), *text.split(), *re.split(r"[,;/]\s*", text)]


def _fits(field: Field, token: str) -> bool:
    return re.search(field.schema["pattern"], token.strip(".,;()")) is not None


def _text(layout: Layout, anchor: Anchor, field: Field) -> Found | None:
    """A name, a code or sentences: what stands behind the label, or with it where the label is part of the sentence."""
    if closing := _closed_by(anchor, field):
        return Found(field, closing, (anchor.line,))
    if not anchor.leads:
        return None
    text, colon = layout.after(anchor)
    if not text:
        return _elsewhere(layout, anchor, field, colon)
    short = len(squash(anchor.label)) < _TOO_SHORT
    if _is_code(text.split()[0]) and not (short and anchor.line.text[anchor.end : anchor.end + 1].isalnum()):
        code = " ".join(text.split()[: 1 if short else 4])
        return Found(field, code.strip(" .,;"), (anchor.line,)) if len(text.split()) <= 4 or short else None
    if not anchor.label[0].isupper() or short:
        return None
    whole, lines = layout.running_on(anchor)
    if colon:
        return Found(field, _cut(whole, field, lines), tuple(lines))
    if not re.search(r"(^|[.!|·•/])\s*$", anchor.line.text[: anchor.start]):
        return None
    if text[0].islower() and len(text.split()) > 2:
        return Found(field, _cut(f"{anchor.label} {whole}", field, lines), tuple(lines))
    names = [word for word in text.split() if word.isalpha()]
    limit = 8 if len(anchor.label.split()) > 1 else 4
    if text[0].isupper() and len(text.split()) <= limit and (limit > 4 or all(name[0].isupper() for name in names)):
        return Found(field, _cut(text, field, [anchor.line]), (anchor.line,))
    return None


def _cut(text: str, field: Field, lines: Sequence[Line]) -> str:
    """A line's text up to what is another statement; a company's name up to its address, if the schema wants none."""
    text = re.split(r"\s[·•|]\s", text)[0]
    if len(lines) == 1:
        text = re.split(r",\s(?=\d)", _SENTENCE.split(text)[0])[0]
    if "without address" in str(field.schema.get("description", "")):
        name = re.match(rf".*?\b(?:{_LEGAL_FORM})(?=[\s,]|$)", text)
        text = name[0] if name else text.split(",")[0]
    return text.rstrip(" ,;")


def _closed_by(anchor: Anchor, field: Field) -> str | None:
    """A part of the line that a label ends which the description writes small: "second edition", "paperback"."""
    if squash(anchor.label) not in field.endings:
        return None
    for part in re.split(r"[;|·•!]|(?<=\w{3})\.\s", anchor.line.text):
        said = re.sub(r"^(?:for|für|pour|para|per)\s", "", part.strip(" ."), flags=re.IGNORECASE)
        if said.endswith(anchor.label) and len(said.split()) <= 6:
            return said
    return None


def _elsewhere(layout: Layout, anchor: Anchor, field: Field, colon: bool) -> Found | None:
    """The value of a label that ends its line: to its right, or, after a colon, below."""
    beside = layout.beside(anchor)
    if beside is not None and len(beside.text.split()) <= 6:
        return Found(field, _cut(beside.text, field, [beside]), (anchor.line, beside))
    whole, lines = layout.running_on(anchor)
    whole = _cut(whole, field, lines[1:])
    if whole and (colon or (anchor.is_whole_line and len(lines) > 2)):
        return Found(field, whole, tuple(lines))
    return None


def _is_code(word: str) -> bool:
    return bool(re.search(r"\d", word)) and len(word) > 1


def _list(layout: Layout, anchor: Anchor, field: Field) -> Found | None:
    _, colon = layout.after(anchor)
    if not anchor.leads or not anchor.label[0].isupper() or not (colon or len(anchor.label.split()) > 1):
        return None
    text, lines = layout.running_on(anchor)
    pieces = (piece.strip(" .:") for piece in _PIECES.split(_SENTENCE.split(text)[0]))
    parts = [_GLUE.sub("", _GLUE.sub("", piece)).strip() for piece in pieces]
    named = [part for part in parts if any(map(str.isalpha, part)) and not re.fullmatch(r"\d+\s\S+(\s/\s\S+)?", part)]
    return Found(field, named, tuple(lines)) if named else None
