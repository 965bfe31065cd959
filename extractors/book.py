"""Books: both forms of the ISBN must name the same book."""

from stdnum import isbn

from extractors import PROMPTS, SCHEMAS, hookimpl


@hookimpl
def register_extractors(register):
    register("book", schema=SCHEMAS / "book.json", prompt=PROMPTS / "book.md", check=check)


def check(product):
    """An error when both forms of the ISBN are sound numbers, but not of one book (ISO 2108: 978, same nine digits)."""
    numbers = [product["specifications"].get(name, "") for name in ("isbn", "isbn_10")]
    if all(map(isbn.is_valid, numbers)) and len({isbn.compact(number, convert=True) for number in numbers}) > 1:
        message = f"ISBN-13 {numbers[0]} and ISBN-10 {numbers[1]} name different books: one of them is misread."
        yield {"path": "specifications.isbn_10", "message": message, "severity": "error"}
