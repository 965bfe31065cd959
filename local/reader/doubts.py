"""What is read too unsurely to be given: faint print, and words that OCR has read in two ways."""

import re

from local.page import Page
from local.reader.found import Found
from local.reader.words import words

_CODE = 4  # words that a code has at most: "WK-1750 S"
_SURE = 0.965  # a line's OCR score; words in a fainter one have often a wrong letter, and nothing checks them


def is_faint(one: Found) -> bool:
    """One of its lines is read unsurely."""
    return min(line.score for line in one.lines) < _SURE


def is_doubtful(one: Found, page: Page) -> bool:
    """Words of a text that are read unsurely, or stand elsewhere on the page with one other letter."""
    if one.field.is_list:
        return is_faint(one)
    said = one.value.split() if one.field.is_text else []
    if len(said) < 2 or (len(said) <= _CODE and re.search(r"\d", said[0])):
        return False
    elsewhere = {word for line in page.lines if line not in one.lines for word in words(line.text)}
    spelled = set(words(one.value))
    misread = any(_differ_by_one(word, other) for word in spelled for other in elsewhere)
    lost = any(_lacks_one(word, other) for word in spelled for other in spelled | elsewhere)
    return misread or lost or is_faint(one)


def _differ_by_one(word: str, other: str) -> bool:
    return len(word) == len(other) > 5 and sum(a != b for a, b in zip(word, other, strict=True)) == 1


def _lacks_one(word: str, other: str) -> bool:
    """A long word without a letter inside that the other has: OCR has lost it."""
    inside = range(3, len(other) - 3)
    return len(other) > 9 and len(word) + 1 == len(other) and any(other[:at] + other[at + 1 :] == word for at in inside)
