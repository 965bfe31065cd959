"""What the bars say beside what the model read: bars win over a misread digit, and two sound codes are for a person."""

from typing import Any

import pytest

from pipeline.barcodes import Barcode
from pipeline.catalog import Finding, load_catalog
from pipeline.codes import is_decoded, with_decoded
from pipeline.plugins import load_plugins

CATALOG = load_catalog(load_plugins())
JAM = "5000159484695"
OTHER = "4008400404127"


def bars(*codes: str) -> tuple[Barcode, ...]:
    return tuple(Barcode("ean_13", code, code, code if code.startswith("978") else None) for code in codes)


def settled(read: Any, *codes: str, category: str = "grocery") -> tuple[Any, list[Finding]]:
    """The specifications of a product with this `gtin` once the bars are known, and what is found."""
    specifications = {"color": "red"} if read is None else {"color": "red", "gtin": read}
    product, found = with_decoded({"brand": "Acme", "specifications": specifications}, bars(*codes), CATALOG[category])
    assert product["brand"] == "Acme"
    assert product["specifications"]["color"] == "red"
    return product["specifications"].get("gtin"), found


@pytest.mark.parametrize("read", [JAM, f"0{JAM}"])
def test_agreement_says_nothing(read: str) -> None:
    """Digits that are those of the bars stay as they were read, however many zeros stand before them."""
    assert settled(read, JAM) == (read, [])


@pytest.mark.parametrize("read", ["5000159484696", "5000159434695", "500015948469", "no number", "50001594846955"])
def test_the_bars_win_over_misread_digits(read: str) -> None:
    """A digit misread, lost or added: the decoded code is taken, and a warning says which was read."""
    code, [found] = settled(read, JAM)
    assert code == JAM
    assert (found["path"], found["severity"]) == ("specifications.gtin", "warning")
    assert read in found["message"]
    assert JAM in found["message"]


@pytest.mark.parametrize("read", ["N/A", "no number", [JAM], "1234"])
@pytest.mark.parametrize("codes", [(JAM, OTHER), ("2012345678903",)], ids=["two products", "a shop's own"])
def test_what_is_no_code_chooses_none(read: Any, codes: tuple[str, ...]) -> None:
    """Where nothing like a code was read, neither one of several bars nor a shop's own number is taken for it."""
    assert settled(read, *codes) == (read, [])


def test_a_number_is_taken_as_the_text_that_the_bars_say() -> None:
    """Digits given as a number, which the schema refuses, are the bars' text: no repair is paid for that."""
    assert settled(int(JAM), JAM) == (JAM, [])


def test_two_sound_codes_that_differ_are_for_a_person() -> None:
    """Where the digits read are a right code of their own, and far from the bars, nobody is overruled: an error."""
    code, [found] = settled(OTHER, JAM)
    assert (code, found["severity"]) == (OTHER, "error")


def test_of_several_bars_the_one_that_was_read_counts() -> None:
    """Two products in one photo: the code that the model read is one of them."""
    assert settled(OTHER, JAM, OTHER) == (OTHER, [])


def test_of_several_bars_the_nearest_mends_a_misread_digit() -> None:
    """One digit wrong: of the decoded codes it can only have been the one that is nearly the same."""
    assert settled("4008400404128", JAM, OTHER)[0] == OTHER


def test_an_unread_code_is_filled_in() -> None:
    """The model gave no digits, but the bars were decoded: that is the GTIN."""
    assert settled(None, JAM) == (JAM, [])


def test_of_several_unread_codes_none_is_chosen() -> None:
    """Which of two is the product's can't be told: neither is taken, and a warning names both."""
    code, [found] = settled(None, JAM, OTHER)
    assert (code, found["severity"]) == (None, "warning")
    assert JAM in found["message"]


@pytest.mark.parametrize("own", ["2012345678903", "0212345678909", "412345678903", "0412345678904"])
def test_a_shops_own_number_is_no_gtin_by_itself(own: str) -> None:
    """What a scale or a company printed for itself isn't filled in; where the model read it as the GTIN it stays."""
    assert settled(None, own) == (None, [])
    assert settled("2012345678903", "2012345678903") == ("2012345678903", [])


def test_the_code_of_the_case_is_not_that_of_the_pack() -> None:
    """A GTIN-14 of a case, one digit longer, corrects no GTIN-13 and fills none in."""
    assert settled(JAM, "15000159484692") == (JAM, [])
    assert settled(None, "15000159484692") == (None, [])


def test_a_books_bars_are_its_isbn() -> None:
    """An EAN-13 of 978 is filled in as `isbn`, mends a misread one, and says nothing of a book's other barcode."""
    isbn = "9780201752847"

    def book(specifications: dict[str, Any]) -> tuple[Any, list[Finding]]:
        product, found = with_decoded({"specifications": specifications}, bars(isbn), CATALOG["book"])
        return product["specifications"], found

    assert book({}) == ({"isbn": isbn}, [])
    assert book({"isbn": "978-0-201-75284-7"}) == ({"isbn": "978-0-201-75284-7"}, [])
    assert book({"isbn": "978-0-201-75234-7"})[0] == {"isbn": isbn}
    assert book({"gtin": JAM})[0] == {"gtin": JAM, "isbn": isbn}


@pytest.mark.parametrize("specifications", ["see photo", None, ["gtin"]])
def test_a_malformed_answer_is_left_to_the_schema(specifications: Any) -> None:
    """Where no object stands in the place of the specifications nothing is put in."""
    product = {"specifications": specifications}
    assert with_decoded(product, bars(JAM), CATALOG["grocery"]) == (product, [])


@pytest.mark.parametrize("read", [5000159484695, {"value": 5}, ["5000159484695"], True])
def test_digits_of_another_type_are_no_crash(read: Any) -> None:
    """A model may answer anything where the digits belong: the bars take their place."""
    assert settled(read, JAM)[0] in (JAM, read)


def test_a_value_is_known_to_be_decoded() -> None:
    """Whether a value is that of the bars is told by its number, not by its spelling."""
    assert is_decoded("gtin", f"0{JAM}", bars(JAM))
    assert not is_decoded("gtin", OTHER, bars(JAM))
    assert not is_decoded("batch_lot_number", JAM, bars(JAM))
