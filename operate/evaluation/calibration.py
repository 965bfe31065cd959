"""Whether confidence ranks and means what it says: AUROC, Brier score and a reliability table.

Each is of pairs: a score from 0 to 1, and whether what it was given for is right.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from operate.evaluation.results import PhotoScore
from operate.evaluation.scoring import JUDGED

Scored = tuple[float, bool]
BINS = 10


@dataclass(frozen=True)
class Bin:
    """The pairs whose scores lie from `low` up to (in the last bin with) `high`: how sure, and how often right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Calibration:
    """What scores are worth. `auroc` is None where they can't be ranked, and `refusal` then says why."""

    count: int
    right: int
    auroc: float | None
    refusal: str
    brier: float | None
    bins: tuple[Bin, ...]

    @classmethod
    def of(cls, pairs: Iterable[Scored]) -> "Calibration":
        """The figures of these pairs."""
        pairs = list(pairs)
        right = sum(is_right for _, is_right in pairs)
        refusal = _refusal(pairs, right)
        brier = sum((score - is_right) ** 2 for score, is_right in pairs) / len(pairs) if pairs else None
        return cls(len(pairs), right, None if refusal else auroc(pairs), refusal, brier, tuple(_bins(pairs)))


def of_fields(photos: Iterable[PhotoScore]) -> Calibration:
    """Of each value that the truth can judge; one without a confidence of its own has its photo's."""
    judged = ((photo, field) for photo in photos for field in photo.fields if field.outcome in JUDGED)
    scores = ((photo.confidence if field.confidence is None else field.confidence, field) for photo, field in judged)
    return Calibration.of((score, field.is_correct) for score, field in scores if score is not None)


def of_photos(photos: Iterable[PhotoScore]) -> Calibration:
    """Of each photo with a value that the truth can judge: right if none of them is wrong."""
    judged = ((photo, [field for field in photo.fields if field.outcome in JUDGED]) for photo in photos)
    return Calibration.of(
        (photo.confidence, all(field.is_correct for field in fields))
        for photo, fields in judged
        if fields and photo.confidence is not None
    )


def auroc(pairs: Sequence[Scored]) -> float:
    """How likely a right one has a higher score than a wrong one, a tie counting half; 0.5 is no better than chance.

    By the sum of the right ones' ranks (Mann-Whitney U), equal scores sharing their mean rank. There has to be a right
    one and a wrong one.
    """
    ranked = sorted(pairs)
    rank_sum, before = 0.0, 0
    for _, same in groupby(ranked, key=lambda pair: pair[0]):
        tied = list(same)
        mean_rank = before + (len(tied) + 1) / 2
        rank_sum += mean_rank * sum(is_right for _, is_right in tied)
        before += len(tied)
    right = sum(is_right for _, is_right in pairs)
    return (rank_sum - right * (right + 1) / 2) / (right * (len(pairs) - right))


def _refusal(pairs: Sequence[Scored], right: int) -> str:
    if not pairs:
        return "Nothing that the truth can judge has a confidence."
    if right == len(pairs):
        return f"All {len(pairs)} are right: there is no wrong one to rank below them."
    if right == 0:
        return f"All {len(pairs)} are wrong: there is no right one to rank above them."
    score, most = Counter(score for score, _ in pairs).most_common(1)[0]
    if most == len(pairs):
        return f"All {len(pairs)} scores are {score:g}: scores that don't vary rank nothing."
    return ""


def _bins(pairs: Iterable[Scored]) -> Iterable[Bin]:
    def place(pair: Scored) -> int:
        return min(int(pair[0] * BINS), BINS - 1)

    for number, members in groupby(sorted(pairs), key=place):
        within = list(members)
        mean = sum(score for score, _ in within) / len(within)
        accuracy = sum(is_right for _, is_right in within) / len(within)
        yield Bin(number / BINS, (number + 1) / BINS, len(within), mean, accuracy)
