"""Two runs, photo by photo: which fields became right, and which were lost."""

from collections.abc import Iterable
from dataclasses import dataclass

from operate.evaluation.figures import Tally
from operate.evaluation.results import PhotoScore, Run


@dataclass(frozen=True)
class Change:
    """What is otherwise in a photo than before: paths that are right now and weren't, and the other way round."""

    file: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """The photos that both runs have: each that changed, and the figures of both; and what just one of them has."""

    reader: str
    started_at: str
    changes: tuple[Change, ...]
    before: Tally
    after: Tally
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    @classmethod
    def of(cls, before: Run, after: Run) -> "Comparison":
        """How the run `after` differs from the one before it."""
        then, now = ({photo.file: photo for photo in run.photos} for run in (before, after))
        both = [file for file in now if file in then]
        changes = (_change(then[file], now[file]) for file in both)
        return cls(
            reader=before.reader,
            started_at=before.started_at,
            changes=tuple(change for change in changes if change.gained or change.lost),
            before=_tally(then[file] for file in both),
            after=_tally(now[file] for file in both),
            only_before=tuple(file for file in then if file not in now),
            only_after=tuple(file for file in now if file not in then),
        )

    @property
    def gained(self) -> int:
        """How many fields became right."""
        return sum(len(change.gained) for change in self.changes)

    @property
    def lost(self) -> int:
        """How many fields were right, and aren't any more."""
        return sum(len(change.lost) for change in self.changes)


def _change(before: PhotoScore, after: PhotoScore) -> Change:
    then, now = ([field.path for field in photo.fields if field.outcome == "right"] for photo in (before, after))
    return Change(
        after.file,
        gained=tuple(path for path in now if path not in then),
        lost=tuple(path for path in then if path not in now),
    )


def _tally(photos: Iterable[PhotoScore]) -> Tally:
    return Tally.of(field for photo in photos for field in photo.fields)
