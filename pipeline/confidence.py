"""How likely each value is what is printed: computed from evidence, never taken from a model's word for itself.

Evidence is weighed as odds: the model's word for how a field reads sets where they begin, and each thing that is known
beside it multiplies them by how much likelier it is with a right value than with a wrong one (Bayes' rule, with pieces
of evidence taken as independent). docs/confidence.md gives the reasons for every figure, and where it fails.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.barcodes import Barcode
from pipeline.catalog import Extractor, Finding
from pipeline.codes import is_decoded
from pipeline.corroboration import Agreement, OtherText
from pipeline.examining import Reading
from pipeline.fields import Path, concerns, dotted, fields_of, names_in
from pipeline.formats import PROVING

# Where the odds begin, as probabilities: by the model's word for how the field reads, or for want of one.
_PRIOR = {"clear": 0.92, "partial": 0.6, "inferred": 0.5}
_UNASKED = 0.85
# The more signs, the more can be misread: a value of so many characters has its prior twice over.
_CHARACTERS = 150
# What multiplies the odds.
_CHECK_DIGIT = 10.0  # of ten misreadings it would have betrayed nine
_PROOF = 4.0  # an equation with other figures of the label notices three misread digits in four
_SEEN_BY_ANOTHER = 6.0  # another reader's text has all of its words
_OVERLOOKED = 0.3  # or hasn't: of an answer's words it overlooks so many at most, or else it says little
_WARNED = 0.5
_REFUTED = 0.1  # faulty by the schema, or one of the figures that can't be true together
_POOR_PHOTO = 0.3  # of a photo of which nothing speaks for being legible
# What bars say needs no odds: each symbol is checked as it's decoded.
_DECODED = 0.999
_MOST, _LEAST = 0.99, 0.01  # of anything else
_OF_A_SPECIFICATION = 2  # steps of its path
# And of the product as a whole.
_DOUBTED = 0.5  # each error that is about no field: cut off, another kind of product
_HARDLY_ANY = 0.2


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known beside a reading.

    `barcodes` that were decoded; `quality`, 0 to 1, of the photo; `other_text`, what an independent reader sees on it,
    if there is one; `legibility_asked`, whether the model was asked how fields read.
    """

    barcodes: Sequence[Barcode] = ()
    quality: float = 1.0
    other_text: OtherText | None = None
    legibility_asked: bool = True


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure the service is of a product.

    `score`: the share of its values, 0 to 1, that is likely to be right; `fields`: by dotted path how likely each is;
    `sources`: by dotted path where a value comes from that wasn't simply read: `barcode` or `inferred`; `unseen`: the
    dotted paths of values of which another reader sees hardly anything.
    """

    score: float
    fields: Mapping[str, float]
    sources: Mapping[str, str]
    unseen: Sequence[str]


def assess(reading: Reading, doubts: Sequence[Finding], extractor: Extractor, evidence: Evidence) -> Confidence:
    """The confidence in each value of a reading, and in all together; 0 where nothing was read.

    `doubts` are findings about the answer as a whole.
    """
    fields: dict[str, float] = {}
    sources: dict[str, str] = {}
    unseen: list[str] = []
    values = {path: value for path, value in fields_of(reading.product).items() if path != ("other_category",)}
    for path, value in values.items():
        if path[0] == "specifications" and is_decoded(path[-1], value, evidence.barcodes):
            fields[dotted(path)], sources[dotted(path)] = _DECODED, "barcode"
    read = {path: value for path, value in values.items() if dotted(path) not in sources}
    seen = {path: _agreement(path, value, extractor, evidence.other_text) for path, value in read.items()}
    overlooked = _overlooked(seen.values())
    for path, value in read.items():
        name = dotted(path)
        legibility = reading.legibility.get(name, "clear" if evidence.legibility_asked else None)
        prior = _UNASKED if legibility is None else _PRIOR[legibility]
        prior **= 1 + _length(value) / _CHARACTERS
        odds = prior / (1 - prior) * _POOR_PHOTO ** (1 - evidence.quality)
        odds *= _factor(_severities(path, reading), _format(path, extractor), _seen(seen[path], overlooked))
        fields[name] = round(min(max(odds / (1 + odds), _LEAST), _MOST), 3)
        if legibility == "inferred":
            sources[name] = "inferred"
        if (found := seen[path]) and found.share <= _HARDLY_ANY:
            unseen.append(name)
    doubted = sum(found["severity"] == "error" for found in doubts)
    mean = sum(fields.values()) / len(fields) if fields else 0.0
    return Confidence(round(mean * _DOUBTED**doubted, 3), fields, sources, unseen)


def _severities(path: Path, reading: Reading) -> set[str]:
    """Of what schema and checks find about a field."""
    found = (*reading.faults, *reading.findings)
    return {one["severity"] for one in found if any(concerns(name, path) for name in names_in(one))}


def _factor(severities: set[str], kind: str | None, seen: float) -> float:
    """What findings, a format with a check digit and another reader make of a field's odds.

    Nothing bears out what is refuted: kcal in the place of kJ stand on the label, too.
    """
    factor = _WARNED if "warning" in severities else 1.0
    if "error" in severities:
        return factor * min(seen, 1.0) * _REFUTED
    factor *= seen
    if "proof" in severities:
        factor *= _PROOF
    return factor * _CHECK_DIGIT if kind in PROVING else factor


def _seen(agreement: Agreement | None, overlooked: float) -> float:
    """What another reader makes of a field's odds.

    Of what is right, it overlooks a share that the rest of the answer shows. Of what is wrong, it lacks just what is
    wrong: a word, or all of it. So what it lacks speaks against a value as far as it's more than was to be expected.
    """
    if agreement is None:
        return 1.0
    return min(1.0, overlooked * agreement.wanted / agreement.missing) if agreement.missing else _SEEN_BY_ANOTHER


def _overlooked(agreements: Iterable[Agreement | None]) -> float:
    """The share of an answer's words that another reader lacks, by Laplace's rule: of few words nothing is certain."""
    found = [agreement for agreement in agreements if agreement]
    missing, wanted = sum(one.missing for one in found), sum(one.wanted for one in found)
    return min((missing + 1) / (wanted + 2), _OVERLOOKED)


def _agreement(path: Path, value: Any, extractor: Extractor, text: OtherText | None) -> Agreement | None:
    """What of the value the other text has; None if there is none, or if the value isn't printed as it's given."""
    kind = _format(path, extractor)
    if text is None or _is_chosen(path, extractor):
        return None
    if kind == "partial-date":
        return text.agreement_on_date(value)
    return text.agreement(value) if kind is None or kind in PROVING else None  # codes of countries, currencies


def _format(path: Path, extractor: Extractor) -> str | None:
    return extractor.formats.get(path[1]) if len(path) == _OF_A_SPECIFICATION else None


def _is_chosen(path: Path, extractor: Extractor) -> bool:
    """Whether the schema gives the words that there are: "do not bleach" stands for a symbol."""
    if len(path) != _OF_A_SPECIFICATION:
        return False
    node = extractor.foreseen.get(path[1], {})
    return "enum" in node or "enum" in node.get("items", {})


def _length(value: Any) -> int:
    """The characters of a value's texts and figures."""
    if isinstance(value, Mapping):
        return sum(_length(part) for part in value.values())
    if isinstance(value, list):
        return sum(_length(part) for part in value)
    return len(str(value))
