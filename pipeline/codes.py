"""The photo's decoded barcodes beside the digits that the model read: bars are checked as they are decoded, and win."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stdnum import isbn

from pipeline.barcodes import Barcode
from pipeline.catalog import Extractor, Finding
from pipeline.faults import fault
from pipeline.formats import is_gtin, is_isbn
from pipeline.gtin import same_gtin

# Digits that one code may be misread in and still be that code: more, and both may stand on the photo.
_MISREAD_DIGITS = 2


@dataclass(frozen=True, slots=True)
class _Kind:
    """A property that bars may hold: its digits in a barcode, whether two texts are one number, or one is sound."""

    name: str
    code_in: Callable[[Barcode], str | None]
    same: Callable[[str, str], bool]
    sound: Callable[[str], bool]


def _same_isbn(one: str, other: str) -> bool:
    return is_isbn(one) and is_isbn(other) and isbn.compact(one, convert=True) == isbn.compact(other, convert=True)


_KINDS = (
    _Kind("isbn", lambda barcode: barcode.isbn, _same_isbn, is_isbn),
    _Kind("gtin", lambda barcode: barcode.gtin, same_gtin, is_gtin),
)


def with_decoded(
    product: Mapping[str, Any], barcodes: Sequence[Barcode], extractor: Extractor
) -> tuple[Mapping[str, Any], list[Finding]]:
    """The product with the decoded GTIN or ISBN in its place, and a finding where the model had read another."""
    given = product.get("specifications")
    if not barcodes or not isinstance(given, Mapping):
        return product, []
    specifications, findings = dict(given), []
    for kind in _KINDS:
        if kind.name in extractor.foreseen:
            codes = list(dict.fromkeys(filter(None, map(kind.code_in, barcodes))))
            settled, found = _settled(kind, specifications.get(kind.name), codes)
            specifications |= {} if settled is None else {kind.name: settled}
            findings += found
            if kind.name == "isbn":  # a book's `gtin` is its other barcode
                barcodes = [barcode for barcode in barcodes if barcode.isbn is None]
    return {**product, "specifications": specifications}, findings


def is_decoded(name: str, value: Any, barcodes: Sequence[Barcode]) -> bool:
    """Whether this value of the property `name` (`gtin`, `isbn`) is what a barcode of the photo holds."""
    return any(
        kind.name == name and (code := kind.code_in(barcode)) is not None and kind.same(str(value), code)
        for kind in _KINDS
        for barcode in barcodes
    )


def _settled(kind: _Kind, read: Any, codes: Sequence[str]) -> tuple[Any, list[Finding]]:
    """What the property is to be, None if that isn't known, and what there is to say of it."""
    path = f"specifications.{kind.name}"
    owned = [code for code in codes if not _is_shops_own(code) and not _is_case(code)]
    if read is None:
        if len(owned) > 1:
            sentence = f"The photo shows the barcodes {', '.join(owned[:5])}: which is the product's can't be told."
            return None, [fault(path, sentence, "warning")]
        return (owned[0] if owned else None), []
    if same := [code for code in codes if kind.same(str(read), code)]:
        return (read if isinstance(read, str) else same[0]), []  # a number is no text, but the same digits
    alike = [code for code in codes if not _is_case(code) or _is_case(str(read))]
    if not alike:
        return read, []
    nearest = min(alike, key=lambda code: _digits_apart(str(read), code))
    if _digits_apart(str(read), nearest) > _MISREAD_DIGITS:
        if kind.sound(str(read)):  # both may be there
            sentence = f"{read} was read, but the bars say {' and '.join(alike[:5])}: which is the product's?"
            return read, [fault(path, sentence, "error", {path: read})]
        if len(owned) != 1:  # what was read tells nothing of them, and the schema refuses it
            return read, []
        nearest = owned[0]
    sentence = f"The model read {str(read)[:20]}, but the bars say {nearest}: that is taken."
    return nearest, [fault(path, sentence, "warning")]


def _is_shops_own(code: str) -> bool:
    """Whether a shop or a company made this number up for itself.

    GTIN-13 that begin with 02, 04 or 2, and GTIN-12 that begin with 2 or 4 (GS1 General Specifications, restricted
    circulation numbers).
    """
    return code.rjust(13, "0")[:2] in ("02", "04") or (len(code) == 13 and code.startswith("2"))


def _is_case(code: str) -> bool:
    """Whether it is a GTIN-14 of a case: its indicator digit is none of 0 (GS1 General Specifications)."""
    return len(code) == 14 and not code.startswith("0")


def _digits_apart(one: str, other: str) -> int:
    pairs = zip(one.rjust(14, "0")[-14:], other.rjust(14, "0"), strict=True)
    return sum(left != right for left, right in pairs)
