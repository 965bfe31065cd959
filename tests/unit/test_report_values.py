"""How rows are written for people: values, names, times, and file names that a terminal must not obey."""

from decimal import Decimal

import pytest

from local.readable import Grid, Points, breakable, count, moment, percent, plain, printable, shown, titles_in

BLEND = [
    {"part": "Shell", "percentage": {"value": 60, "unit": "%"}},
    {"percentage": {"value": 40, "unit": "%"}, "part": "Lining"},
]
SENTENCES = ["Keep dry.", "Keep away from children, and from pets."]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"value": Decimal("1.5"), "unit": "l"}, "1.5 l"),
        ({"min_value": 100, "max_value": 240, "unit": "V"}, "100–240 V"),
        ({"max_value": Decimal("0.5"), "unit": "g"}, "≤ 0.5 g"),
        ({"min_value": 5, "unit": "V"}, "≥ 5 V"),
        ({"value": Decimal("12.99"), "currency": "EUR"}, "12.99 EUR"),
        ({"value": 12, "unit": "month"}, "12 months"),
        ({"value": 1, "unit": "year"}, "1 year"),
        (["CE", "FCC"], "CE, FCC"),
        (SENTENCES, Points(SENTENCES)),
        ([{"value": 1, "currency": "EUR"}, {"value": 2, "currency": "CHF"}], "1 EUR, 2 CHF"),
        (True, "yes"),
        ({"fat": {"value": 1, "unit": "g"}, "salt": "trace"}, [("Fat", "1 g"), ("Salt", "trace")]),
        (BLEND, Grid(["Part", "Percentage"], [["Shell", "60 %"], ["Lining", "40 %"]])),
        ([{"unit": "V"}, "5 V"], [("1.", [("Unit", "V")]), ("2.", "5 V")]),
        ([{"fat": {"sum": {"of": 1}}}], [("1.", [("Fat", [("Sum", [("Of", "1")])])])]),
        ({}, []),
    ],
)
def test_values_as_people_write_them(value: object, text: object) -> None:
    """Quantities, ranges, prices and short lists are a line; objects are pairs, like objects a table."""
    assert shown(value, {}) == text


def test_titles_of_a_schema() -> None:
    """A property's title is its own, else its definition's; without one its name is shown plainly."""
    schema = {
        "properties": {
            "gtin": {"$ref": "#/$defs/gtin"},
            "isbn": {"title": "ISBN"},
            "nutrition": {"properties": {"fat": {"title": "Fat content"}}},
            "colour": {},
        },
        "$defs": {"gtin": {"title": "GTIN"}},
    }
    assert titles_in(schema) == {"gtin": "GTIN", "isbn": "ISBN", "fat": "Fat content"}
    assert (plain("net_content"), plain("USB_type")) == ("Net content", "USB type")


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("www.fenmoor.example", "www<wbr>.fenmoor<wbr>.example"),
        ("https://fenmoor.example/size/a?of=1", "https://<wbr>fenmoor<wbr>.example/<wbr>size/<wbr>a<wbr>?of=1"),
        ("care@fenmoor.example", "care<wbr>@fenmoor<wbr>.example"),
        ("1.5 l, 3/4, e.g. 31.12.2026.", "1.5 l, 3/4, e.g. 31.12.2026."),
        ("x.<b>.example", "x.&lt;b&gt;.example"),
    ],
)
def test_addresses_break_at_their_joints(text: str, markup: str) -> None:
    """A narrow page breaks an address at a dot or a slash, never a figure; what is no markup stays text."""
    assert breakable(text) == markup


def test_counts_and_times() -> None:
    """One photo is no photos; a time is said in UTC, to the minute."""
    assert [count(number, "photo") for number in (0, 1, 2)] == ["0 photos", "1 photo", "2 photos"]
    assert moment("2026-11-24T01:33:08.443000Z") == "24 Nov 2026, 01:33 UTC"
    assert moment("2026-06-01T00:30:00+02:00") == "31 May 2026, 22:30 UTC"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Über 1+1 #2.jpg", "Über 1+1 #2.jpg"),
        ("red\x1b[31m.jpg", "red\\x1b[31m.jpg"),
        ("two\nlines\x9b.jpg", "two\\nlines\\x9b.jpg"),
        ("gpj.\u202eevil", "gpj.\\u202eevil"),
        ("latin\udce9.jpg", "latin\\udce9.jpg"),
    ],
)
def test_nothing_orders_the_terminal_about(name: str, said: str) -> None:
    """Control characters, signs that turn the reading direction and what is no UTF-8 are written out."""
    assert printable(name) == said


@pytest.mark.parametrize(
    ("score", "text"), [(None, ""), (0, "0%"), (Decimal("0.824"), "82%"), (0.999, "99%"), (0.995, "99%"), (1, "100%")]
)
def test_only_what_is_certain_is_100_percent(score: object, text: str) -> None:
    """A confidence is rounded, but never up to certainty."""
    assert percent(score) == text
