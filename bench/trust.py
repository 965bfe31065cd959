"""What the computed confidence is worth: of answers that are spoilt on purpose, what is noticed and what ranks low.

The truth of the repository's samples stands for a perfect reader's answer. Each copy of it has one fault, and is judged
as the service judges a first answer. How often a reader makes such faults isn't measured: the share of wrong values is
that of the copies.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from bench.figures import ROOT, Figure, Figures
from bench.spoiling import KINDS, Fields, spoilt
from operate.evaluation.calibration import Calibration, auroc
from pipeline.catalog import Catalog, load_catalog
from pipeline.concluding import conclude
from pipeline.confidence import Evidence
from pipeline.corroboration import OtherText
from pipeline.examining import Examination
from pipeline.faults import faults_in
from pipeline.fields import Path as FieldPath
from pipeline.fields import concerns, dotted, fields_of, names_in, nested
from pipeline.images import PreparedImage, prepare
from pipeline.plugins import load_plugins
from pipeline.settings import Settings
from pipeline.sight import look

_SEED = 20261129
_NO_IDEA = 0.5  # a confidence that is the same for all


@dataclass(frozen=True)
class Sample:
    """What is printed on a photo, and what is known beside an answer; `text` is what another reader sees."""

    fields: Fields
    image: PreparedImage
    examination: Examination
    quality: float
    text: OtherText | None = None


@dataclass(frozen=True)
class Judged:
    """One value of an answer. One that was spoilt is right if the bars have put it right.

    `is_noticed`: an error or warning is about it; `severities` of what schema and checks find; `by_schema`: the schema
    alone refuses it.
    """

    confidence: float
    is_right: bool
    is_noticed: bool
    severities: frozenset[str]
    by_schema: bool


def samples(truth: Iterable[Mapping[str, Any]], folder: Path, catalog: Catalog) -> list[Sample]:
    """The photos that the truth names, looked at without a limit of time, so that each run sees the same barcodes."""
    return [_sample(entry, prepare((folder / entry["file"]).read_bytes()), catalog) for entry in truth]


def _sample(entry: Mapping[str, Any], image: PreparedImage, catalog: Catalog) -> Sample:
    sight = look(image, lambda: 0.0)
    product = {name: entry[name] for name in ("product_name", "brand", "specifications") if name in entry}
    return Sample(fields_of(product), image, Examination(catalog[entry["category"]], sight.barcodes), sight.score)


def judged(sample: Sample, wrong: Fields | None = None) -> Iterator[tuple[FieldPath, Judged]]:
    """Every value of the sample's answer, with these wrong ones in their places, as a row would have it unrepaired."""
    wrong = wrong or {}
    product = nested({**sample.fields, **wrong})
    extractor, barcodes = sample.examination.extractor, sample.examination.barcodes
    reading = sample.examination.judged(product, {})
    evidence = Evidence(barcodes, sample.quality, sample.text)
    row = conclude(reading, extractor, evidence, beside=(), retake_reasons=(), review_below=Settings.review_below)
    by_schema = faults_in(product, extractor)
    for path in fields_of(reading.product):
        name = dotted(path)
        value = Judged(
            row["field_confidence"][name],
            path not in wrong or row["field_sources"].get(name) == "barcode",
            bool(_severities(row["findings"], path)),
            _severities((*reading.faults, *reading.findings), path),
            bool(_severities(by_schema, path)),
        )
        yield path, value


def _severities(findings: Iterable[Mapping[str, Any]], path: FieldPath) -> frozenset[str]:
    return frozenset(one["severity"] for one in findings if any(concerns(name, path) for name in names_in(one)))


def figures_of(among: Sequence[Sample], most: int, reader: str) -> Figures:
    """What is noticed and how it ranks, by kind and in all.

    `most`: faults of a kind a photo; `reader`: in words, who reads beside.
    """
    random = Random(_SEED)  # the same faults in each run
    flawless: list[Judged] = []
    right: list[Judged] = []
    wrong: dict[str, list[Judged]] = {kind: [] for kind in KINDS}
    before: dict[str, list[Judged]] = {kind: [] for kind in KINDS}  # the same values, as they are printed
    for sample in among:
        whole = dict(judged(sample))
        flawless += whole.values()
        extractor = sample.examination.extractor
        others = [one.fields for one in among if one.examination.extractor is extractor and one is not sample]
        for kind, values in spoilt(sample.fields, extractor, others, most, random):
            for path, value in judged(sample, values):
                (wrong[kind] if path in values else right).append(value)
            before[kind] += [whole[path] for path in values if path in whole]
    every = list(chain(right, *wrong.values()))
    alarms = f"noticed: nothing wrong ({len(flawless)}), {reader}"
    yield Figure(alarms, _share(value.is_noticed for value in flawless), "share", 0.0)
    for kind in filter(wrong.get, KINDS):
        yield from _of_kind(f"{kind} ({len(wrong[kind])}), {reader}", wrong[kind], before[kind], right)
    yield _ranking(f"all ({len(every)}), {reader}", every)
    yield from _meaning(reader, every)
    refuted, fairly = (
        _share("error" in value.severities for value in values) for values in (right, chain(*wrong.values()))
    )
    yield _against(f"refuted: right values beside a wrong one, against wrong ones, {reader}", refuted, fairly)


def _of_kind(said: str, wrong: Sequence[Judged], before: Sequence[Judged], right: Sequence[Judged]) -> Figures:
    """What is noticed, against the schema alone; how it ranks; what checks prove, against what they did unspoilt."""
    noticed, refused = (_share(value.is_noticed for value in wrong), _share(value.by_schema for value in wrong))
    yield Figure(f"noticed: {said}", noticed, "share", refused)
    yield _ranking(said, [*right, *wrong])
    if any(proven := ["proof" in value.severities for value in before]):
        still = _share("proof" in value.severities - {"error"} for value in wrong)
        yield _against(f"proven: {said}", still, _share(proven))


def _ranking(said: str, values: Iterable[Judged]) -> Figure:
    """How likely a right one has more confidence than a wrong one, against the same confidence for all."""
    pairs = [(value.confidence, value.is_right) for value in values]
    found = Calibration.of(pairs)
    if found.auroc is None:
        return Figure(f"AUROC: {said}", absent=found.refusal)
    return _against(f"AUROC: {said}", found.auroc, auroc([(_NO_IDEA, is_right) for _, is_right in pairs]), None)


def _meaning(reader: str, values: Sequence[Judged]) -> Figures:
    """The Brier score, against the share that is right as the confidence of all; and by tenths, how many are right."""
    found = Calibration.of((value.confidence, value.is_right) for value in values)
    same = Calibration.of((found.right / found.count, value.is_right) for value in values)
    if found.brier is not None and same.brier:
        yield _against(
            f"Brier score ({found.count - found.right} of {found.count} wrong), {reader}", found.brier, same.brier, None
        )
    for tenth in found.bins:
        said = f"right: of {tenth.count} from {tenth.low:g} to {tenth.high:g}, against their confidence, {reader}"
        yield _against(said, tenth.accuracy, tenth.confidence)


def _against(said: str, ours: float, reference: float, unit: str | None = "share") -> Figure:
    return Figure(said, ours, unit, reference, ours / reference if reference else None)


def _share(them: Iterable[bool]) -> float:
    counted = list(them)
    return sum(counted) / len(counted)


def figures(rounds: int) -> Figures:
    """Measure without another reader, as deployed, and with on-device OCR. `rounds`: faults of a kind a photo."""
    truth = json.loads((ROOT / "samples" / "truth.json").read_text(encoding="utf-8"))
    alone = samples(truth, ROOT / "samples" / "photos", load_catalog(load_plugins()))
    yield from figures_of(alone, rounds, "without another reader")
    from local.second_reader import SecondReader  # its models take a second to load

    reader = SecondReader()
    beside = [replace(sample, text=OtherText(reader.read_text(sample.image))) for sample in alone]
    yield from figures_of(beside, rounds, "with OCR")
