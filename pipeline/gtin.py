"""The numbers of articles that barcodes carry: which of them a code's text holds, and whether two are the same.

A GTIN is written with 8, 12, 13 or 14 digits; filled up with zeros to 14, all are of one kind (GS1 General
Specifications, "Global Trade Item Number").
"""

import re

from pipeline.formats import is_gtin, is_isbn

# An element string as people read it: application identifiers in brackets, as "(17)271231(01)09501101530003".
_ELEMENT = re.compile(r"\(01\)([0-9]{14})(?=\(|$)")
# GS1 Digital Link: in the path, 01 and the GTIN in 14 digits. Shorter ones would be found in dates, too.
_LINK = re.compile(r"https?://[^/?#\s]+/(?:[^?#\s]+/)?01/([0-9]{14})(?:[/?#]|$)", re.IGNORECASE)


def gtin14(code: str) -> str | None:
    """Return the GTIN with all of its 14 digits; None for what isn't one, or has a wrong check digit."""
    return code.zfill(14) if is_gtin(code) else None


def same_gtin(one: str, other: str) -> bool:
    """Whether both are GTINs, and of the same article: a UPC-A is the EAN-13 that has a 0 before it."""
    number = gtin14(one)
    return number is not None and number == gtin14(other)


def in_elements(text: str) -> str | None:
    """Return the GTIN of a GS1 element string, with its identifiers in brackets; None if it has no right one."""
    found = _ELEMENT.search(text)
    return found[1] if found and is_gtin(found[1]) else None


def in_link(text: str) -> str | None:
    """Return the GTIN of a GS1 Digital Link, as https://id.gs1.org/01/09506000134352/10/ABC; None for other text."""
    found = _LINK.match(text)
    return found[1] if found and is_gtin(found[1]) else None


def isbn13(gtin: str) -> str | None:
    """Return the GTIN in the 13 digits of an ISBN if it is a book's. 9790 begins those of printed music (ISO 10957)."""
    code = gtin.removeprefix("0") if len(gtin) == 14 else gtin
    return code if len(code) == 13 and not code.startswith("9790") and is_isbn(code) else None
