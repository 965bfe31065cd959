"""The truth against the rows and the queues: where each image is, and what shouldn't be."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.soak.claude import product_name
from tests.soak.fleet import version_of
from tests.soak.truth import Truth, Version, needlessly_paid

_BREACHES = ("lost", "double_rows", "paid_twice", "wrong_rows")
# What the model may say, or not say, so that an image can't be read.
_UNUSABLE = {"refused", "malformed_answer", "truncated", "no_tool_call", "wrong_tool"}


@dataclass
class Report:
    """How many images ended how. `breaches`: what went wrong with which version, in a sentence each."""

    counts: Counter[str] = field(default_factory=Counter)
    breaches: list[tuple[Version, str]] = field(default_factory=list)

    def breach(self, kind: str, version: Version, sentence: str) -> None:
        """Count one thing that must not be."""
        self.counts[kind] += 1
        self.breaches.append((version, f"{kind}: {sentence}"))

    @property
    def is_clean(self) -> bool:
        """Whether all that has to be zero is."""
        return not any(self.counts[kind] for kind in _BREACHES)

    def line(self, truth: Truth, **measured: float) -> dict[str, float]:
        """The report's one line."""
        paid = truth.paid_calls()
        ends = ("completed", "needs_review", "failed", "dead_lettered", "waiting")
        return {
            "images": len(truth.versions),
            "events": truth.events,
            **{name: self.counts[name] for name in (*ends, "lost", "double_rows")},
            "paid_calls": len(paid),
            "paid_twice": self.counts["paid_twice"],
            "killed_after_paying": sum(call.fate == "lost to a kill" for call in paid),
            "wrong_rows": self.counts["wrong_rows"],
            "invocations": truth.invocations,
            "kills": truth.kills,
            **measured,
        }


def audit(
    truth: Truth,
    rows: Iterable[Mapping[str, Any]],
    waiting: Iterable[Any],
    dead: Iterable[Any],
    most_paid_calls: int,
) -> Report:
    """Find every version: in a final row, waiting, in the dead letter queue, or lost.

    `waiting` and `dead` are the bodies that are still to be delivered, and those that people are to look at.
    """
    report = Report()
    by_version: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_version.setdefault(row["version_id"], []).append(row)
    still_waiting = {version_of(body, truth).number for body in waiting}
    buried = {version_of(body, truth).number for body in dead}
    for version in truth.versions:
        own = by_version.pop(version.version_id, [])
        report.counts[_where(version, own, still_waiting, buried)] += 1
        if _where(version, own, still_waiting, buried) == "lost":
            report.breaches.append((version, f"lost: {_states(own)}, and nobody comes back to it"))
        if len(own) > 1:
            report.breach("double_rows", version, f"{len(own)} rows: {_states(own)}")
        for call in needlessly_paid(version):
            report.breach("paid_twice", version, f"paid again to {call.step} at {call.at:.1f} s")
        for row in own:
            for sentence in _wrong(row, version, most_paid_calls):
                report.breach("wrong_rows", version, sentence)
    assert not by_version, f"rows of versions that were never uploaded: {list(by_version)}"
    return report


def _where(version: Version, own: list[Mapping[str, Any]], still_waiting: set[int], buried: set[int]) -> str:
    final = [row["processing_status"] for row in own if not row.get("dead_lettered")]
    final = [status for status in final if status in ("completed", "needs_review", "failed")]
    if final:
        return str(final[0])
    if version.number in still_waiting:
        return "waiting"
    return "dead_lettered" if version.number in buried else "lost"


def _states(own: list[Mapping[str, Any]]) -> str:
    return ", ".join(row["processing_status"] for row in own) or "no row"


def _wrong(row: Mapping[str, Any], version: Version, most_paid_calls: int) -> Iterable[str]:
    """What a row says that isn't so, a sentence each."""
    paid = len(version.paid)
    if not paid <= row.get("paid_calls", 0) <= most_paid_calls:
        yield f"the row says {row.get('paid_calls', 0)} paid calls of at most {most_paid_calls}; {paid} were paid"
    status, code = row["processing_status"], row.get("error_code")
    if row["source_key"] != version.key:
        yield f"the row's key is {row['source_key']}"
    if status in ("completed", "needs_review"):
        if row["image_sha256"] != hashlib.sha256(version.data).hexdigest():
            yield "the row is of another photo"
        if row["product_specifications"].get("product_name") != product_name(version):
            yield f"the row says {row['product_specifications']}"
        if version.category and row["category"] != version.category:
            yield f"the row's category is {row['category']}, not {version.category}"
        if status == "completed" and not any(call.said == "right" for call in version.paid if call.step != "choose"):
            yield "the row is completed, but the model never gave a right answer"
    if status == "failed" and not row.get("dead_lettered"):
        reasons = {
            "not_an_image": not version.is_image,
            "object_deleted": version.deleted,
            "paid_calls_exhausted": row.get("paid_calls") == most_paid_calls,
            **dict.fromkeys(_UNUSABLE, bool(version.paid)),
        }
        if not reasons.get(str(code)):
            yield f"the row failed for {code}, which isn't so"
