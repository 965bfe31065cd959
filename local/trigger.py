"""What AWS does between the bucket, the function and its queues, in small: invocations, retries, dead letters.

Left out are only the waits before a function that raised is tried again: in one process, nothing else would change
meanwhile. Delayed messages of the retry queue wait as long as they say.
"""

import contextlib
import json
import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from local.function import Handler, cold_start, invoke
from local.notifications import notify
from local.stack import Stack
from pipeline.deliveries import Delivery
from pipeline.events import records_in

Event = Mapping[str, Any]

CONTAINERS = 2  # on-device OCR keeps a core busy each
ATTEMPTS = 3  # of an asynchronous invocation (Lambda developer guide, "Asynchronous invocation")
PATIENCE = 120.0  # seconds without any work for which delayed messages are waited for when all else is done
_BACKLOG = 16  # events that may wait: then the upload waits too, so that thousands of photos don't fill the memory
_PAUSE = 0.1  # seconds between two looks when there's nothing to do


class Trigger:
    """Runs the function, in threads, on every object that is created through `stack.s3`; until it's left.

    `ended` is called in those threads with the object's key each time an invocation for it is over.
    `failures` says by key what the function raised when it was given up on an object.
    """

    def __init__(
        self,
        stack: Stack,
        ended: Callable[[str], None],
        *,
        start: Callable[[], Handler] = cold_start,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.failures: dict[str, str] = {}
        self._stack, self._ended, self._start = stack, ended, start
        self._patience, self._clock = patience, clock
        self._events: queue.Queue[Event] = queue.Queue(_BACKLOG)
        self._no_more, self._stop = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._busy, self._idle_since = 0, clock()
        self._pool = ThreadPoolExecutor(CONTAINERS, thread_name_prefix="container")
        self._running: list[Future[None]] = []

    def __enter__(self) -> Self:
        notify(self._stack.s3, self._put)
        self._running = [
            self._pool.submit(self._work, handler) for handler in [self._start() for _ in range(CONTAINERS)]
        ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let what runs finish; events that wait are dropped."""
        self._stop.set()
        self._pool.shutdown()

    def finish(self) -> None:
        """Wait until all that was uploaded is worked off, or only waits longer than the patience lasts."""
        self._no_more.set()
        for container in self._running:
            container.result()

    @property
    def delayed(self) -> int:
        """Messages on the retry queue: due, delayed or being worked on."""
        names = [f"ApproximateNumberOfMessages{which}" for which in ("", "Delayed", "NotVisible")]
        found = self._stack.sqs.get_queue_attributes(QueueUrl=self._stack.retry_queue_url, AttributeNames=names)
        return sum(int(count) for count in found["Attributes"].values())

    def _put(self, event: Event) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(queue.Full):  # the uploading thread waits here until there's room
                self._events.put(event, timeout=_PAUSE)
                return

    def _work(self, handler: Handler) -> None:
        """One container: messages that are due first, then the next event, until there's nothing left to come."""
        try:
            while not self._stop.is_set():
                if not self._work_once(handler):
                    if self._drained():
                        return
                    self._stop.wait(_PAUSE)
        except BaseException:
            self._stop.set()  # a bug of ours: nobody may wait for this container, and `finish` raises it
            raise

    def _work_once(self, handler: Handler) -> bool:
        with self._lock:
            self._busy += 1  # before looking, so that nobody leaves between our taking a job and our saying so
        worked = False
        try:
            worked = self._from_queue(handler) or self._from_bucket(handler)
        finally:
            with self._lock:
                self._busy -= 1
                self._idle_since = self._clock() if worked else self._idle_since
        return worked

    def _drained(self) -> bool:
        with self._lock:
            if not self._no_more.is_set() or self._busy or not self._events.empty():
                return False
            return not self.delayed or self._clock() - self._idle_since >= self._patience

    def _from_bucket(self, handler: Handler) -> bool:
        """An asynchronous invocation: tried again if it raises, then sent to the on-failure destination."""
        try:
            event = self._events.get_nowait()
        except queue.Empty:
            return False
        for attempt in range(1, ATTEMPTS + 1):
            try:
                invoke(handler, event, self._clock)
                break
            except Exception as error:  # noqa: BLE001  # as Lambda does: whatever the function raises is its failure
                if attempt == ATTEMPTS:
                    self._give_up(event, error)
        self._over(event)
        return True

    def _give_up(self, event: Event, error: Exception) -> None:
        for key in _keys(event):
            self.failures[key] = f"{type(error).__name__}: {error}"
        failure = {
            "version": "1.0",
            "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": ATTEMPTS},
            "requestPayload": event,
            "responsePayload": {"errorType": type(error).__name__, "errorMessage": str(error)},
        }
        self._stack.sqs.send_message(QueueUrl=self._stack.dead_letter_queue_url, MessageBody=json.dumps(failure))

    def _from_queue(self, handler: Handler) -> bool:
        """An invocation by the queue's event source: a batch of one, whose failure the function reports."""
        sqs, url = self._stack.sqs, self._stack.retry_queue_url
        received = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"]).get("Messages", [])
        if not received:
            return False
        [message] = received
        record = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {},
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{self._stack.region}:123456789012:{url.rpartition('/')[2]}",
            "awsRegion": self._stack.region,
        }
        try:
            failed = bool((invoke(handler, {"Records": [record]}, self._clock) or {}).get("batchItemFailures"))
        except Exception as error:  # noqa: BLE001  # as Lambda does; the message comes back
            failed = True
            for key in _keys(json.loads(message["Body"])):
                self.failures[key] = f"{type(error).__name__}: {error}"
        if failed:  # visible again at once; after five receives the redrive policy moves it to the dead-letter queue
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
        else:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        self._over(json.loads(message["Body"]))
        return True

    def _over(self, event: Event) -> None:
        for key in _keys(event):
            self._ended(key)


def _keys(event: Any) -> list[str]:
    return [record.upload.key for record in records_in(event) if isinstance(record, Delivery)]
