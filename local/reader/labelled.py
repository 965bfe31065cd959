"""Values that stand at their label: "Net weight 340 g", "Model: VT-65", "320 pages", "Ingredients: ..."."""

import re
from collections.abc import Callable
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


def labelled(layout: Layout, anchor: Anchor, field: Field) -> Found | None:
    """The value of `field` at this label, or none when nothing there looks like one."""
    if field.is_statement or field.is_list:
        return _statement(layout, anchor, field)
    for text, line in _places(layout, anchor, field):
        value = value_of(text, field)
        if value is not None and (not field.is_text or _plausible(anchor, text, line)):
            return Found(field, value, (anchor.line, line) if line is not anchor.line else (line,))
    return None


def _places(layout: Layout, anchor: Anchor, field: Field) -> list[tuple[str, Line]]:
    """Where the value may stand: behind the label, before it, to its right, below it."""
    tail = layout.tail(anchor)
    places = [(tail, anchor.line)] if tail and (anchor.leads or field.units) else []
    if field.schema.get("type") in ("integer", "number") or field.units:
        places.append((_before(anchor), anchor.line))
    if not tail and anchor.leads:
        beside = layout.beside(anchor)
        if beside is not None:
            places.append((beside.text, beside))
        below = layout.below(anchor.line)
        if below is not None and not layout.is_label(below) and (anchor.has_colon or not field.is_text):
            places.append((below.text, below))
        elif below is not None and anchor.line.text.rstrip().endswith("-"):
            places.append((below.text, below))
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
        values = [value for value, start, _ in quantities(text, field) if _adjoins(text[:start])]
        alike = all(value["unit"] != values[0]["unit"] or value == values[0] for value in values)
        return values[0] if values and alike else None
    if kind in ("integer", "number"):
        return _count(text, field)
    if "enum" in field.schema:
        return _named(text, field)
    if kind == "string" and "pattern" in field.schema:
        return next((token for token in _tokens(text) if _fits(field, token)), None)
    if field.is_text and len(text) <= field.schema["maxLength"]:
        return text.strip(" .,;|") or None
    return None


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


def _plausible(anchor: Anchor, text: str, line: Line) -> bool:
    """A short text is believed after a colon, or as a code or a name that stands at its label alone."""
    code = bool(re.search(r"\d", text)) and len(text.split()) <= 4
    if len(squash(anchor.label)) < _TOO_SHORT:
        return code and (anchor.has_colon or anchor.start == 0)
    name = anchor.start == 0 and text[:1].isupper() and anchor.label[:1].isupper() and len(text.split()) <= 8
    beside = anchor.is_whole_line and line is not anchor.line
    return anchor.has_colon or code or (name and len(anchor.label.split()) > 1) or (beside and code)


def _statement(layout: Layout, anchor: Anchor, field: Field) -> Found | None:
    if not anchor.leads or not anchor.label[:1].isupper() or len(squash(anchor.label)) < _TOO_SHORT:
        return None
    text, lines = layout.running_on(anchor)
    heading = anchor.has_colon or (anchor.is_whole_line and len(lines) > 1)
    if field.is_list:
        if not (anchor.has_colon or len(anchor.label.split()) > 1):
            return None
        parts = [_GLUE.sub("", _GLUE.sub("", part.strip(" .:"))).strip() for part in _PIECES.split(_sentence(text))]
        return Found(field, [part for part in parts if part], tuple(lines)) if any(parts) else None
    if not heading:
        text = _sentence(f"{anchor.label} {text}")
    return Found(field, text, tuple(lines)) if len(text.split()) > 2 and any(map(str.isalpha, text)) else None


def _sentence(text: str) -> str:
    return re.split(r"(?<=[^\W\d_]{3})[.!]\s+(?=[^\W\d_])", text, maxsplit=1)[0]
