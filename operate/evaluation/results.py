"""A run's results: what was measured of each photo, kept in results.json so that another run can be held against it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from operate.evaluation.scoring import Field
from operate.evaluation.truth import EvaluationRefusedError

FILE = "results.json"
_VERSION = 1


@dataclass(frozen=True)
class PhotoScore:
    """One photo: the truth's category and the row's, what became of it, and its fields.

    `category_chosen`: the reader chose the category, it wasn't told. `seconds` is from claim to row, None without one;
    `picture` a file's path from the results' folder; `error` what the row says went wrong, or why there is none.
    """

    file: str
    category: str
    category_read: str
    category_chosen: bool
    status: str
    fields: tuple[Field, ...]
    complete: bool = False
    confidence: float | None = None
    seconds: float | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)
    unmapped: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    picture: str | None = None


@dataclass(frozen=True)
class Run:
    """What was measured, and with what: `reader` in words, `models` as the rows name them.

    `left_out` are photos of the truth that weren't read, with the reason; `unlabelled` counts those of the folder that
    the truth doesn't name, which weren't either.
    """

    reader: str
    started_at: str
    folder: str
    truth: str
    photos: tuple[PhotoScore, ...]
    models: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    unlabelled: int = 0


def write(path: Path, run: Run, figures: Mapping[str, Any]) -> None:
    """Write results.json; `figures` are what follows from the photos, for programs that read it."""
    content = {"version": _VERSION, **asdict(run), "figures": figures}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> Run:
    """The run whose results are in this folder. Raises EvaluationRefusedError if they aren't, or are another form."""
    path = folder / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("version") != _VERSION:
            raise EvaluationRefusedError(f"{path} was written by another version of this command. Run that one again.")
        del content["figures"]
        photos = [
            PhotoScore(**{**photo, "fields": tuple(Field(**one) for one in photo["fields"])})
            for photo in content.pop("photos")
        ]
        return Run(**{**content, "photos": tuple(photos), "models": tuple(content["models"])})
    except FileNotFoundError as error:
        raise EvaluationRefusedError(f"There is no {path}: --against wants the --out of an earlier run.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise EvaluationRefusedError(f"{path} holds no results of an earlier run: {error!r}") from error
