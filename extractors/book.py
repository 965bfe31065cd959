"""Books and magazines."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import codes, must_hold

check = must_hold(
    codes.isbns_of_one_book,
    codes.barcode_of_the_book,
)


@hookimpl
def register_extractors(register):
    register("book", schema=SCHEMAS / "book.json", prompt=PROMPTS / "book.md", check=check)
