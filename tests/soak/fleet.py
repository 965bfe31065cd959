"""Lambda around the function (Lambda developer guide): containers, concurrency, both of its triggers.

An asynchronous event that fails is tried twice more, after one and two minutes; then its envelope goes to the dead
letter queue. A message of the retry queue that fails stays there, and is visible again after the visibility timeout.
"""

import json
from collections import deque
from collections.abc import Callable, Mapping
from contextvars import Context
from functools import partial
from random import Random
from typing import Any

from pipeline.services import Invocation, Services
from tests.soak.queues import Message, Queue
from tests.soak.runs import RUN, Container, Run
from tests.soak.scheduler import Killed, Scheduler
from tests.soak.truth import Truth, Version

_TIMEOUT = 300.0  # seconds
_MOST_SKEW = 15.0  # seconds that a container's clock is wrong
_RESERVED, _QUEUES_SHARE = 20, 5  # invocations at once
_RETRY_AFTER = (60.0, 120.0)
_OLDEST_EVENT = 6 * 3600.0
_RECYCLED = 0.03  # of invocations: the container isn't used again
_DELIVERED_TWICE = 0.005  # of messages: deleting them comes to nothing


Handle = Callable[[Mapping[str, Any], Services, Invocation], dict[str, Any] | None]


class Fleet:
    """The function's containers, and what waits for one."""

    def __init__(
        self,
        scheduler: Scheduler,
        random: Random,
        truth: Truth,
        retry_queue: Queue,
        dead_letters: Queue,
        handle: Handle,
        equip: Callable[[Container], Services],
    ) -> None:
        """`equip` gives a new container its services."""
        self._scheduler, self._random, self._truth = scheduler, random, truth
        self._retry_queue, self._dead_letters = retry_queue, dead_letters
        self._handle, self._equip = handle, equip
        self._idle: list[Container] = []
        self._events: deque[tuple[float, int, dict[str, Any]]] = deque()
        self._running = self._running_from_queue = self._deployment = 0
        retry_queue.on_visible = self._dispatch

    def invoke(self, event: dict[str, Any], attempt: int = 1, since: float | None = None) -> None:
        """Take an event, asynchronously."""
        self._events.append((self._scheduler.now if since is None else since, attempt, event))
        self._dispatch()

    def waiting(self) -> list[Any]:
        """The events and messages that are still to be delivered."""
        messages = [message.body for message in self._retry_queue.messages.values()]
        return [event for _, _, event in self._events] + messages

    def redeploy(self) -> None:
        """From now on new containers are made; those that run are used no more."""
        self._idle.clear()
        self._deployment += 1

    def _dispatch(self) -> None:
        while self._running < _RESERVED and self._events:
            since, attempt, event = self._events.popleft()
            if self._scheduler.now - since > _OLDEST_EVENT:
                self._bury(event, attempt, "EventAgeExceeded")
            else:
                self._start(event, partial(self._after_event, since, attempt, event))
        while self._running < _RESERVED and self._running_from_queue < _QUEUES_SHARE:
            message = self._retry_queue.receive()
            if not message:
                return
            self._running_from_queue += 1
            self._start(_queue_event(message), partial(self._after_message, message))

    def _start(self, event: dict[str, Any], after: Callable[[bool], None]) -> None:
        self._running += 1
        self._truth.invocations += 1
        version = version_of(event, self._truth)
        container = self._container()
        deadline = self._scheduler.now + _TIMEOUT
        run = Run(f"r{self._truth.invocations}", container, version, self._scheduler, self._truth, deadline)

        def body() -> None:
            failed = self._run(run, event)
            self._running -= 1
            outdated = container.deployment != self._deployment or self._random.random() < _RECYCLED
            if not run.dead and not outdated:
                self._idle.append(container)
            after(failed)
            self._scheduler.after(0, self._dispatch)

        self._scheduler.after(0, lambda: self._scheduler.start(lambda: Context().run(body)))

    def _run(self, run: Run, event: dict[str, Any]) -> bool:
        """Whether the invocation failed."""
        RUN.set(run)
        services = run.container.services
        assert services
        try:
            answer = self._handle(event, services, Invocation(run.id, lambda: run.deadline - self._scheduler.now))
        except Killed:
            return True
        except Exception as error:  # noqa: BLE001 - as Lambda does: whatever it is, the invocation has failed
            run.note(f"raised {type(error).__name__}: {error}"[:200])
            return True
        failed = bool(answer and answer["batchItemFailures"])
        run.note("failed its message" if failed else "done")
        return failed

    def _container(self) -> Container:
        if self._idle:
            return self._idle.pop(self._random.randrange(len(self._idle)))
        skew = self._random.uniform(-_MOST_SKEW, _MOST_SKEW)
        container = Container(f"c{self._truth.invocations}", skew, self._deployment)
        container.services = self._equip(container)
        return container

    def _after_event(self, since: float, attempt: int, event: dict[str, Any], failed: bool) -> None:
        if failed and attempt <= len(_RETRY_AFTER):
            self._scheduler.after(_RETRY_AFTER[attempt - 1], lambda: self.invoke(event, attempt + 1, since))
        elif failed:
            self._bury(event, attempt, "RetriesExhausted")

    def _after_message(self, message: Message, failed: bool) -> None:
        self._running_from_queue -= 1
        if not failed and self._random.random() >= _DELIVERED_TWICE:
            self._retry_queue.delete(message)

    def _bury(self, event: dict[str, Any], attempt: int, condition: str) -> None:
        """Lambda's on-failure destination."""
        context = {"condition": condition, "approximateInvokeCount": attempt}
        self._dead_letters.send({"requestContext": context, "requestPayload": event, "responsePayload": {}})


def version_of(event: Mapping[str, Any], truth: Truth) -> Version:
    """The version that an event or a message's body is about."""
    while "requestPayload" in event:
        event = event["requestPayload"]
    if "upload" in event:
        return truth.by_id[event["upload"]["version_id"]]
    [record] = event["Records"]
    if "body" in record:
        return version_of(json.loads(record["body"]), truth)
    return truth.by_id[record["s3"]["object"]["versionId"]]


def _queue_event(message: Message) -> dict[str, Any]:
    record = {
        "messageId": message.id,
        "receiptHandle": "handle",
        "body": json.dumps(message.body),
        "attributes": {"ApproximateReceiveCount": str(message.receives)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:retry",
        "awsRegion": "us-east-1",
    }
    return {"Records": [record]}
