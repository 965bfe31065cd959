"""Whether the words of a truth bear out a value that it doesn't name: what nothing bears out may be made up."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rapidfuzz import fuzz

from local.reader import values
from operate.evaluation.comparing import ALIKE, normal, squeezed

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SHORT = 4  # letters: so few stand by chance within longer words


class Evidence:
    """All that a truth says is printed on a photo."""

    def __init__(self, words: Iterable[str]) -> None:
        words = list(words)
        self._texts = [normal(text) for text in words]
        self._words = {word for text in self._texts for word in text.split()}
        self._codes = [squeezed(text) for text in words]
        self._numbers = {_number(found) for text in words for found in _NUMBER.findall(text)}
        self._meant = {meant for text in words for meant in _meanings(text)}

    def supports(self, value: Any) -> bool:
        """Whether it is printed, as far as the truth says: every part of it, whatever it was called."""
        if isinstance(value, bool):
            return False
        if isinstance(value, int | float):
            return float(value) in self._numbers
        if isinstance(value, Mapping):
            amounts = [part for part in value.values() if not isinstance(part, str)]
            return all(map(self.supports, amounts if {"unit", "currency"} & value.keys() else value.values()))
        if isinstance(value, list):
            return all(map(self.supports, value))
        return self._says(str(value))

    def _says(self, text: str) -> bool:
        said, code = normal(text), squeezed(text)
        if text in self._meant or (said and set(said.split()) <= self._words):
            return True
        if len(code) < _SHORT:
            return False
        numbers = {_number(found) for found in _NUMBER.findall(text)}
        return any(code in printed for printed in self._codes) or (
            numbers <= self._numbers
            and any(len(printed) >= len(said) and fuzz.partial_ratio(said, printed) >= ALIKE for printed in self._texts)
        )


def _meanings(text: str) -> Iterator[str]:
    """A date, and a country wherever its name stands, as the schemas write them."""
    tails = [text, *(text[match.end() :] for match in re.finditer(r"\s+", text))]
    yield from filter(None, [values.date(text), *map(values.country, tails)])


def _number(printed: str) -> float:
    return float(printed.replace(",", "."))
