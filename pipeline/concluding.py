"""A judged reading -> the row's attributes: product, confidence, findings, and whether a person is to look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from pipeline.catalog import Extractor, Finding
from pipeline.confidence import Evidence, assess
from pipeline.examining import Reading
from pipeline.faults import fault
from pipeline.fields import dotted, fields_of, nested
from pipeline.reviewing import doubts
from pipeline.storable import storable

_MOST_FINDINGS = 60
_MOST_FIELDS = 200  # whose confidence is stored: far more than any label has
_LONGEST_NAME = 100  # characters
_ONLY_A_BARCODE = "Only a barcode can be read: photograph the front or the label, too."


def conclude(
    reading: Reading,
    extractor: Extractor,
    evidence: Evidence,
    beside: Sequence[Finding],
    retake_reasons: Sequence[str],
    review_below: float,
) -> dict[str, Any]:
    """The row's attributes, with status `completed` or `needs_review`.

    `beside` are findings that aren't about the answer: a photo hard to read, an unknown category; `retake_reasons` are
    codes of why the photo should be taken anew. A row needs review for any error, or for a confidence below
    `review_below`. Of too many findings, the errors are kept.
    """
    doubted = doubts(reading.product, extractor, truncated=reading.truncated)
    product, lost = storable(reading.product, extractor.category)
    kept, names = _kept(reading.product, product)
    confidence = assess(replace(reading, product=kept), doubted, extractor, evidence)
    found = [*reading.faults, *reading.findings, *reading.notes, *doubted, *beside, *lost]
    found += [fault(path, "Another reader of this photo doesn't see it.", "warning") for path in confidence.unseen]
    if confidence.fields and all(source == "barcode" for source in map(confidence.sources.get, confidence.fields)):
        found.append(fault("", _ONLY_A_BARCODE, "warning"))
        retake_reasons = [*retake_reasons, "only_a_barcode"]
    wrong = any(finding["severity"] == "error" for finding in found)
    unsure = confidence.score < review_below
    if unsure and not wrong:
        found.append(fault("", _unsure(confidence.score, review_below), "warning"))
    findings = sorted((one for one in found if one["severity"] != "proof"), key=lambda one: one["severity"] != "error")
    return {
        "processing_status": "needs_review" if wrong or unsure else "completed",
        "product_specifications": {**product, "confidence_score": confidence.score},
        "confidence_source": "computed",
        "confidence_score": confidence.score,  # at the top, too: for the index of what is to be reviewed
        "field_confidence": _bounded(confidence.fields, names),
        "field_sources": _bounded(confidence.sources, names),
        "findings": findings[:_MOST_FINDINGS],
        **({"retake_reasons": list(retake_reasons)} if retake_reasons else {}),
    }


def _kept(read: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """What the row holds of what was read, where that had it; and the dotted paths of what the row has elsewhere."""
    given, held = fields_of(read), fields_of(stored)
    moved = {path: there for path in given if path not in held and (there := ("specifications", *path)) not in given}
    kept = {path: held[there] for path in given if (there := moved.get(path, path)) in held}
    return nested(kept), {dotted(path): dotted(there) for path, there in moved.items()}


def _bounded(fields: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """By the row's names what fits a row, however many fields a model made up."""
    named = ((names.get(name, name), said) for name, said in fields.items())
    return dict(islice(((name, said) for name, said in named if len(name) <= _LONGEST_NAME), _MOST_FIELDS))


def _unsure(score: float, review_below: float) -> str:
    return f"The confidence of {score:.0%} is below the {review_below:.0%} from which nobody looks (reviewBelow)."
