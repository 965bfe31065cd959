"""Values that stand at their label: "Net weight 340 g", "Model: VT-65", "320 pages", "Ingredients: ..."."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from local.page import Line
from local.reader.coded import is_coded
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.labels import Anchor
from local.reader.layout import Layout
from local.reader.texts import list_at, text_at
from local.reader.values import country, date, quantities

# "per 100 g portion": what a table's figures are given for.
_BASIS = re.compile(r"\b(?:per|pro|pr|pour|por|je)\b\W*100\s?(?:g|ml)\W*$", re.IGNORECASE)


def labelled(layout: Layout, anchor: Anchor, field: Field) -> Found | None:
    """The value of `field` at this label, or none when nothing there looks like one."""
    if field.is_list:
        return None if is_coded(field) else list_at(layout, anchor, field)  # sentences, not words with commas
    if field.is_text:
        return text_at(layout, anchor, field)
    for text, line in _places(layout, anchor, field):
        value = value_of(text, field)
        if value is not None:
            return Found(field, value, (anchor.line, line) if line is not anchor.line else (line,))
    return None


def _places(layout: Layout, anchor: Anchor, field: Field) -> list[tuple[str, Line]]:
    """Where a value may stand: behind the label, before it, to its right, below it."""
    tail, _ = layout.after(anchor)
    places = [(tail, anchor.line)] if tail and (anchor.leads or field.units or _names_a_country(anchor, field)) else []
    if field.schema.get("type") in ("integer", "number") or field.units:
        places.append((_before(anchor, field), anchor.line))
    if any(anchor.label.casefold().startswith(unit.casefold()) for unit in field.units):
        places += _with_unit(layout, anchor)
    if not tail and anchor.leads:
        below = layout.below(anchor.line)
        near = [layout.beside(anchor), below if below and not layout.is_statement(below) else None]
        places += [(line.text, line) for line in near if line]
    return places


def _names_a_country(anchor: Anchor, field: Field) -> bool:
    """ "Made in" with a capital, also behind other print: such words lead wherever they stand."""
    return field.schema.get("format") == "country" and anchor.label[0].isupper() and " " in anchor.label


def _with_unit(layout: Layout, anchor: Anchor) -> Iterator[tuple[str, Line]]:
    """A bare figure before a label that is its unit too: "57 kWh/100", also where OCR has parted the two."""
    unit = re.match(r"[^\W\d]+", anchor.label)
    before, line = anchor.line.text[: anchor.start].strip(), anchor.line
    left = layout.left_of(line) if not before else None
    if left and line.left - left.right < line.height:
        before, line = left.text, left
    if unit and re.fullmatch(r"\d[\d.,]*", before):
        yield f"{before} {unit[0]}", line


def _before(anchor: Anchor, field: Field) -> str:
    """The figure right before the label, if it's all that stands there in its part of the line: "320 pages"."""
    if _BASIS.search(anchor.line.text[: anchor.start]):
        return ""
    before = re.split(r"[;|•·:]|[.,](?!\d)", anchor.line.text[: anchor.start])[-1].strip()
    figure = r"\d[\d.,]*\s?[^\W\d]{0,8}%?" if field.units else r"\d[\d.,]*"
    return before if re.fullmatch(figure, before) or len(anchor.label.split()) > 2 else ""


def value_of(text: str, field: Field) -> Any:
    """`text` read as the field's schema wants it, or none; two different readings are none too."""
    form = str(field.schema.get("format"))
    if form in _TOLD_OTHERWISE:
        return None
    if form in _READERS:
        return _READERS[form](text)
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
    return bool(re.fullmatch(r"[^\W\d_]?\W*|.*[:)(=]\s*|.*\d\W*[^\W\d_]{0,4}\W*", between))


_READERS: dict[str, Callable[[str], Any]] = {"partial-date": date, "country": country}
_TOLD_OTHERWISE = {"isbn", "gtin", "language"}  # by check digits under bars; the language of a text isn't printed


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
        if any(re.search(rf"(?<![^\W\d])(?<!°){re.escape(word)}(?!\w)", plain) for word in words):
            found.add(value)
    return found.pop() if len(found) == 1 else None


def _tokens(text: str) -> list[str]:
    return [text.strip(), *text.split(), *re.split(r"[,;/]\s*", text)]


def _fits(field: Field, token: str) -> bool:
    return re.search(field.schema["pattern"], token.strip(".,;()")) is not None
