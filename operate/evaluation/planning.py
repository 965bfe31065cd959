"""What a run is to read: the photos of the folder that the truth names and the reader has an answer for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from operate.evaluation.mapping import load_mapping
from operate.evaluation.readers import Reader, reader_for
from operate.evaluation.shapes import Shape, shapes_of
from operate.evaluation.truth import EvaluationRefusedError, Labelled, load_truth
from operate.files import Photo, find
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins


@dataclass(frozen=True)
class Plan:
    """The photos to read, by whom, and the schemas that their rows have; `left_out` and `unlabelled` as of a Run.

    `with_ocr`: whether on-device OCR reads along.
    """

    folder: Path
    truth: Path
    reader: Reader
    photos: tuple[Labelled, ...]
    shapes: Mapping[str, Shape]
    left_out: Mapping[str, str]
    unlabelled: int
    with_ocr: bool = False


def plan(folder: Path, truth: Path, reader: str, out: Path, *, complete: bool, with_ocr: bool = False) -> Plan:
    """What there is to read. `reader` is as `--reader` names it; what lies in `out` is none of the folder's photos.

    Raises EvaluationRefusedError for a truth or answers that can't be used, or if nothing is there to read;
    PluginRefused.
    """
    shapes = shapes_of(load_catalog(load_plugins()))
    labelled = load_truth(truth, shapes, load_mapping(), complete=complete)
    there = [photo for photo in labelled if (folder / photo.file).is_file()]
    if not there:
        raise EvaluationRefusedError(f"None of the photos that {truth} names is in {folder}.")
    who = reader_for(reader, there, folder)
    if with_ocr and who.reads_by_ocr:
        raise EvaluationRefusedError("--with-ocr: the offline reader reads by that OCR, which can't bear itself out.")
    left_out = {photo.file: "it isn't in the folder" for photo in labelled if photo not in there}
    named = {(folder / photo.file).resolve() for photo in there}
    found = (item.path.resolve() for item in find([folder]) if isinstance(item, Photo))
    return Plan(
        folder=folder,
        truth=truth,
        reader=who,
        photos=tuple(photo for photo in there if photo.file not in who.unread),
        shapes=shapes,
        left_out=left_out | {file: "there is no answer to it" for file in sorted(who.unread)},
        with_ocr=with_ocr,
        unlabelled=sum(path not in named and out.resolve() not in path.parents for path in found),
    )
