"""Another reader's text of the same photo beside a value: does it have the value's words and figures, too?"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# A figure that is run together with its unit ("50ml") is two words.
_WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)*(?=[^\W\d_]+\b)|[^\W_]+(?:[.,][0-9]+)*")
_GROUPED = re.compile(r"[0-9]{1,3}([.,][0-9]{3})+")  # thousands, or a decimal fraction: both are looked for
_PREFIXED = re.compile(r"([µmcdkMG]?)(g|l|m|A|Ah|V|W|Wh|Hz|J|cal)")  # an SI prefix, and what it is put before
_RUN = re.compile(r"[0-9]+")
_PACKED_DATES = (6, 8)  # digits of 140827 and 20270814
_SHORTEST = 3  # letters of a word that proves something: "of" and "g" stand everywhere
_LONG_WORD = 4
_LONG_CODE = 8
# What is a word of ours and not of the label: units are checked with their figures, codes stand for printed names.
_NOT_PRINTED = frozenset({"unit", "currency"})


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many words and figures of a value were looked for in the other text, and how many of them it doesn't have."""

    wanted: int
    missing: int

    @property
    def share(self) -> float:
        """Of the words and figures, those that the other text has, 0 to 1."""
        return 1 - self.missing / self.wanted


class OtherText:
    """The text of an independent reading, as it can be asked for values."""

    def __init__(self, text: str) -> None:
        words = _WORD.findall(text)
        plain = list(map(_plain, words))
        ungrouped = (re.sub("[.,]", "", word) for word in words if _GROUPED.fullmatch(word))
        self._words = frozenset([*plain, *map(_plain, ungrouped)])
        self._scripts = _scripts(text)
        self._letters = re.sub(r"[\W_]", "", text.casefold())
        self._pairs = frozenset(pairwise(plain))
        self._over_one = frozenset(zip(plain, plain[2:], strict=False))
        self._after: dict[str, set[str]] = defaultdict(set)  # the word after a figure, as it's printed
        for word, after in pairwise([*words, ""]):
            self._after[_plain(word)].add(after)
        runs = _RUN.findall(text)
        pairs = (re.findall("..", run) for run in runs if len(run) in _PACKED_DATES)
        self._runs = frozenset([*runs, *(pair for packed in pairs for pair in packed)])

    def agreement(self, value: Any) -> Agreement | None:
        """How much of a value's words and figures the text has; None if there is nothing to look for."""
        wanted = [token for token in _tokens(value) if self._could_read(token)]
        missing = sum(not self._has(token) for token in wanted) + self._contradicted(value) + self._gaps(value)
        return Agreement(len(wanted), min(missing, len(wanted))) if wanted else None

    def agreement_on_date(self, value: Any) -> Agreement | None:
        """What the text lacks of a date as the schemas write it: year and day are printed in figures.

        None if it lacks nothing: the month may be a word, so that the date isn't borne out either.
        """
        if not isinstance(value, str) or not (parts := _RUN.findall(value)):
            return None
        year, days = parts[0], parts[2:]
        printed = [{year, year[-2:]}, *({day, day.lstrip("0")} for day in days)]
        missing = sum(self._runs.isdisjoint(spellings) for spellings in printed)
        return Agreement(len(printed), missing) if missing else None

    def _could_read(self, token: str) -> bool:
        """Whether the reader knows a letter of its script: one that reads no Cyrillic can't miss a word of it."""
        scripts = _scripts(token)
        return not scripts or not scripts.isdisjoint(self._scripts)

    def _has(self, token: str) -> bool:
        if token in self._words:
            return True
        # Print may be set apart or run together, so that long words and codes are found anywhere; short ones would be
        # by chance.
        return len(token) >= (_LONG_CODE if token.isdigit() else _LONG_WORD) and token in self._letters

    def _contradicted(self, value: Any) -> int:
        """How many amounts stand in the text, but only ever before the same unit with another prefix: g for kg."""
        if isinstance(value, list):
            return sum(map(self._contradicted, value))
        if not isinstance(value, Mapping):
            return 0
        ours = _PREFIXED.fullmatch(str(value.get("unit")))
        if not ours:
            return sum(map(self._contradicted, value.values()))
        printed = [self._after.get(token, ()) for token in _tokens(value)]
        return sum(bool(units) and all(_is_other(unit, ours) for unit in units) for units in printed)

    def _gaps(self, value: Any) -> int:
        """How many neighbouring words of a value have just one word between them in the text, and never none."""
        if isinstance(value, list):
            return sum(map(self._gaps, value))
        words = map(_plain, _WORD.findall(value)) if isinstance(value, str) else ()
        return sum(pair in self._over_one and pair not in self._pairs for pair in pairwise(words))


def _is_other(unit: str, ours: re.Match[str]) -> bool:
    """Whether it is the unit of `ours` with another prefix."""
    printed = _PREFIXED.fullmatch(unit.replace("L", "l"))
    return printed is not None and printed[2] == ours[2] and printed[1] != ours[1]


def _scripts(text: str) -> set[str]:
    """LATIN, CYRILLIC, GREEK, ...: how the names of its letters begin (Unicode Character Database)."""
    return {unicodedata.name(sign, "").partition(" ")[0] for sign in set(text) if sign.isalpha()}


def _tokens(value: Any) -> Iterator[str]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield _plain(f"{value:.15g}")
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from () if name in _NOT_PRINTED else _tokens(part)
    elif isinstance(value, list):
        for part in value:
            yield from _tokens(part)
    elif isinstance(value, str):
        words = map(_plain, _WORD.findall(value))
        yield from (word for word in words if len(word) >= _SHORTEST or any(sign.isdecimal() for sign in word))


def _plain(word: str) -> str:
    """A word as it's compared: small letters, and of a figure the value: `0,50`, `0.5` and `.5` are one."""
    word = word.casefold()
    if re.fullmatch(r"[0-9]+[.,][0-9]+", word):
        return f"{float(word.replace(',', '.')):.15g}"
    return word
