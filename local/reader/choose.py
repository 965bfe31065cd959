"""Choosing a category: which one's description has the most in common with what is printed.

A description's words count with all words of their group in `lexicon.txt` (translations, what is typical of it).
No category is known here by name: a new one is chosen by the words of its description.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from local.page import Page
from local.reader.values import article_numbers, book_numbers
from local.reader.words import squash, words

_ENOUGH = 0.9  # one word of one description alone, clearly read
# Words of descriptions that say nothing of a product.
_COMMON = {"other", "others", "with", "from", "that", "this", "such", "into", "whatever", "products", "product", "fits"}
_SUFFIXES = ("s", "es", "n", "en")
_PHRASE = 3  # words, at most
_FIRST, _HEAD = 4, 6  # letters of a compound's parts, at least
# Print that is no word, the word that it stands for, and its weight.
_SIGNS = (
    (re.compile(r"\d\s?(?:V|VAC|VDC|mA|A)\s?[~=⎓]|\d\s?(?:mAh|Wh|Hz|VA)\b"), "voltage", 2.0),
    (re.compile(r"\d\s?%\s?vol\b", re.IGNORECASE), "vol", 2.0),
    (re.compile(r"\b\d{3}/\d\d\s?Z?R\s?F?\d\d\b"), "tyre", 2.0),
)


def choose(page: Page, descriptions: Mapping[str, str], fallback: str) -> str:
    """The category whose description fits best; `fallback` when nothing printed speaks for one of them.

    Of the words of one group the clearest counts, each further one half as much: many words of one field, as in a
    nutrition table, say little more than two.
    """
    wanted = {name: _meanings(description) for name, description in descriptions.items()}
    printed: dict[str, list[float]] = {}
    for term, weight in _evidence(page).items():
        for group in groups_of(term):
            printed.setdefault(group, []).append(weight)
    scores = dict.fromkeys(wanted, 0.0)
    for group, weights in printed.items():
        fitting = [name for name, groups in wanted.items() if group in groups]
        clear = sum(weight / 2**place for place, weight in enumerate(sorted(weights, reverse=True)))
        for name in fitting:
            scores[name] += clear * _weight(group) / len(fitting)
    best = max(scores, key=lambda name: (scores[name], name == fallback))
    return best if scores[best] >= _ENOUGH else fallback


def _evidence(page: Page) -> dict[str, float]:
    """The printed words and phrases with their weight; signs and checked numbers count as the words that name them."""
    seen: dict[str, float] = {}
    for line in page.lines:
        for term in _terms(line.text):
            if len(term) > 1:
                seen[term] = max(seen.get(term, 0.0), line.score if len(term) > 2 else line.score / 2)
        for sign, term, weight in _SIGNS:
            if sign.search(line.text):
                seen[term] = weight
        if any(True for _ in book_numbers(line.text)) or any(
            n[:3] in ("978", "979") for n in article_numbers(line.text)
        ):
            seen["isbn"] = 3.0
    return seen


def _meanings(description: str) -> frozenset[str]:
    """The groups of its words, but for those that it says no to ("no drinks")."""
    affirmed = re.sub(r"\bno \w+", "", description)
    return frozenset(group for term in _terms(affirmed) for group in groups_of(term))


def _terms(text: str) -> Iterator[str]:
    """The words of `text`, squashed; those that are a phrase of the lexicon as one."""
    single = words(text)
    place = 0
    while place < len(single):
        for length in range(_PHRASE, 0, -1):
            term = "".join(single[place : place + length])
            if length == 1 or (place + length <= len(single) and term in _lexicon()):
                yield term
                place += length
                break


def groups_of(word: str) -> Sequence[str]:
    """The groups a word belongs to, each named by its line; a word of no group is its own."""
    lexicon = _lexicon()
    for form in (word, *(word.removesuffix(suffix) for suffix in _SUFFIXES if word.endswith(suffix))):
        if form in lexicon:
            return lexicon[form]
    for start in range(_FIRST, len(word) - _HEAD + 1):  # a German compound means what its last part means
        if word[start:] in lexicon:
            return lexicon[word[start:]]
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
