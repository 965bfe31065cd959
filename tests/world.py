"""A whole small service for tests: emulated S3 and DynamoDB, a scripted model, and a clock that only tests move.

event = world.put("grocery/jam.jpg")       uploads a photo, and gives the event that S3 would send
world.models.answers(record(...))          what the model answers, in turn; an exception is raised instead
world.handle(event)                        one invocation of the function
world.row("grocery/jam.jpg")               the row that came of it
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

import handler
from local.stack import BUCKET, TABLE, Stack
from pipeline import logs
from pipeline.answers import parsed
from pipeline.bootstrap import Clients, Surroundings, assemble
from pipeline.catalog import Catalog, load_catalog
from pipeline.metrics import Metrics
from pipeline.models import usage_of
from pipeline.plugins import load_plugins
from pipeline.services import Invocation, ModelAnswer
from pipeline.settings import Settings
from pipeline.store import DynamoStore
from tests.wire import a_photo, s3_event, sqs_event

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MODEL = "global.anthropic.claude-sonnet-4-6"


class Killed(BaseException):
    """The container is gone, as at a timeout or out of memory: nothing of ours runs any more."""


@dataclass
class Clock:
    """UTC time that passes when told, or when the service sleeps."""

    moment: datetime = START
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return (self.moment - START).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.forward(seconds)

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@cache
def _built_in_catalog() -> Catalog:
    return load_catalog(load_plugins())


class Tap:
    """Sits on every call to AWS and to the model: counts them, breaks one, or kills the container at one."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._faults: dict[str, list[BaseException | tuple[str, int]]] = {}
        self._kill_at: tuple[int, str] | None = None
        self.dead = False

    def breaks(self, operation: str, *faults: BaseException | tuple[str, int]) -> None:
        """The next calls of this operation fail: with an exception, or AWS's (code, HTTP status)."""
        self._faults.setdefault(operation, []).extend(faults)

    def heals(self) -> None:
        """Forget the faults that no call has met yet."""
        self._faults.clear()

    def kills(self, at: int, when: str) -> None:
        """The container dies `before` or `after` the call of this number (from 0) takes effect."""
        self.calls, self._kill_at = [], (at, when)

    def revive(self) -> None:
        self.dead = False

    def before(self, operation: str) -> tuple[AWSResponse, dict[str, Any]] | None:
        if self.dead or self._kill_at == (len(self.calls), "before"):
            self._die()
        self.calls.append(operation)
        if not self._faults.get(operation):
            return None
        fault = self._faults[operation].pop(0)
        if isinstance(fault, BaseException):
            raise fault
        code, status = fault
        error = {"Error": {"Code": code, "Message": "by the test"}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return AWSResponse("https://aws.test", status, {}, None), error

    def after(self) -> None:
        if self._kill_at == (len(self.calls) - 1, "after"):
            self._die()

    def on(self, client: Any) -> Any:
        """The same client, with the tap on it."""
        client.meta.events.register("before-call", lambda model, **_: self.before(model.name))
        client.meta.events.register("after-call", lambda **_: self.after())
        return client

    def _die(self) -> None:
        self.dead, self._kill_at = True, None
        raise Killed


class ScriptedModels:
    """Stands in for `BedrockModels`: gives what the test scripted, and keeps what it was asked."""

    def __init__(self, tap: Tap) -> None:
        self.requests: list[Mapping[str, Any]] = []
        self.paid = 0
        self._tap = tap
        self._script: list[Any] = []

    def answers(self, *script: Any) -> None:
        """What the next asks get: a message, an exception to raise, or a function of the request."""
        self._script.extend(script)

    def forget(self) -> None:
        """Take back what was scripted and not asked for."""
        self._script.clear()

    def check(self, metrics: Metrics) -> None:
        """Asked at any time."""

    def ask(
        self, request: Mapping[str, Any], models: tuple[str, ...], metrics: Metrics, remaining: Callable[[], float]
    ) -> ModelAnswer:
        assert remaining() > 0
        self._tap.before("InvokeModel")
        self.requests.append(request)
        assert self._script, "the service asked the model more often than the test scripted"
        answer = self._script.pop(0)
        answer = answer(request) if callable(answer) else answer
        if isinstance(answer, BaseException):
            raise answer
        self.paid += 1
        metrics.count("BedrockCalls")
        self._tap.after()
        received = parsed(json.dumps(answer).encode())
        return ModelAnswer(received, models[0], usage_of(models[0], received))


class FakeSqs:
    """Keeps what is sent, with when it's due."""

    def __init__(self, tap: Tap, clock: Clock) -> None:
        self._tap, self._clock = tap, clock
        self.sent: list[tuple[datetime, str, str]] = []
        self.delays: list[int] = []

    def send_message(self, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> None:
        if refused := self._tap.before("SendMessage"):
            raise ClientError(refused[1], "SendMessage")
        self.delays.append(DelaySeconds)
        self.sent.append((self._clock.moment + timedelta(seconds=DelaySeconds), QueueUrl, MessageBody))
        self._tap.after()


class World:
    """The service, and all that a test does to it."""

    def __init__(self, stack: Stack, environ: Mapping[str, str]) -> None:
        self.stack, self.clock, self.tap = stack, Clock(), Tap()
        self.models, self.sqs = ScriptedModels(self.tap), FakeSqs(self.tap, self.clock)
        self.lines: list[str] = []
        self.remaining = 300.0
        settings = replace(Settings.from_env(environ), models=(MODEL,), category_models=(MODEL,))
        settings = replace(settings, retry_queue_url="retry", dead_letter_queue_url="dead")
        clients = Clients(
            s3=self.tap.on(boto3.client("s3")),
            dynamodb=self.tap.on(boto3.client("dynamodb")),
            bedrock=None,
            sqs=lambda: self.sqs,
        )
        around = Surroundings(self.clock.now, self.clock.monotonic, self.clock.sleep, random.Random(7).random)
        services = assemble(settings, clients, around, load_plugins(), _built_in_catalog(), self.lines.append)
        self.services = replace(services, models=self.models)
        logs.configure("INFO", self.lines.append)

    def replace(self, **services: Any) -> None:
        """Put something else in the place of these services."""
        self.services = replace(self.services, **services)

    def allow_paid_calls(self, most: int) -> None:
        """Let an image cost at most so many paid calls."""
        store = DynamoStore(self.tap.on(boto3.client("dynamodb")), TABLE, most, self.clock.now)
        self.replace(settings=replace(self.services.settings, max_paid_calls=most), store=store)

    def put(self, key: str, photo: bytes | None = None, **metadata: str) -> dict[str, Any]:
        """Upload a photo; the event that S3 sends for it."""
        body = a_photo() if photo is None else photo
        put = self.stack.s3.put_object(Bucket=BUCKET, Key=key, Body=body, Metadata=metadata)
        version, etag = put["VersionId"], put["ETag"].strip('"')
        return s3_event(BUCKET, key, at=self.clock.moment, size=len(body), version_id=version, etag=etag)

    def handle(self, event: Mapping[str, Any], request_id: str = "request-1") -> Any:
        """One invocation, which has `remaining` seconds from now on."""
        self.tap.revive()
        ends = self.clock.monotonic() + self.remaining
        return handler.handle(event, self.services, Invocation(request_id, lambda: ends - self.clock.monotonic()))

    def handle_queue(self) -> int:
        """Deliver what is on the retry queue, each when it's due; how many messages that were."""
        delivered = 0
        for message in sorted(entry for entry in self.sqs.sent if entry[1] == "retry"):
            self.sqs.sent.remove(message)
            due, _, body = message
            self.clock.moment = max(self.clock.moment, due)
            assert self.handle(sqs_event(body)) == {"batchItemFailures": []}
            delivered += 1
        return delivered

    def on_queue(self, name: str) -> list[dict[str, Any]]:
        """The bodies on the queue `retry` or `dead`."""
        return [json.loads(body) for _, queue, body in self.sqs.sent if queue == name]

    def rows(self) -> list[dict[str, Any]]:
        """All rows, by key and time."""
        rows = json.loads(json.dumps(self.stack.table.scan(ConsistentRead=True)["Items"], default=float))
        return sorted(rows, key=lambda row: (row["source_key"], row["processing_timestamp"]))

    def row(self, key: str) -> dict[str, Any]:
        """The only row of a key."""
        [found] = [row for row in self.rows() if row["source_key"] == key]
        return found

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The log lines of this event."""
        return [line for line in map(json.loads, self.lines) if line.get("event") == event]

    def metric(self, name: str) -> float:
        """The sum of a metric over all lines."""
        found = [line[name] for line in map(json.loads, self.lines) if "_aws" in line and name in line]
        return sum(sum(value) if isinstance(value, list) else value for value in found)
