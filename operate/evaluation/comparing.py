"""Whether an answer is the truth: numbers by their units, codes exactly, texts nearly, lists whatever their order.

`stickler-eval` compares structures too, by rapidfuzz and by a JSON Schema. It isn't used: it knows no units, and no
truth that is known in part or quotes one, which is most of what is to be decided here; and it gives part of a point for
a text that is a little wrong, where a field is right or it isn't. It would bring pydantic and three packages more.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from operate.evaluation.shapes import Kind, Shape, kind_of
from operate.evaluation.units import in_base

ALIKE = 90.0  # of 100: a text is right with about one letter in ten misread; below it, it says something else
NEAR = 60.0  # of 100: worth a look, and wrong all the same
_TOLERANCE = 0.005  # of a number: what rounding between units does
_AMOUNTS = ("value", "min_value", "max_value")


@dataclass(frozen=True)
class Likeness:
    """Whether two values are the same, and how alike they are, 0 to 100."""

    same: bool
    alike: float

    @classmethod
    def of(cls, same: bool) -> "Likeness":
        """Of values that are the same or aren't, with nothing between."""
        return cls(same, 100.0 if same else 0.0)


def compare(path: str, shape: Shape | None, truth: Any, answer: Any, *, more: bool = False) -> Likeness:
    """How an answer meets the truth. `more`: the answer may say more than the truth, which quotes just a part."""
    kind, said = kind_of(path, shape, truth), kind_of(path, shape, answer)
    if kind != said:  # such as 30 and "30"
        return Likeness.of(_is_scalar(truth) and _is_scalar(answer) and normal(str(truth)) == normal(str(answer)))
    match kind:
        case "text":
            return _texts(str(truth), str(answer), more)
        case "number":
            return Likeness.of(_close(truth, answer))
        case "quantity":
            return _quantities(truth, answer)
        case "list":
            pairs = matched(path, shape, truth, answer)
            same = len(pairs) == len(truth) and (more or len(pairs) == len(answer))
            return Likeness(same, 100.0 * 2 * len(pairs) / (len(truth) + len(answer)))
        case "parts":
            inner = (shape or {}).get("properties", {})
            names = truth.keys() | answer.keys()
            parts = [compare(name, inner.get(name), truth.get(name), answer.get(name)) for name in names]
            return Likeness(all(part.same for part in parts), min((part.alike for part in parts), default=100.0))
        case "flag":
            return Likeness.of(truth is answer)
        case _:
            return _exact(kind, str(truth), str(answer))


def matched(path: str, shape: Shape | None, truth: Sequence[Any], answer: Sequence[Any]) -> list[tuple[int, int]]:
    """Which item of the truth is which of the answer, most alike first; each is used once, the order says nothing."""
    items = (shape or {}).get("items")
    pairs = [
        (likeness.alike, place, other)
        for place, true in enumerate(truth)
        for other, said in enumerate(answer)
        if (likeness := compare(path, items, true, said)).same
    ]
    taken: list[tuple[int, int]] = []
    for _, place, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if all(place != one and other != two for one, two in taken):
            taken.append((place, other))
    return taken


def normal(text: str) -> str:
    """A text for comparing: letters and digits in small letters, one space between words; accents stay."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", plain))


def squeezed(code: str) -> str:
    """A code for comparing: without hyphens, spaces and dots, in capitals, and a web address without its scheme."""
    return "".join(re.findall(r"[^\W_]", re.sub(r"^https?://", "", code.strip(), flags=re.IGNORECASE))).upper()


def _exact(kind: Kind, truth: str, answer: str) -> Likeness:
    if kind == "gtin":  # the same number in 8, 12, 13 or 14 digits (GS1 General Specifications)
        truth, answer = truth.zfill(14), answer.zfill(14)
    elif kind in ("isbn", "code"):
        truth, answer = squeezed(truth), squeezed(answer)
    else:
        truth, answer = " ".join(truth.casefold().split()), " ".join(answer.casefold().split())
    return Likeness(truth == answer, fuzz.ratio(truth, answer))


def _texts(truth: str, answer: str, more: bool) -> Likeness:
    """Alike in letters, in whatever order the words stand, and the same in every digit: 400 mg isn't 500 mg."""
    true, said = normal(truth), normal(answer)
    alike = max(fuzz.ratio(true, said), fuzz.token_sort_ratio(true, said))
    digits, others = sorted(re.findall(r"\d", true)), sorted(re.findall(r"\d", said))
    if more and len(said) > len(true):
        part = fuzz.partial_ratio_alignment(true, said)
        if part and part.score >= ALIKE:
            return Likeness(digits == sorted(re.findall(r"\d", said[part.dest_start : part.dest_end])), part.score)
    return Likeness(alike >= ALIKE and digits == others, alike)


def _quantities(truth: Mapping[str, Any], answer: Mapping[str, Any]) -> Likeness:
    if "currency" in truth or "currency" in answer:
        same_money = truth.get("currency") == answer.get("currency")
        return Likeness.of(same_money and _close(truth.get("value"), answer.get("value")))
    if {name for name in _AMOUNTS if name in truth} != {name for name in _AMOUNTS if name in answer}:
        return Likeness.of(False)
    pairs = [(_in_base(truth, name), _in_base(answer, name)) for name in _AMOUNTS if name in truth]
    return Likeness.of(all(true[1] == said[1] and _close(true[0], said[0]) for true, said in pairs))


def _in_base(quantity: Mapping[str, Any], name: str) -> tuple[Any, str]:
    amount, unit = quantity[name], str(quantity.get("unit"))
    return in_base(amount, unit) if isinstance(amount, int | float) else (amount, unit)


def _close(truth: Any, answer: Any) -> bool:
    numbers = isinstance(truth, int | float) and isinstance(answer, int | float)
    return math.isclose(truth, answer, rel_tol=_TOLERANCE) if numbers else bool(truth == answer)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)
