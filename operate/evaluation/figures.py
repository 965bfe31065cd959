"""Figures of many fields: precision, recall and F1; how often the category is right; what it cost and took."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from operate.evaluation.results import PhotoScore
from operate.evaluation.scoring import Field


@dataclass(frozen=True)
class Tally:
    """Counts of values, a list's items each; `near` are some of the wrong.

    `unsupported` ones are in no figure: whether they're right, the truth can't tell.
    """

    named: int = 0
    given: int = 0
    right: int = 0
    near: int = 0
    wrong: int = 0
    missed: int = 0
    invented: int = 0
    unsupported: int = 0

    @classmethod
    def of(cls, fields: Iterable[Field]) -> "Tally":
        """The counts of these fields."""
        fields = list(fields)
        judged = [field for field in fields if field.outcome not in ("unsupported", "unnamed")]

        def given_as(outcome: str) -> int:
            return sum(field.given for field in fields if field.outcome == outcome)

        return cls(
            named=sum(field.named for field in judged),
            given=sum(field.given for field in judged),
            right=sum(field.right for field in judged),
            near=given_as("near"),
            wrong=sum(field.wrong for field in judged),
            missed=sum(field.missed for field in judged),
            invented=given_as("invented"),
            unsupported=given_as("unsupported"),
        )

    @property
    def precision(self) -> float | None:
        """Of the values given, how many are right; None if there are none."""
        return self.right / self.given if self.given else None

    @property
    def recall(self) -> float | None:
        """Of the values printed, how many were given and are right; None if the truth names none."""
        return self.right / self.named if self.named else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of the two: 2 right / (given + named)."""
        both = self.given + self.named
        return 2 * self.right / both if both else None

    @property
    def precision_at_least(self) -> float | None:
        """The precision if each value that the truth doesn't bear out were wrong."""
        given = self.given + self.unsupported
        return self.right / given if given else None

    def as_json(self) -> dict[str, Any]:
        """Counts and figures by name."""
        figures = {name: getattr(self, name) for name in ("precision", "recall", "f1", "precision_at_least")}
        return {**asdict(self), **figures}


def tallies(photos: Iterable[PhotoScore], key: Callable[[PhotoScore, Field], str]) -> dict[str, Tally]:
    """A tally of the fields of each key, in the order of the keys."""
    groups: dict[str, list[Field]] = {}
    for photo in photos:
        for field in photo.fields:
            groups.setdefault(key(photo, field), []).append(field)
    return {name: Tally.of(groups[name]) for name in sorted(groups)}


def by_category(photos: Iterable[PhotoScore]) -> dict[str, Tally]:
    """A tally for each category of the truth."""
    return tallies(photos, lambda photo, _: photo.category)


def by_attribute(photos: Iterable[PhotoScore]) -> dict[str, Tally]:
    """A tally for each attribute, whatever the category."""
    return tallies(photos, lambda _, field: field.path)


@dataclass(frozen=True)
class Categories:
    """How many of the photos whose category the reader chose were given the truth's; and what was taken for what."""

    chosen: int
    right: int
    confused: Mapping[str, int]

    @classmethod
    def of(cls, photos: Iterable[PhotoScore]) -> "Categories":
        """Of the photos that have a row with a category of the reader's choice."""
        chosen = [photo for photo in photos if photo.category_chosen and photo.category_read]
        confused: dict[str, int] = {}
        for photo in chosen:
            if photo.category_read != photo.category:
                pair = f"{photo.category} -> {photo.category_read}"
                confused[pair] = confused.get(pair, 0) + 1
        ordered = dict(sorted(confused.items(), key=lambda pair: (-pair[1], pair[0])))
        return cls(len(chosen), len(chosen) - sum(confused.values()), ordered)

    @property
    def accuracy(self) -> float | None:
        """The share that is right; None if the reader chose none."""
        return self.right / self.chosen if self.chosen else None


@dataclass(frozen=True)
class Effort:
    """What a photo costs on average: tokens, dollars (None if a price is unknown), seconds (the median as well)."""

    input_tokens: float
    output_tokens: float
    dollars: float | None
    seconds: float
    median_seconds: float
    calls: float

    @classmethod
    def of(cls, photos: Sequence[PhotoScore]) -> "Effort | None":
        """Of the photos that have a finished row; None if none has."""
        read = [photo for photo in photos if photo.seconds is not None]
        if not read:
            return None
        usages = [photo.usage for photo in read]

        def mean(*names: str) -> float:
            return sum(float(usage.get(name) or 0) for usage in usages for name in names) / len(read)

        known = all("cost_usd" in usage for usage in usages if usage.get("paid_calls"))
        seconds = [photo.seconds or 0.0 for photo in read]
        return cls(
            input_tokens=mean("input_tokens", "cache_read_tokens", "cache_write_tokens"),
            output_tokens=mean("output_tokens"),
            dollars=mean("cost_usd") if known else None,
            seconds=sum(seconds) / len(read),
            median_seconds=median(seconds),
            calls=mean("paid_calls"),
        )
