"""Sends a run's messages: in batches, at its pace, each confirmed before the run's record says so."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from operate.backfill_choice import Listed, Reason
from operate.backfill_pace import Pace
from operate.backfill_run import Run, RunRecord
from operate.batches import BATCH, Patience, send
from pipeline.deliveries import Delivery, retry_message
from pipeline.uploads import ImageUpload

_SAVE_AFTER = 1_000  # objects: those that are left don't have to be looked at again either


class Sender:
    """Sends to the retry queue what a run takes of the bucket."""

    def __init__(
        self, sqs: Any, queue_url: str, bucket: str, pace: Pace, record: RunRecord, patience: Patience
    ) -> None:
        self._sqs, self._queue_url, self._bucket = sqs, queue_url, bucket
        self._pace, self._record, self._patience = pace, record, patience

    def sent(
        self, judged: Iterable[tuple[Listed, Reason | None]], run: Run, tell: Callable[[str], None]
    ) -> Iterator[Run]:
        """Take the run's record and send; the run as it is after each step. At the end there is no record any more.

        `tell` is given what hinders it, while something does. Stopped between a step's
        messages and its record, the run sends these messages twice, which is harmless within a run.
        Raises as `aws.translated`, and BackfillRefusedError if another process has the record.
        """
        self._record.take(run)
        batch: list[str] = []
        seen = 0
        for listed, left in judged:
            seen += 1
            if left is None:
                batch.append(self._message(listed, run))
            if len(batch) == BATCH or seen == _SAVE_AFTER:
                self._send(batch, tell)
                run = replace(run, last_key=listed.key, sent=run.sent + len(batch))
                self._record.save(run)
                yield run
                batch, seen = [], 0
        self._send(batch, tell)
        self._record.end()
        yield replace(run, sent=run.sent + len(batch))

    def _send(self, batch: list[str], tell: Callable[[str], None]) -> None:
        if batch:
            self._pace.hold(len(batch), tell)
            send(self._sqs, self._queue_url, batch, self._patience)

    def _message(self, listed: Listed, run: Run) -> str:
        upload = ImageUpload(
            bucket=self._bucket,
            key=listed.key,
            requested_at=run.start,
            version_id=listed.version_id,
            etag=listed.etag,
            size=listed.size,
            run=run.run,
        )
        return json.dumps(retry_message(Delivery(upload=upload)))
