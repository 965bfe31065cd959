"""Which objects of the bucket a backfill takes, and why it leaves the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from operate.rows import ENDED

Reprocess = Literal["extractor-changed", "failed", "needs_review", "all"]
REPROCESS: tuple[Reprocess, ...] = ("extractor-changed", "failed", "needs_review", "all")

YOUNG = timedelta(minutes=15)
_KEPT = timedelta(days=14)  # MessageRetentionPeriod of either queue, resources/queues.yml

Reason = Literal["folder", "young", "open", "dead", "has_row", "no_row", "other"]
LEFT: Mapping[Reason, str] = {
    "has_row": "has a row of its version",
    "other": "has a row, but none that is asked for",
    "no_row": "has no row of its version (without --reprocess it is read)",
    "open": "is being read, or waits for another attempt",
    "dead": "was given up, and lies in the dead letter queue (`redrive` brings it back)",
    "young": "is younger than 15 minutes, or came after the start: its own event may be on its way",
    "folder": "is a folder marker",
}
"""What is said of each object that is left; in this order."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The current version of one object, as S3 lists it. `size` in bytes."""

    key: str
    version_id: str
    etag: str
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """What a run that began at `start` takes; `versions` are today's extractor versions by category."""

    start: datetime
    reprocess: Reprocess | None
    versions: Mapping[str, str]

    def unasked(self, listed: Listed) -> Reason | None:
        """Why the object is left whatever its row says, or None if that has to be looked up."""
        if listed.key.endswith("/"):
            return "folder"
        return "young" if listed.modified > self.start - YOUNG else None

    def left(self, row: Mapping[str, Any] | None) -> Reason | None:
        """Why an object is left whose version has this newest row, or none; None if it is taken.

        Somebody has an image already who will come back to it: an invocation, the retry queue, or a person with the
        dead letter queue. Where its message has been dropped from the queues since, nobody will: it counts as failed.
        """
        if row is None:
            return None if self.reprocess in (None, "all") else "no_row"
        status = row["processing_status"]
        if status not in ENDED:
            if self._since(row["started_at"]) < 2 * _KEPT:
                return "open"
            status = "failed"
        elif row.get("dead_lettered") and self._since(row["completed_at"]) < _KEPT:
            return "dead"
        if self.reprocess is None:
            return "has_row"
        return None if self._asked_for(row, status) else "other"

    def _asked_for(self, row: Mapping[str, Any], status: str) -> bool:
        if self.reprocess == "extractor-changed":  # a photo that no extractor has read isn't changed by another one
            version = row.get("extractor_version")
            return version is not None and version != self.versions.get(row.get("category", ""))
        return self.reprocess in ("all", status)

    def _since(self, timestamp: str) -> timedelta:
        return self.start - datetime.fromisoformat(timestamp)
