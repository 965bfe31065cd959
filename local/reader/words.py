"""Comparing printed words: OCR drops spaces and accents, and packs shout."""

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=8192)
def squash(text: str) -> str:
    """Letters and digits only, lower case, without accents: "Nettofüllmenge:" -> "nettofullmenge"."""
    return squashed(text)[0]


@lru_cache(maxsize=2048)
def squashed(text: str) -> tuple[str, tuple[int, ...]]:
    """`text` squashed, and for each character kept the place in `text` that it came from."""
    kept: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for plain in unicodedata.normalize("NFKD", character).casefold():
            if plain.isalnum():
                kept.append(plain)
                places.append(place)
    return "".join(kept), tuple(places)


def occurrences(text: str, squashed_phrase: str) -> list[tuple[int, int]]:
    """Where the phrase stands in `text` as whole words (start, end), whatever the spaces, accents and case."""
    letters, places = squashed(text)
    found = []
    for match in re.finditer(re.escape(squashed_phrase), letters):
        start, end = places[match.start()], places[match.end() - 1] + 1
        begins = start == 0 or not (text[start - 1].isalpha() and text[start].isalpha())
        ends = end == len(text) or not (text[end].isalpha() or (text[end].isdigit() and text[end - 1].isdigit()))
        if begins and ends:
            found.append((start, end))
    return found


def words(text: str) -> list[str]:
    """The words of `text`, each squashed, numbers left out."""
    return [squash(word) for word in re.findall(r"[^\W\d_]+", text)]
