"""Values whose form says what they are: "℮ 340 g", "2000 mAh", "3+", "12M", "60 gélules"."""

import re
from collections.abc import Iterator

from local.page import Line, Page
from local.reader.choose import groups_of
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.labelled import value_of
from local.reader.values import quantities
from local.reader.words import squash


def counted(page: Page, field: Field) -> Iterator[Found]:
    """The one count of a thing that a label names in another language: "60 gélules" for "capsules"."""
    things = {group for label in field.labels for group in groups_of(label)} - {*field.labels}
    found: dict[int, Line] = {}
    for line in page.lines:
        match = re.fullmatch(r"(\d{1,4}) ([^\W\d_]{4,})", line.text.strip(" ."))
        count = value_of(match[1], field) if match and things & {*groups_of(squash(match[2]))} else None
        if count is not None:
            found[count] = line
    if len(found) == 1:
        yield from (Found(field, count, (line,)) for count, line in found.items())


def formed(page: Page, field: Field) -> Iterator[Found]:
    """Quantities whose unit is quoted in the description ("mAh", "℮"), and texts of a quoted form ("3+")."""
    found: list[Found] = []
    for line in page.lines:
        for form in field.forms:
            pattern = re.sub(r"\d+", r"\\d+", re.escape(form)).replace(r"\ ", r"\s?")
            match = re.fullmatch(pattern, line.text.strip(" .,"))
            if match and field.is_text:
                found.append(Found(field, match[0], (line,)))
            elif match and (short := _abbreviated(match[0], field)):
                found.append(Found(field, short, (line,)))
        if _quotes_unit(field):
            unit_values = quantities(line.text, field)
            found += [Found(field, value, (line,)) for value, _, _ in unit_values if _says(field, str(value["unit"]))]
        if "℮" in str(field.schema.get("description", "")):
            parts = (part for part in re.split(r"\s?[·•|]\s", line.text) if part)
            found += (one for part in parts for one in _declared(part.strip("() "), line, field))
    if found and all(one.value == found[0].value for one in found):
        yield found[0]


def _abbreviated(text: str, field: Field) -> dict[str, object] | None:
    """12M, as the description's "12M is 12 months" explains it."""
    said = re.search(r"\d+([^\W\d_])+ is \d+ ([^\W\d_]+)", str(field.schema.get("description", "")))
    match = re.fullmatch(r"(\d+)\s?([^\W\d_])", text)
    if not said or not match or match[2] != said[1]:
        return None
    unit = next((unit for unit in field.units if said[2] in (unit, f"{unit}s")), None)
    return {"value": int(match[1]), "unit": unit} if unit else None


def _quotes_unit(field: Field) -> bool:
    return any(_says(field, unit) for unit in field.units)


def _says(field: Field, unit: str) -> bool:
    return bool(re.search(rf'"[\d/ ]*{re.escape(unit)}"', str(field.schema.get("description", ""))))


def _declared(text: str, line: Line, field: Field) -> Iterator[Found]:
    """The declared quantity: a part of a line that is one quantity with the ℮ sign, which OCR reads as an e."""
    match = re.fullmatch(r"[e℮]?\s?(\d[\d.,]*\s?[^\W\d_]+?)\s?[e℮]?(?:\s.*)?", text)
    if match and re.search(r"^[e℮]|[e℮](\s|$)", text):
        values = quantities(match[1], field)
        yield from [Found(field, values[0][0], (line,))] if len(values) == 1 else []
