"""Who reads: `offline` (the offline reader), `bedrock` (the real one), `answers=FOLDER` (a model's answers, filed)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator import MODEL
from operate.evaluation.answered import Answers, Filed
from operate.evaluation.truth import EvaluationRefusedError, Labelled

_ANSWERS = "answers="


@dataclass(frozen=True)
class Reader:
    """A reader: in words, by its model's name, and what answers in Bedrock's place, None for its own reader.

    `real` asks the real Bedrock. `told` are the photos whose category the reader was told, `unread` those that it has
    no answer for.
    """

    said: str
    model: str = MODEL
    answer: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None
    real: bool = False
    told: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()

    @property
    def reads_by_ocr(self) -> bool:
        """Whether it is the offline reader."""
        return self.answer is None and not self.real


def reader_for(choice: str, photos: list[Labelled], folder: Path) -> Reader:
    """The reader that `--reader` names. Raises EvaluationRefusedError if it is none, or its files are broken."""
    if choice == "offline":
        return Reader("the offline reader (on-device OCR), not Claude")
    if choice == "bedrock":
        return Reader("Claude on Amazon Bedrock", real=True)
    if not choice.startswith(_ANSWERS):
        raise EvaluationRefusedError(f"--reader {choice}: there are offline, bedrock and answers=FOLDER.")
    answers = Path(choice.removeprefix(_ANSWERS))
    if not answers.is_dir():
        raise EvaluationRefusedError(f"There is no folder {answers}.")
    filed = [(photo, found) for photo in photos if (found := Filed.of(answers, photo.file))]
    if not filed:
        raise EvaluationRefusedError(f"{answers} has no answer to any of the photos: PHOTO.jpg.json answers PHOTO.jpg.")
    given = Answers((folder / photo.file, found, photo.category) for photo, found in filed)
    return Reader(
        said=f"answers from {answers}",
        model="answers",
        answer=given.answer,
        told=frozenset(photo.file for photo, found in filed if found.category is None),
        unread=frozenset(photo.file for photo in photos) - {photo.file for photo, _ in filed},
    )
