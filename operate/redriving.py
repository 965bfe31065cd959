"""What `redrive` does: looks at all dead letters once, and moves the chosen ones to the retry queue.

While they are looked at they are hidden from others: so what a person agrees to is just what is moved. Of each, its
receipt is kept in memory, and of a chosen one also what is to be sent, about 1 KB. (A second look would need no memory,
but find what came or went meanwhile: an SQS queue can't be browsed.)
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from operate.batches import BATCH, Patience, send
from operate.dead_letters import NOT_UNDERSTOOD, DeadLetters, Letter, Reason

_MOST_BYTES = 1_000_000  # of one batch; SQS takes 1 MiB in all (SQS API reference, SendMessageBatch)
_LONGEST_DELAY = 900.0  # seconds (SQS API reference, SendMessage)
_SECONDS_A_PHOTO = 0.5


@dataclass(slots=True)
class Tally:
    """What lies there for one reason; `said` is the sentence of the first message that was looked at."""

    said: str
    oldest: datetime
    messages: int = 0
    photos: int = 0
    unpaid: int = 0


@dataclass(slots=True)
class Heap:
    """All that was looked at: tallies by reason, the letters that are to be moved, and the receipts that are hidden."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    chosen: list[Letter] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)

    @property
    def messages(self) -> int:
        """How many messages were looked at."""
        return sum(tally.messages for tally in self.tallies.values())

    @property
    def photos(self) -> int:
        """How many photos the chosen letters are about."""
        return sum(len(letter.bodies) for letter in self.chosen)

    @property
    def unpaid(self) -> int:
        """How many of these photos will be paid to read."""
        return sum(letter.unpaid for letter in self.chosen)

    def add(self, letter: Letter, reason: Reason, only: str | None, limit: int | None) -> None:
        """Count a letter, and choose it, if it's one of those that are wanted and can be understood."""
        self.hidden.add(letter.receipt)
        tally = self.tallies.setdefault(reason.code, Tally(reason.said, reason.sent_at))
        tally.oldest = min(tally.oldest, reason.sent_at)
        tally.messages += 1
        tally.photos += len(letter.bodies)
        tally.unpaid += letter.unpaid
        wanted = reason.code != NOT_UNDERSTOOD and only in (None, reason.code)
        if wanted and (limit is None or len(self.chosen) < limit):
            self.chosen.append(letter)


def spread(photos: int) -> float:
    """Seconds over which so many photos come back, so that they don't meet Bedrock all at once."""
    return min(_LONGEST_DELAY, _SECONDS_A_PHOTO * photos)


class Mover:
    """Moves letters: sends what they stand for, and deletes each when SQS has confirmed what was sent for it.

    One that was sent and could not be deleted will be sent again another time. That is harmless: it meets the claim of
    the first (`pipeline/store.py`), and costs nothing. `chance` gives a number in [0, 1).
    """

    def __init__(
        self, sqs: Any, retry_queue_url: str, queue: DeadLetters, patience: Patience, chance: Callable[[], float]
    ) -> None:
        self._sqs = sqs
        self._retry_queue_url = retry_queue_url
        self._queue = queue
        self._patience = patience
        self._chance = chance

    def move(self, heap: Heap) -> Iterator[tuple[int, int]]:
        """Move the chosen letters, in batches; of each batch, how many were sent, and how many were deleted as well.

        Raises as `aws.translated`; what was not deleted until then is still in `heap.hidden`.
        """
        seconds = spread(heap.photos)
        for batch in _batches(heap.chosen):
            bodies = [body for letter in batch for body in letter.bodies]
            for first in range(0, len(bodies), BATCH):
                some = bodies[first : first + BATCH]
                delays = [int(seconds * self._chance()) for _ in some]
                send(self._sqs, self._retry_queue_url, some, self._patience, delays)
            removed = self._queue.remove([letter.receipt for letter in batch])
            heap.hidden -= removed
            yield len(batch), len(removed)


def _batches(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    """Letters together that are sent together: ten at most, with ten bodies, as large as SQS takes."""
    batch: list[Letter] = []
    for letter in letters:
        bodies = [body for one in (*batch, letter) for body in one.bodies]
        size = sum(map(len, bodies))  # they are ASCII
        if batch and (len(batch) == BATCH or len(bodies) > BATCH or size > _MOST_BYTES):
            yield batch
            batch = []
        batch.append(letter)
    if batch:
        yield batch
