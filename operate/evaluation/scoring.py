"""One row against what is known of its photo, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from operate.evaluation.comparing import NEAR, compare, matched
from operate.evaluation.evidence import Evidence
from operate.evaluation.shapes import Shape, shape_at, values_of
from operate.evaluation.truth import Known, Labelled

Outcome = Literal["right", "partial", "near", "wrong", "missed", "invented", "unsupported", "unnamed"]
JUDGED: tuple[Outcome, ...] = ("right", "partial", "near", "wrong", "invented")
"""Outcomes of a value that was given, and of which the truth says whether it's right."""


@dataclass(frozen=True)
class Field:
    """A value of a photo: what the truth has, what the row has, and how the two meet.

    right        the same
    partial      a list that is right in part
    near         wrong, but alike
    wrong        the truth has another value
    missed       the truth has one, the row none
    invented     the truth is complete and has none
    unsupported  the truth may be incomplete; it has none, and none of its words bears the row's out
    unnamed      likewise, but its words do bear it out: nothing is said for or against

    `named`, `given` and `right` count values: 1 of a plain field, of a list its items. `alike` is 0 to 100.
    """

    path: str
    outcome: Outcome
    truth: Any = None
    answer: Any = None
    named: int = 0
    given: int = 0
    right: int = 0
    alike: float = 0.0
    confidence: float | None = None

    @property
    def is_correct(self) -> bool:
        """Whether all that was given is right, be there more to give or not."""
        return self.right == self.given

    @property
    def wrong(self) -> int:
        """How many values were given where the truth has others."""
        return self.given - self.right if self.named else 0

    @property
    def missed(self) -> int:
        """How many values of the truth nothing was given for."""
        return max(0, self.named - self.right - self.wrong)


def score(product: Mapping[str, Any], photo: Labelled, shape: Shape, confidences: Mapping[str, float]) -> list[Field]:
    """What a row's product is worth: the truth's fields in their order, then what the row has besides.

    `confidences` are the row's, by path; a value without its own has that of what holds it.
    """
    given = values_of(product)
    fields = [_known(known, given.pop(known.path, None), shape_at(shape, known.path)) for known in photo.known]
    fields += _besides(given, photo, shape)
    return [_with_confidence(field, confidences) for field in fields]


def _known(known: Known, answer: Any, shape: Shape | None) -> Field:
    truth = known.values[0]
    named = len(truth) if isinstance(truth, list) else 1
    if answer is None:
        return Field(known.path, "missed", truth, named=named)
    likenesses = [(compare(known.path, shape, value, answer, more=known.part), value) for value in known.values]
    best, truth = max(likenesses, key=lambda one: (one[0].same, one[0].alike))
    right, given = int(best.same), 1
    if isinstance(truth, list) and isinstance(answer, list):
        right = len(matched(known.path, shape, truth, answer))
        if known.part:  # of items that the truth doesn't quote nothing is known
            found: Outcome = "right" if best.same else "partial" if right else "missed"
            return Field(known.path, found, truth, answer, named, right, right, round(best.alike, 1))
        given = len(answer)
    outcome: Outcome = "right" if best.same else "partial" if right else "near" if best.alike >= NEAR else "wrong"
    return Field(known.path, outcome, truth, answer, named, given, right, round(best.alike, 1))


def _besides(given: Mapping[str, Any], photo: Labelled, shape: Shape) -> Iterator[Field]:
    evidence = Evidence(photo.words)
    for path, answer in given.items():
        items = answer if isinstance(answer, list) else [answer]
        if photo.complete and shape_at(shape, path):
            yield Field(path, "invented", answer=answer, given=len(items))
        elif doubtful := sum(not evidence.supports(item) for item in items):
            yield Field(path, "unsupported", answer=answer, given=doubtful)
        else:
            yield Field(path, "unnamed", answer=answer, given=len(items))


def _with_confidence(field: Field, confidences: Mapping[str, float]) -> Field:
    if field.answer is None:
        return field
    steps = field.path.split(".")
    paths = [".".join(steps[:count]) for count in range(len(steps), 0, -1)]
    found = next((confidences[path] for path in paths if path in confidences), None)
    return field if found is None else replace(field, confidence=float(found))
