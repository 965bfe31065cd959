"""Reading a printed value as a schema wants it: numbers with units, dates, countries, check digits, prices.

Every function gives None where the print is absent or can be read in two ways: the reader leaves out, it never guesses.
"""

import datetime
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from stdnum import ean, isbn

from local.reader.fields import Field
from local.reader.words import squash

NUMBER = r"\d{1,3}(?:,\d{3})+(?![\d,.])|\d+(?:[.,]\d+)?"
_SPAN = r"\s*(?:-|–|—|~|\.{2,3}|…|/|÷|\bto\b|\bbis\b)\s*"
# How units are also printed; the schema's own word is to the right.
_ALSO = {
    "litre": "l", "liter": "l", "litres": "l", "ltr": "l", "gr": "g", "grams": "g", "mcg": "µg", "μg": "µg",
    "floz": "fl oz", "fl.oz": "fl oz", "fl.oz.": "fl oz", "fl. oz": "fl oz", "℃": "°C", "℉": "°F",
    "inch": "in", "inches": "in", "zoll": "in", '"': "in", "″": "in", "volt": "V", "volts": "V", "vac": "V", "vdc": "V",
    "watt": "W", "watts": "W", "months": "month", "monate": "month", "mois": "month", "meses": "month", "weeks": "week",
    "nm": "N·m", "tr/min": "rpm", "u/min": "rpm",
    "years": "year", "jahre": "year", "ans": "year", "años": "year", "days": "day", "tage": "day", "hours": "h",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MORE_MONTHS = {"maerz": 3, "marz": 3, "mai": 5, "okt": 10, "dez": 12, "ene": 1, "abr": 4, "ago": 8, "dic": 12}
_CURRENCIES = {"€": "EUR", "£": "GBP", "₹": "INR", "US$": "USD", "US $": "USD", "CAN$": "CAD", "CAN $": "CAD"}


def number(printed: str) -> float | int | None:
    """1,5 and 1.5 are the same; 10,000 is ten thousand; 1.500 could be both, so it's none."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+", printed) and not printed.startswith("0"):
        return int(printed.replace(",", ""))
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", printed):
        return None
    value = float(printed.replace(",", "."))
    return int(value) if value.is_integer() else value


def quantities(text: str, field: Field) -> list[tuple[dict[str, Any], int, int]]:
    """Every number or range with one of the field's units in `text`, and where it begins and ends."""
    spellings = _spellings(field.units)
    if not spellings:
        return []
    unit = "|".join(sorted(map(re.escape, spellings), key=len, reverse=True))
    low_end = rf"(?P<limit>[<≤]\s*)?(?<![\d.,])(?P<low>{NUMBER})"
    high_end = rf"(?:\s*(?:{unit})?{_SPAN}(?P<high>{NUMBER}))?"
    pattern = rf"{low_end}{high_end}\s*(?P<unit>{unit})(?=e?(?![^\W\d_]))"  # an e: OCR's reading of the sign ℮
    ranged = "min_value" in field.schema.get("properties", {})
    found = []
    for match in re.finditer(pattern, text, re.IGNORECASE):
        printed = match["unit"]
        low, high = number(match["low"]), number(match["high"]) if match["high"] else None
        if low is None or (match["high"] and (high is None or not ranged or high <= low)):
            continue
        if match["limit"] and not ranged:
            continue
        unit_meant = spellings.get(printed) or spellings.get(printed.casefold())
        if unit_meant is None:  # mW or MW
            continue
        value: dict[str, Any] = {"unit": unit_meant}
        if high is not None:
            value |= {"min_value": low, "max_value": high}
        else:
            value["max_value" if match["limit"] else "value"] = low
        found.append((value, match.start(), match.end()))
    return found


@cache
def _spellings(units: tuple[str, ...]) -> dict[str, str]:
    """Printed form -> unit: as it is, in small letters where that names just one, and the other words for it."""
    exact = {unit: unit for unit in units}
    lower = [unit.casefold() for unit in units]
    small = {unit.casefold(): unit for unit in units if lower.count(unit.casefold()) == 1}
    others = {word: unit for word, unit in _ALSO.items() if unit in units}
    return {**others, **small, **exact}


def date(text: str) -> str | None:
    """The first date in `text` as YYYY, YYYY-MM or YYYY-MM-DD; none where day and month could be swapped."""
    day_month_year = r"(?<!\d)(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?((?:20|19)\d\d|\d\d)(?!\d)"
    if match := re.search(r"(?<!\d)((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?(?!\d)", text):
        return _iso(*match.groups())
    if match := re.search(day_month_year, text):
        day, sign, month, year = match.groups()
        if sign == "/" and int(day) <= 12 and int(month) <= 12 and day != month:
            return None
        day, month = (month, day) if int(month) > 12 else (day, month)
        return _iso(year if len(year) == 4 else f"20{year}", month, day)
    if match := re.search(r"(?:(?<!\d)(\d{1,2})[ .-]*)?([^\W\d_]{3,9})\.?[ -]*((?:19|20)\d\d)(?!\d)", text):
        day, word, year = match.groups()
        named = squash(word)
        month_number = _MORE_MONTHS.get(named) or _MORE_MONTHS.get(named[:3])
        if month_number is None and named[:3] in _MONTHS:
            month_number = _MONTHS.index(named[:3]) + 1
        if month_number:
            return _iso(year, str(month_number), day)
    if match := re.search(r"(?<!\d)(\d{1,2})\s?[./-]\s?((?:19|20)\d\d)(?!\d)", text):
        return _iso(match[2], match[1])
    match = re.search(r"(?<![\d./-])((?:19|20)\d\d)(?![\d./-])", text)
    return match[1] if match else None


def _iso(year: str, month: str | None = None, day: str | None = None) -> str | None:
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join(part.zfill(2) for part in (year, month, day) if part)


@cache
def _countries() -> dict[str, str]:
    names: dict[str, str] = {}
    for row in (Path(__file__).parent / "countries.txt").read_text(encoding="utf-8").splitlines():
        code, _, spelled = row.partition(" ")
        names |= {squash(name): code for name in spelled.split(",")}
    return names


def is_country_code(text: str) -> bool:
    """Whether `text` is the ISO 3166-1 code of a country."""
    return text in _countries().values()


def country(text: str) -> str | None:
    """The ISO 3166-1 code of the country that `text` begins with, in one of some languages."""
    found = re.findall(r"[^\W\d_]+\.?", re.sub(r"^(?:the|la|le|les|el|der|die|den)\s", "", text, flags=re.IGNORECASE))
    for count in (4, 3, 2, 1):
        code = _countries().get(squash("".join(found[:count])))
        if code:
            return code
    return None


def price(text: str) -> dict[str, Any] | None:
    """An amount with a sign or code that names one currency; a bare $ names several."""
    amount = r"(\d+(?:[.,]\d{2}))"
    sign = "|".join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True))
    match = re.search(rf"({sign}|\b(?:EUR|USD|GBP|CAD|CHF)\b)\s?{amount}(?!\d)", text)
    swapped = re.search(rf"(?<!\d){amount}\s?({sign}|(?:EUR|USD|GBP|CAD|CHF)\b)", text)
    printed = (match[1], match[2]) if match else (swapped[2], swapped[1]) if swapped else None
    if printed is None:
        return None
    return {"value": float(printed[1].replace(",", ".")), "currency": _CURRENCIES.get(printed[0], printed[0])}


def article_numbers(text: str) -> Iterator[str]:
    """GTIN-12 and GTIN-13 whose check digit holds, in a line that is a number and the marks between its bars."""
    if re.fullmatch(r"[\d\s\"'”“>]+", text):
        digits = re.sub(r"\D", "", text)
        if len(digits) in (12, 13) and ean.is_valid(digits) and len(set(digits)) > 2:
            yield digits


def book_numbers(text: str) -> Iterator[str]:
    """ISBN-10 and ISBN-13 as printed, with their hyphens, whose check digit holds."""
    labelled = "isbn" in squash(text)
    for match in re.finditer(r"(?<![\d-])(?:97[89][\s-]?)?\d(?:[\s\"'-]?\d){8}[\s-]?[\dXx](?![\d-])", text):
        printed = match[0].replace('"', "").replace("'", "").strip()
        digits = re.sub(r"[^\dXx]", "", printed)
        trusted = labelled or printed.count("-") >= 3 or len(digits) == 13
        if trusted and isbn.is_valid(digits):
            yield printed
