"""How the offline reader reads single values."""

import pytest

from local.reader.fields import Field
from local.reader.values import article_numbers, book_numbers, country, date, number, price, quantities


@pytest.mark.parametrize(
    ("printed", "value"),
    [("1,5", 1.5), ("1.5", 1.5), ("12", 12), ("10,000", 10_000), ("0.968", 0.968), ("1.500", None)],
)
def test_numbers(printed: str, value: float | None) -> None:
    """A decimal comma is a point, a comma before three digits parts thousands, and 1.500 could be either."""
    assert number(printed) == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("DEC 2018", "2018-12"),
        ("18 MAR 2027", "2027-03-18"),
        ("Ende Mai 2026", "2026-05"),
        ("02/2012", "2012-02"),
        ("01.12.2014", "2014-12-01"),
        ("31/12/2026", "2026-12-31"),
        ("2026-07-31", "2026-07-31"),
        ("31.12.26", "2026-12-31"),
        ("2025", "2025"),
        ("09/12/2026", None),
        ("13/13/2026", None),
        ("siehe Deckel", None),
        ("12345", None),
    ],
)
def test_dates(printed: str, value: str | None) -> None:
    """As much of a date as is printed; none where day and month could be swapped."""
    assert date(printed) == value


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("China", "CN"),
        ("the United Kingdom", "GB"),
        ("E.U.", "EU"),
        ("France par la Biscuiterie", "FR"),
        ("CANADA/PRODUIT DU CANADA", "CA"),
        ("Great taste", None),
        ("", None),
    ],
)
def test_countries(printed: str, code: str | None) -> None:
    """A country's name at the beginning is its code, in some languages; anything else is none."""
    assert country(printed) == code


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("€ 34,95 (D)", {"value": 34.95, "currency": "EUR"}),
        ("£14.99", {"value": 14.99, "currency": "GBP"}),
        ("US $14.95", {"value": 14.95, "currency": "USD"}),
        ("19,90 €", {"value": 19.9, "currency": "EUR"}),
        ("$14.95", None),
        ("14.95", None),
    ],
)
def test_prices(printed: str, value: dict[str, object] | None) -> None:
    """An amount with a sign of one currency; a bare dollar sign is several countries'."""
    assert price(printed) == value


def test_article_numbers() -> None:
    """A number under bars counts when its check digit holds, whatever OCR makes of the bars between its parts."""
    assert list(article_numbers('2 400173"551022')) == ["2400173551022"]
    assert list(article_numbers("448217039565")) == ["448217039565"]
    assert list(article_numbers("2400173551023")) == []
    assert list(article_numbers("Tel. 2400173551022")) == []
    assert list(article_numbers("0000000000000")) == []


def test_book_numbers() -> None:
    """An ISBN counts with its check digit, and by its label, its hyphens or its prefix."""
    assert list(book_numbers("ISBN 978-1-84772-043-6")) == ["978-1-84772-043-6"]
    assert list(book_numbers("ISBN-10: 1-84772-043-9")) == ["1-84772-043-9"]
    assert list(book_numbers("0-14-001399-7")) == ["0-14-001399-7"]
    assert list(book_numbers("ISBN 978-1-84772-043-7")) == []
    assert list(book_numbers("1847720439")) == []


def _measured(*units: str, ranged: bool = False) -> Field:
    members = ["value", "min_value", "max_value"] if ranged else ["value"]
    properties: dict[str, object] = {member: {} for member in members}
    return Field(("size",), {"properties": {**properties, "unit": {"enum": list(units)}}}, frozenset())


@pytest.mark.parametrize(
    ("printed", "field", "values"),
    [
        ("Net 340 g", _measured("g", "kg"), [{"value": 340, "unit": "g"}]),
        ("200 mle", _measured("ml"), [{"value": 200, "unit": "ml"}]),
        ("0,5 L", _measured("l", "ml"), [{"value": 0.5, "unit": "l"}]),
        ("2085 kj", _measured("kJ"), [{"value": 2085, "unit": "kJ"}]),
        ("100-240 V~", _measured("V", ranged=True), [{"min_value": 100, "max_value": 240, "unit": "V"}]),
        ("50/60 Hz", _measured("Hz", ranged=True), [{"min_value": 50, "max_value": 60, "unit": "Hz"}]),
        ("<0.5 g", _measured("g", ranged=True), [{"max_value": 0.5, "unit": "g"}]),
        ("100-240 V", _measured("V"), []),
        ("5 mW", _measured("MW", "mW"), [{"value": 5, "unit": "mW"}]),
        ("5 mw", _measured("MW", "mW"), []),
        ("12 glasses", _measured("g"), []),
        ("4.79", _measured("g"), []),
        ("340 g", _measured(), []),
    ],
)
def test_quantities(printed: str, field: Field, values: list[dict[str, object]]) -> None:
    """A figure with one of the schema's units, a range only where the schema has one, and nothing without a unit."""
    assert [value for value, _, _ in quantities(printed, field)] == values
