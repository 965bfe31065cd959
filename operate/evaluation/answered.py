"""A model's answers from files, given to the pipeline as Bedrock would give them.

For `jam.jpg` the file is `jam.jpg.json`: the tool's input, or `{"category": ..., "input": ...}`, where the model chose
the category too. `jam.jpg.repair.json` is the input of the repair turn; without it the first answer is given again.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.refusals import Refusal
from operate.evaluation.truth import EvaluationRefusedError
from pipeline.errors import ImageRefused
from pipeline.images import prepare, thumbnail
from pipeline.requests import CHOOSE_TOOL

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Filed:
    """One photo's answers: the tool's input, what the repair turn gives, and the category, if the model chose it."""

    product: Answer
    repair: Answer
    category: str | None = None

    @classmethod
    def of(cls, folder: Path, file: str) -> "Filed | None":
        """The answers to this photo; None if there are none. Raises EvaluationRefusedError for what is no answer."""
        path = folder / f"{file}.json"
        if not path.is_file():
            return None
        first = _object(path)
        wrapped = "input" in first and first.keys() <= {"category", "input"}
        product, category = (first["input"], first.get("category")) if wrapped else (first, None)
        if not isinstance(product, dict) or not isinstance(category, str | None):
            raise EvaluationRefusedError(f'{path}: `{{"category": ..., "input": ...}}` wants a text and an object.')
        repair = folder / f"{file}.repair.json"
        return cls(product, _object(repair) if repair.is_file() else product, category)


class Answers:
    """Answers the requests of the pipeline: a photo is known by its picture as it is sent, whole or small."""

    def __init__(self, photos: Iterable[tuple[Path, Filed, str]]) -> None:
        """`photos`: each file, its answers, and the category that is named where the model chose none.

        Raises EvaluationRefusedError for two photos that are sent as one picture, and would be answered alike.
        """
        self._by_picture: dict[str, tuple[Filed, str]] = {}
        files: dict[str, Path] = {}
        for path, filed, category in photos:
            for picture in _pictures(path):
                if picture in files:
                    raise EvaluationRefusedError(f"{path} and {files[picture]} are the same picture. Leave one out.")
                self._by_picture[picture] = (filed, filed.category or category)
            files |= dict.fromkeys(_pictures(path), path)

    def answer(self, request: dict[str, Any]) -> Answer:
        """The message for one request. Raises Refusal for a picture that nobody answered."""
        picture = request["messages"][0]["content"][0]["source"]["data"]
        if picture not in self._by_picture:
            raise Refusal(400, "ValidationException", "There is no answer for this picture.")
        filed, category = self._by_picture[picture]
        tool = request["tools"][0]["name"]
        product = filed.product if len(request["messages"]) == 1 else filed.repair
        said = {"category": category} if tool == CHOOSE_TOOL else product
        return {"content": [{"type": "tool_use", "name": tool, "input": said}]}


def _pictures(path: Path) -> set[str]:
    """The photo as it's sent for reading and for choosing a category, in base64; nothing if it's never sent."""
    try:
        image = prepare(path.read_bytes())
    except ImageRefused:
        return set()
    return {b64encode(sent.data).decode("ascii") for sent in (image, thumbnail(image))}


def _object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EvaluationRefusedError(f"{path} is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise EvaluationRefusedError(f"{path} has to hold one object, the tool's input.")
    return content
