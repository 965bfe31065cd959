"""The formats that schemas may name."""

import datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum import ean, isbn

from pipeline.formats import CHECKS, MEANINGS, PROVING
from pipeline.validation import validator_for

# A busy machine may take its time.
unhurried = settings(deadline=None)

GOOD = [
    ("gtin", "96385074"),  # GTIN-8
    ("gtin", "619659023935"),  # GTIN-12, the UPC-A
    ("gtin", "5449000039231"),  # GTIN-13
    ("gtin", "15400141288763"),  # GTIN-14
    ("isbn", "978-0-306-40615-7"),
    ("isbn", "9780306406157"),
    ("isbn", "979-10-90636-07-1"),
    ("isbn", "0-306-40615-2"),
    ("isbn", "0 306 40615 2"),
    ("isbn", "080442957X"),
    ("ufi", "E600-30P1-S00Y-5079"),  # two of ECHA's own examples
    ("ufi", "N1QV-R02N-J00M-WQD5"),
    ("issn", "0028-0836"),
    ("issn", "00280836"),
    ("issn", "2434-561X"),
    ("issn", "2434561x"),
    ("imei", "490154203237518"),
    ("ip-rating", "IP67"),
    ("ip-rating", "IPX4"),
    ("ip-rating", "IP 44"),
    ("ip-rating", "IP69K"),
    ("ip-rating", "IP23CS"),
    ("ip-rating", "IPXXB"),
    ("ip-rating", "IP65/IP67"),
    ("tyre-size", "205/55 R16"),
    ("tyre-size", "P235/75R15"),
    ("tyre-size", "120/70 ZR17"),
    ("tyre-size", "110/100-18"),
    ("tyre-size", "200/580 R15"),  # of a race tyre: width and height, both in mm
    ("tyre-size", "14/70-20"),  # inches
    ("tyre-size", "31X10.50R15LT"),
    ("tyre-size", "28-622"),
    ("tyre-size", "10.0/75-15.3"),
    ("partial-date", "2027"),
    ("partial-date", "2027-11"),
    ("partial-date", "2028-02-29"),
    ("country", "DE"),
    ("country", "EU"),
    ("language", "uk"),
    ("currency", "INR"),
    ("currency", "DEM"),
]
BAD = [
    ("gtin", "5449000039232"),  # check digit
    ("gtin", "5 449000 039231"),  # as spaced in print: wanted without
    ("gtin", "544900003923"),  # a digit lost
    ("gtin", "01234565"),  # a UPC-E, whose last digit happens to fit
    ("gtin", "1234567895"),  # ten digits are no length of a GTIN
    ("gtin", "٥٤٤٩٠٠٠٠٣٩٢٣١"),
    ("gtin", ""),
    ("isbn", "978-0-306-40615-8"),
    ("isbn", "0-306-40615-X"),
    ("isbn", "306406152"),  # nine digits: an SBN
    ("isbn", "5449000039231"),  # a sound GTIN outside 978 and 979
    ("isbn", "ISBN 0-306-40615-2"),
    ("ufi", "E600-30P1-S00Y-5078"),
    ("ufi", "E600-30PI-S00Y-5079"),  # an I, which a UFI never has
    ("ufi", "E60030P1S00Y5079"),
    ("ufi", "e600-30p1-s00y-5079"),
    ("issn", "0028-0837"),
    ("issn", "0028 0836"),
    ("issn", "00280-836"),
    ("imei", "490154203237519"),
    ("imei", "49015420323751"),  # without its check digit
    ("ip-rating", "IP87"),  # the first digit ends at 6
    ("ip-rating", "IP6"),
    ("ip-rating", "IP6Z7"),
    ("ip-rating", "67"),
    ("ip-rating", "IP67E"),
    ("tyre-size", "R16"),
    ("tyre-size", "208/55 R16"),
    ("tyre-size", "206/55R16"),
    ("tyre-size", "205/155 R16"),
    ("tyre-size", "205/15 R16"),
    ("partial-date", "2027-13"),
    ("partial-date", "2027-02-29"),
    ("partial-date", "2027-00-10"),
    ("partial-date", "11/2027"),
    ("partial-date", "27-11"),
    ("partial-date", "0027"),
    ("partial-date", "2027-11-1"),
    ("partial-date", "2027-11-01T00:00"),
    ("country", "UK"),
    ("country", "de"),
    ("country", "Germany"),
    ("language", "ger"),
    ("language", "EN"),
    ("currency", "€"),
    ("currency", "XAU"),
]


def conforms(name: str, value: object) -> bool:
    """Ask through a schema, as the service does."""
    return validator_for({"format": name}, "A test").is_valid(value)


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_good_value_is_accepted(name, value):
    """A value of the format passes."""
    assert conforms(name, value)


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_refused(name, value):
    """A value that only looks like one of the format does not pass."""
    assert not conforms(name, value)


def test_just_our_formats_are_registered():
    """The formats are ours alone, so that a schema can't lean on a draft's default."""
    assert set(CHECKS) == {
        *("gtin", "isbn", "issn", "imei", "ufi", "partial-date", "ip-rating", "tyre-size"),
        *("country", "language", "currency"),
    }
    assert conforms("ipv4", "no address")


def test_every_format_says_what_it_means():
    """Each format has its words for whoever has to mend a value, and the example in them is one."""
    assert MEANINGS.keys() == CHECKS.keys()
    examples = {name: said.partition("such as ")[2].split(",")[0] for name, said in MEANINGS.items()}
    assert {name for name, example in examples.items() if not example} == PROVING
    assert all(conforms(name, example) for name, example in examples.items() if example)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_what_is_no_string_is_left_to_type(name):
    """A format says nothing about numbers, null, lists and objects: `type` refuses those."""
    assert all(conforms(name, value) for value in (5, None, 1.5, [], {}, True))


@pytest.mark.parametrize("name", sorted(CHECKS))
@unhurried
@given(value=st.text(max_size=20))
def test_no_text_breaks_a_format(name, value):
    """Whatever text a model writes, a format answers yes or no and never raises."""
    assert conforms(name, value) in (True, False)


@unhurried
@given(st.sampled_from([7, 11, 12, 13]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)), st.data())
def test_one_misread_digit_of_a_gtin_is_noticed(digits, data):
    """Any GTIN passes, and none with one digit changed."""
    assume(len(digits) > 7 or digits[0] != "0")  # those are a UPC-E's
    gtin = digits + ean.calc_check_digit(digits)
    assert conforms("gtin", gtin)
    at = data.draw(st.integers(0, len(gtin) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != gtin[at]))
    assert not conforms("gtin", gtin[:at] + other + gtin[at + 1 :])


@unhurried
@given(st.text("0123456789", min_size=9, max_size=9), st.data())
def test_one_misread_digit_of_an_isbn_is_noticed(digits, data):
    """Any ISBN passes in both forms, and neither with one digit changed."""
    thirteen = "978" + digits + ean.calc_check_digit("978" + digits)
    for number in (thirteen, isbn.to_isbn10(thirteen)):
        assert conforms("isbn", number)
        at = data.draw(st.integers(0, len(number) - 2))
        other = data.draw(st.sampled_from("0123456789").filter(lambda digit, was=number[at]: digit != was))
        assert not conforms("isbn", number[:at] + other + number[at + 1 :])


@unhurried
@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_every_real_date_is_a_partial_date(day):
    """Every day of the calendar passes, whole, without its day, and as a year alone."""
    text = day.isoformat()
    assert all(conforms("partial-date", text[:length]) for length in (4, 7, 10))


@unhurried
@given(st.integers(1000, 9999), st.integers(1, 12), st.integers(1, 31))
def test_a_day_that_is_not_in_the_calendar_is_refused(year, month, day):
    """A date passes just when the calendar has it."""
    try:
        real = bool(datetime.date(year, month, day))
    except ValueError:
        real = False
    assert conforms("partial-date", f"{year}-{month:02}-{day:02}") is real
