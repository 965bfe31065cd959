"""Values that say by themselves what they are: check digits, web addresses, a pattern, a form, a listed word."""

import re
from collections.abc import Iterator

from local.page import Line, Page
from local.reader.coded import coded, is_coded
from local.reader.fields import Field
from local.reader.formed import counted, formed
from local.reader.found import Found
from local.reader.labelled import value_of
from local.reader.listed import listed
from local.reader.values import article_numbers, book_numbers, price
from local.reader.words import squash

_URL = re.compile(r"(?<![@\w])(?:https?://)?www\.[\w-]+(?:\.[\w-]+)+(?:/[\w./-]*)?", re.IGNORECASE)


def unlabelled(page: Page, fields: list[Field]) -> Iterator[Found]:
    """What can be told without a label; a number is given to one field only."""
    taken: set[str] = set()
    for field in fields:
        for one in _candidates(page, field):
            digits = re.sub(r"[^\dXx]", "", str(one.value)) if "format" in field.schema else ""
            if digits not in taken:
                yield one
                taken |= {digits} - {""}
                break


def _candidates(page: Page, field: Field) -> Iterator[Found]:
    schema = field.schema
    if schema.get("format") == "isbn":
        yield from _book_numbers(page, field)
    elif schema.get("format") == "gtin":
        for line in _number_rows(page):
            yield from (Found(field, digits, (line,)) for digits in article_numbers(line.text))
    elif field.is_text and "web address" in str(schema.get("description", "")).casefold():
        for line in page.lines:
            yield from (Found(field, match[0].rstrip("."), (line,)) for match in _URL.finditer(line.text))
    elif "pattern" in schema and re.match(r"\^[A-Z]{2}", schema["pattern"]):
        for line in page.lines:
            value = value_of(line.text, field)
            yield from [Found(field, value, (line,))] if value else []
    elif "pattern" in schema and field.examples:
        yield from _like_examples(page, field)
    elif "currency" in schema.get("items", {}).get("properties", {}):
        yield from _prices(page, field)
    elif schema.get("type") == "integer":
        yield from counted(page, field)
    elif is_coded(field):
        yield from coded(page, field)
    elif field.is_list and field.examples:
        yield from listed(page, field)
    elif field.units or field.forms:
        yield from formed(page, field)
    elif field.is_text and not field.says_itself:
        yield from (Found(field, one.value[0], one.lines) for one in listed(page, field) if len(one.value) == 1)


def _like_examples(page: Page, field: Field) -> Iterator[Found]:
    """What looks like the schema's example of a pattern ("205/55 R16"), where no other print of that form differs."""
    found: dict[str, Line] = {}
    for example in field.examples:
        if not re.search(r"[^\W\d]", example) or not re.search(r"\d", example) or not re.search(r"\w[\W_]\w", example):
            continue  # digits alone, or a word, look like anything
        form = re.sub(r"\d+", r"\\d+", re.escape(example)).replace(r"\ ", r"\s?")
        for line in page.lines:
            printed = re.findall(rf"(?<![\w/.-]){form}(?![\w/-])", line.text)
            found |= {text: line for text in printed if re.search(field.schema["pattern"], text)}
    if len(found) == 1:
        yield from (Found(field, text, (line,)) for text, line in found.items())


def _book_numbers(page: Page, field: Field) -> Iterator[Found]:
    """Of the length that the field's example has, where it has one."""
    lengths = {len(re.sub(r"[^\dXx]", "", example)) for example in field.examples} or {10, 13}
    lines = [*page.lines, *_number_rows(page)]
    for line in sorted(lines, key=lambda line: "isbn" not in squash(line.text)):
        for printed in book_numbers(line.text):
            if len(re.sub(r"[^\dXx]", "", printed)) in lengths:
                yield Found(field, printed, (line,))


def _number_rows(page: Page) -> Iterator[Line]:
    """Lines of digits, joined along a row: the bars of a barcode part its number in two or three."""
    pieces = [line for line in page.lines if re.fullmatch(r"[\d\s\"'”“>]+", line.text)]
    while pieces:
        first = min(pieces, key=lambda line: line.left)
        row = sorted((piece for piece in pieces if first.same_row(piece)), key=lambda line: line.left)
        joined = [row[0]]
        for piece in row[1:]:
            if piece.left - joined[-1].right < 3 * piece.height:
                joined.append(piece)
        pieces = [piece for piece in pieces if piece not in joined]
        last = joined[-1]
        yield Line(
            re.sub(r"\D", "", "".join(piece.text for piece in joined)),
            min(piece.score for piece in joined),
            joined[0].left,
            joined[0].top,
            last.right - joined[0].left,
            joined[0].height,
        )


def _prices(page: Page, field: Field) -> Iterator[Found]:
    if any(re.search(r"/\s?(kg|100|l)\b|pro kg", line.text) for line in page.lines):
        return  # a price by weight is not the product's
    found = {line: value for line in page.lines if (value := price(line.text))}
    if found and len({value["currency"] for value in found.values()}) == len(found):
        yield Found(field, list(found.values()), tuple(found))
