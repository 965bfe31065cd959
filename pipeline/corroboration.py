"""Another reader's text of the same photo beside a value: does it have the value's words and figures, too?"""

import re
from collections.abc import Mapping
from typing import Any

_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*")
_GROUPED = re.compile(r"[0-9]{1,3}([.,][0-9]{3})+")  # thousands, or a decimal fraction: both are looked for
_SHORTEST = 3  # letters of a word that proves something: "of" and "g" stand everywhere
_LONG_WORD = 4
_LONG_CODE = 8
# What is a word of ours and not of the label: units are checked with their figures, codes stand for printed names.
_NOT_PRINTED = frozenset({"unit", "currency"})


class OtherText:
    """The text of an independent reading, as it can be asked for values."""

    def __init__(self, text: str) -> None:
        words = _WORD.findall(text)
        ungrouped = (re.sub("[.,]", "", word) for word in words if _GROUPED.fullmatch(word))
        self._words = frozenset(map(_plain, [*words, *ungrouped]))
        self._letters = re.sub(r"[\W_]", "", text.casefold())

    def agreement(self, value: Any) -> float | None:
        """The share, 0 to 1, of a value's words and figures that the text has; None if there is nothing to look for."""
        wanted = list(_tokens(value))
        if not wanted:
            return None
        return sum(self._has(token) for token in wanted) / len(wanted)

    def _has(self, token: str) -> bool:
        if token in self._words:
            return True
        # Print may be set apart or run together, so that long words and codes are found anywhere; short ones would be
        # by chance.
        return len(token) >= (_LONG_CODE if token.isdigit() else _LONG_WORD) and token in self._letters


def _tokens(value: Any) -> list[str]:
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, (int, float)):
        return [_plain(f"{value:.15g}")]
    if isinstance(value, Mapping):
        return [token for name, part in value.items() if name not in _NOT_PRINTED for token in _tokens(part)]
    if isinstance(value, list):
        return [token for part in value for token in _tokens(part)]
    words = map(_plain, _WORD.findall(str(value)))
    return [word for word in words if len(word) >= _SHORTEST or any(sign.isdigit() for sign in word)]


def _plain(word: str) -> str:
    """A word as it's compared: small letters, and of a figure the value: `0,50`, `0.5` and `.5` are one."""
    word = word.casefold()
    if re.fullmatch(r"[0-9]+[.,][0-9]+", word):
        return f"{float(word.replace(',', '.')):.15g}"
    return word
