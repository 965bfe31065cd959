"""Numbers that tell one thing twice, and check digits that no format knows."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from stdnum import ean, isbn

from extractors.checks.findings import Finding, error, proof, text, warning


def isbns_of_one_book(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Two sound ISBNs, one of each form, name one book (ISO 2108: 978, same nine digits)."""
    thirteen, ten = text(said, "isbn"), text(said, "isbn_10")
    if not (thirteen and ten and isbn.is_valid(thirteen.printed) and isbn.is_valid(ten.printed)):
        return  # an unsound one is the schema's finding
    if isbn.compact(thirteen.printed, convert=True) == isbn.compact(ten.printed, convert=True):
        yield proof("ISBN-10 and ISBN-13 name one book.", ten, thirteen)
    else:
        shown = f"ISBN-13 {thirteen.printed} and ISBN-10 {ten.printed} name different books"
        yield error(f"{shown}: one of them is misread.", ten, thirteen)


def barcode_of_the_book(said: Mapping[str, Any]) -> Iterator[Finding]:
    """A barcode from 978 on is the ISBN, one from 977 on holds the ISSN (GS1 General Specifications, 2.1.6 and 2.1.7).

    Volumes print the ISBN of their set, too, so another one is no more than a warning.
    """
    gtin, isbn_13, issn = (text(said, name) for name in ("gtin", "isbn", "issn"))
    digits = gtin.printed.lstrip("0") if gtin else ""
    pairs = [
        (isbn_13, digits, re.sub("[ -]", "", isbn_13.printed) if isbn_13 else "", ("978", "979")),
        (issn, digits[3:10], issn.printed.replace("-", "")[:7] if issn else "", ("977",)),
    ]
    for number, held, wanted, prefixes in pairs:
        if gtin and number and len(digits) == 13 and digits.startswith(prefixes):
            if held == wanted:
                yield proof(f"The barcode holds {number.printed}.", gtin, number)
            else:
                yield warning(f"The barcode {gtin.printed} holds another number than {number.printed}.", gtin, number)


def german_pharmacy_numbers(said: Mapping[str, Any]) -> Iterator[Finding]:
    """PZN and PPN have their check digits, and PPN and GTIN hold the PZN (IFA's specifications)."""
    pzn, ppn, gtin = (text(said, name) for name in ("pzn", "ppn", "gtin"))
    if ppn and re.fullmatch("11[0-9]{10}", ppn.printed):
        if sum(place * ord(sign) for place, sign in enumerate(ppn.printed[:10], 2)) % 97 == int(ppn.printed[10:]):
            yield proof("The PPN's check digits fit.", ppn)
        else:
            yield error(f"PPN {ppn.printed} has wrong check digits: one is misread.", ppn)
    # Austria's have seven digits, and German ones of before 2013: whose they are, a number doesn't tell.
    if not pzn or not re.fullmatch("[0-9]{8}", pzn.printed):
        return
    if sum(place * int(digit) for place, digit in enumerate(pzn.printed[:7], 1)) % 11 == int(pzn.printed[7]):
        yield proof("The PZN's check digit fits.", pzn)
    else:
        yield error(f"PZN {pzn.printed} has a wrong check digit: one is misread.", pzn)
    # An NTIN, the PZN in the form of a GTIN-13, begins with 4150.
    ntin = gtin.printed.lstrip("0") if gtin else ""
    is_ntin = ntin.startswith("4150") and len(ntin) == 13
    for name, holder, held in (("PPN", ppn, ppn.printed[2:10] if ppn else ""), ("GTIN", is_ntin and gtin, ntin[4:12])):
        if holder and held == pzn.printed:
            yield proof(f"The {name} holds the PZN.", holder, pzn)
        elif holder:
            shown = f"{name} {ntin if holder is gtin else holder.printed} holds another number than PZN {pzn.printed}"
            yield error(f"{shown}: one is misread.", holder, pzn)


def national_drug_codes(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Where a barcode holds the American NDC (3, its ten digits, a check digit), both are proven.

    So is a French CIP-13, a GTIN-13 of 3400, by its check digit. No error: makers may use another barcode, and other
    countries have other codes.
    """
    gtin, ndc, code = (text(said, name) for name in ("gtin", "ndc", "national_code"))
    digits = re.sub("[^0-9]", "", ndc.printed) if ndc else ""
    if gtin and ndc and len(digits) == 10 and gtin.printed.lstrip("0")[:11] == f"3{digits}":
        yield proof("The barcode holds the NDC.", gtin, ndc)
    if code and re.fullmatch("3400[0-9]{9}", code.printed) and ean.is_valid(code.printed):
        yield proof("The check digit of the CIP-13 fits.", code)
