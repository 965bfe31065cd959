"""What becomes of a photo by itself, and what a person can do, by what its row says."""

import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from local.readable import moment

_BETWEEN_TRIES = timedelta(minutes=15)  # at most, as long as the retry queue is read (pipeline/queue.py)
_AFTER_A_KILL = timedelta(minutes=30)  # the retry queue's visibility timeout
_UNITS = (("days", 24 * 3600), ("hours", 3600), ("minutes", 60))
_NEW_PHOTO = "Read again it would fail again. Upload a better photo under the same key: it gets a row of its own."


def next_step(row: Mapping[str, Any], stage: str, age_limit: float, now: datetime) -> str:
    """The sentences for one row; `age_limit` is the seconds for which a photo is retried, `now` UTC."""
    prefix = shlex.quote(row["source_key"])
    again = f"npm run operate -- backfill --stage {stage} --prefix {prefix} --reprocess"
    status = row.get("processing_status")
    if status == "waiting":
        return _of_waiting(row, stage, age_limit, now)
    if status == "processing":
        return _of_processing(row, stage, now)
    if status == "needs_review":
        return f"Look at the findings. After a change of schema or prompt, have it read again: {again} needs_review"
    if status == "completed":
        return f"Nothing is left to do. To have it read again all the same: {again} all"
    if row.get("dead_lettered"):
        redrive = f"npm run operate -- redrive --stage {stage} --only {shlex.quote(str(row.get('error_code')))}"
        return f"It was given up, and lies in the dead letter queue. When the cause is mended: {redrive}"
    if row.get("usage", {}).get("paid_calls"):
        return f"Claude was asked, and may do better another time: {again} failed"
    return _NEW_PHOTO


def _of_waiting(row: Mapping[str, Any], stage: str, age_limit: float, now: datetime) -> str:
    tried = datetime.fromisoformat(row["started_at"])
    due = tried + _BETWEEN_TRIES
    if now > due + _AFTER_A_KILL:
        return (
            f"It was to be tried again by {moment(due.isoformat())} and wasn't. See whether the retry queue is read "
            f"(npm run operate -- status --stage {stage}), and what lies in the dead letter queue "
            f"(npm run operate -- redrive --stage {stage} --dry-run)."
        )
    unit, size = next((longer for longer in _UNITS if age_limit > longer[1]), ("seconds", 1))
    return (
        f"It's tried again by {moment(due.isoformat())}, and so on, until it has waited for {age_limit / size:g} "
        f"{unit} and is given up; waiting for the ceiling, or while a person holds the breaker open, doesn't count. "
        f"npm run operate -- status --stage {stage} says whether either is so."
    )


def _of_processing(row: Mapping[str, Any], stage: str, now: datetime) -> str:
    lease = datetime.fromtimestamp(row.get("lease_until", 0), UTC)
    if now <= lease:
        return f"An invocation reads it now, until {moment(lease.isoformat())} at the latest."
    if now <= lease + _AFTER_A_KILL:
        return "Its invocation was killed. Another takes it over within half an hour."
    return (
        f"Its invocation was killed, and nobody has taken it over. Look whether it lies in the dead letter queue: "
        f"npm run operate -- redrive --stage {stage} --dry-run"
    )
