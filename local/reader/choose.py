"""Choosing a category: which one's description has the most in common with what is printed.

A description's words count with all words of their group in `lexicon.txt` (translations, what is typical of it).
No category is known here by name: a new one is chosen by the words of its description.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from local.page import Page
from local.reader.values import article_numbers, book_numbers
from local.reader.words import squash, words

_ENOUGH = 0.9  # one word of one description alone, clearly read
# Words of descriptions that say nothing of a product.
_COMMON = {"other", "others", "with", "from", "that", "this", "such", "into", "whatever", "products", "product", "fits"}
_SUFFIXES = ("s", "es", "n", "en")


def choose(page: Page, descriptions: Mapping[str, str], fallback: str) -> str:
    """The category whose description fits best; `fallback` when nothing printed speaks for one of them."""
    printed = _evidence(page)
    wanted = {name: _meanings(description) for name, description in descriptions.items()}
    scores = {name: 0.0 for name in wanted}
    for word, weight in printed.items():
        for group in _groups_of(word):
            fitting = [name for name, groups in wanted.items() if group in groups]
            for name in fitting:
                scores[name] += weight * _weight(group) / len(fitting)
    best = max(scores, key=lambda name: (scores[name], name == fallback))
    return best if scores[best] >= _ENOUGH else fallback


def _evidence(page: Page) -> dict[str, float]:
    """The printed words with their weight; checked numbers and units count as the words that name them."""
    seen: dict[str, float] = {}
    for line in page.lines:
        for word in words(line.text):
            if len(word) > 1:
                seen[word] = max(seen.get(word, 0.0), line.score if len(word) > 2 else line.score / 2)
        if any(True for _ in book_numbers(line.text)) or any(
            n[:3] in ("978", "979") for n in article_numbers(line.text)
        ):
            seen["isbn"] = 3.0
        if re.search(r"\d\s?(?:V|VAC|VDC|mA|A)\s?[~=⎓]|\d\s?(?:mAh|Wh|Hz|VA)\b", line.text):
            seen["voltage"] = 2.0
    return seen


def _meanings(description: str) -> frozenset[str]:
    return frozenset(group for word in words(description) for group in _groups_of(word))


def _groups_of(word: str) -> Sequence[str]:
    """The groups a word belongs to, each named by its line; a word of no group is its own."""
    lexicon = _lexicon()
    for form in (word, *(word.removesuffix(suffix) for suffix in _SUFFIXES if word.endswith(suffix))):
        if form in lexicon:
            return lexicon[form]
    return [word] if len(word) > 3 and word not in _COMMON else []


def _weight(group: str) -> float:
    first = group.split(" ", 1)[0]
    return float(first) if first[0].isdigit() else 1.0


@cache
def _lexicon() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for row in (Path(__file__).parent / "lexicon.txt").read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            for word in row.split():
                groups.setdefault(squash(word), []).append(row)
    return groups
