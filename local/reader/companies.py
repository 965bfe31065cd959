"""Companies: the one whose name the pack bears large, and the address that follows a company's name."""

import re
from collections.abc import Iterable, Iterator, Mapping

from local.page import Line
from local.reader.cells import alike
from local.reader.doubts import is_doubtful
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.layout import Layout
from local.reader.words import squash

LEGAL_FORM = (
    r"GmbH(?: & Co\.? KG)?|Ltd\.?|Inc\.?|LLC|Corp\.?|Corporation|AG|KG|SARL|SÁRL|SAS|SA|S\.A\.|S\.?L\.?|S\.p\.A\.?|"
    r"S\.\s?r\.\s?[lI1|]\.?|B\.?V\.?|A/S"
)
"""How a company's name ends, also as OCR reads it."""

_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_NAME = rf"{_CAPITAL}[\w'’.-]*(?: (?:&|and|und|et|y|e|de|du|di|da|dei|der|van|von|{_CAPITAL}[\w'’.-]*)){{0,5}}?"
_COMPANY = re.compile(rf"({_NAME},? (?:{LEGAL_FORM}))(?=[\s,]|$)(.*)")
_BEHIND = re.compile(rf"\b(?:{LEGAL_FORM})(?=[\s,]|$)(.*)")
_AMERICAN = re.compile(r"(?:Inc\.?|LLC|Corp\.?|Corporation)$")
# An address ends with a postcode and its town, or the other way round; an American one may begin with four digits too.
_PLACE = rf"{_CAPITAL}[\w'’.-]*(?: [^\W\d_][\w'’.-]*){{0,3}}(?: \([^\W\d_ ]+\))?"
_ENDS = re.compile(r"(?:\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|\b[A-Z]{2} \d{5}(?:-\d{4})?)[.,]?$")
_ENDS_ABROAD = re.compile(rf"(?:^|[\s,])(?:[A-Z]{{1,2}}-)?\d{{4,5}} {_PLACE}[.,]?$")
_NO_ADDRESS = re.compile(r"[:;@%©]|www\.", re.IGNORECASE)
_ROWS = 3  # of an address at most
_LETTERS = 5  # that a brand has at least: a shorter word stands in many names


def companies(layout: Layout, fields: Iterable[Field], found: Mapping[tuple[str, ...], Found]) -> Iterator[Found]:
    """Companies' names and addresses, for the fields whose description says `without address` or `with address`.

    A label names a company's part. Without one it is the company that sells the product under its own name: whoever
    does so is its manufacturer in law (Regulation (EU) 2023/988, article 3 (8)).
    """
    wanted = list(fields)
    for field in wanted:
        if not _is_company(field):
            continue
        bare = "without address" in field.schema["description"].casefold()
        one = found.get(field.path) or _at_label(layout, field) or (_own_name(layout, field) if bare else None)
        if one is None:
            continue
        address = _address(layout, one)
        if address and not bare:
            one = Found(field, f"{one.value}, {address.value}", tuple(dict.fromkeys((*one.lines, *address.lines))))
        place = next((other for other in wanted if other.name == f"{field.name}_address"), None)
        both = [one, *([Found(place, address.value, address.lines)] if address and place else [])]
        yield from (each for each in both if not is_doubtful(each, layout.page))


def _is_company(field: Field) -> bool:
    return field.is_text and bool(re.search(r"\bwith(?:out)? address", str(field.schema.get("description", "")), re.I))


def _at_label(layout: Layout, field: Field) -> Found | None:
    """The company that a label of the field leads to, however long its address is."""
    for anchor in layout.anchors:
        if field in anchor.fields and anchor.leads and (company := _COMPANY.match(layout.after(anchor)[0])):
            return Found(field, mended(company[1]), (anchor.line,))
    return None


def _own_name(layout: Layout, field: Field) -> Found | None:
    """The one company at the head of a plate, or whose name begins a line, and stands elsewhere too, larger."""
    if any(field in anchor.fields and anchor.leads for anchor in layout.anchors):
        return None
    named = {" ".join(maker): layout.page.lines[0]} if (maker := plate_maker(layout)) else {}
    for line in layout.page.lines:
        company = _COMPANY.match(line.text)
        if company and _is_branded(layout, line) and not _has_a_role(layout, line):
            named[mended(company[1])] = line
    return next((Found(field, name, (line,)) for name, line in named.items()), None) if len(named) == 1 else None


def plate_maker(layout: Layout) -> tuple[str, str] | None:
    """The company that is the first line of a rating plate, its name and its legal form: labels follow right below."""
    first = next(iter(layout.page.lines), None)
    company = re.fullmatch(rf"({_NAME}),? ({LEGAL_FORM})", first.text) if first else None
    below = layout.below(first) if first and company else None
    return (company[1], company[2]) if company and below and layout.is_label(below) else None


def _is_branded(layout: Layout, line: Line) -> bool:
    return any(
        other.height > line.height
        and any(
            len(name) >= _LETTERS and squash(line.text).startswith(name)
            for name in (squash(other.text), squash(other.text.split(" ")[0]))
        )
        for other in layout.page.lines
    )


def _has_a_role(layout: Layout, line: Line) -> bool:
    """The line above ends in a colon, or has a label of a company's part: "Imported by"."""
    above = [other for other in layout.page.lines if layout.below(other) is line]
    return any(
        other.text.rstrip().endswith(":")
        or any(anchor.line is other and any(map(_is_company, anchor.fields)) for anchor in layout.anchors)
        for other in above
    )


def _address(layout: Layout, company: Found) -> Found | None:
    """What follows the name up to a postcode with its town, in its line and those below; none where it doesn't end."""
    behind = [(line, match[1]) for line in company.lines if (match := _BEHIND.search(line.text))]
    if not behind or not re.search(rf"\b(?:{LEGAL_FORM})$", company.value):  # or its address is in it already
        return None
    line, text = behind[0]
    text, rows = text.strip(" ,"), [line]
    while not _is_whole(text, company.value):
        below = layout.below(rows[-1])
        if below is None or len(rows) > _ROWS or not alike(below, line) or layout.is_statement(below):
            return None
        if (
            abs(below.left - line.left) > 3 * line.height
            and abs(below.left + below.right - line.left - line.right) > 4 * line.height
        ):
            return None
        text, rows = f"{text} {below.text}".strip(), [*rows, below]
    return None if _NO_ADDRESS.search(text) else Found(company.field, text.rstrip(" .,"), tuple(rows))


def _is_whole(text: str, company: str) -> bool:
    return bool(_ENDS.search(text) or (not _AMERICAN.search(company) and _ENDS_ABROAD.search(text)))


def mended(name: str) -> str:
    """The name with the legal form that OCR misreads: S.r.I. is S.r.l."""
    return re.sub(r"\bS\.\s?r\.\s?[I1|]\.", "S.r.l.", name)
