"""The command `backfill` on the emulated stack: run it, and hand what it sent to the function."""

import argparse
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from rich.console import Console

from local.stack import BUCKET, COORDINATION_TABLE, TABLE, Stack
from operate import backfill
from tests.deployed import DeployedSession
from tests.wire import sqs_event
from tests.world import MODEL, Tap, World

_HOUR = timedelta(hours=1)


class Session(DeployedSession):
    """A session of the stage `dev`, with a tap on its clients; its function has `at_once` photos read at a time."""

    def __init__(self, stack: Stack, tap: Tap, at_once: int) -> None:
        environment = {
            "PHOTO_BUCKET": BUCKET,
            "SPECIFICATIONS_TABLE": TABLE,
            "COORDINATION_TABLE": COORDINATION_TABLE,
            "RETRY_QUEUE_URL": stack.retry_queue_url,
            "DEAD_LETTER_QUEUE_URL": stack.dead_letter_queue_url,
            "MODELS": MODEL,
        }
        super().__init__({}, {"product-ocr-dev-process": environment})
        self._tap, self._at_once = tap, at_once

    def client(self, service_name: str, *arguments: Any, **options: Any) -> Any:
        if service_name == "lambda":
            mapping = {"ScalingConfig": {"MaximumConcurrency": self._at_once}}
            client = super().client(service_name)
            client.list_event_source_mappings = lambda **_: {"EventSourceMappings": [mapping]}
            return client
        return self._tap.on(_botocore().client(service_name, *arguments, **options))


@cache
def _botocore() -> boto3.Session:
    """One for all clients: it has read the services' models."""
    return boto3.Session(region_name="us-east-1")


@dataclass
class Backfilling:
    """Runs the command against a world whose uploads are an hour old, by a clock that only sleeping moves."""

    world: World
    answers: str = "y"
    at_once: int = 5
    asked: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=123456) + _HOUR)
    on_sleep: Callable[[float], object] = float
    tap: Tap = field(default_factory=Tap)

    def __call__(self, *arguments: str) -> tuple[int, str]:
        """The exit code and what stands on a wide screen."""
        parser = argparse.ArgumentParser()
        backfill.configure(parser)
        options = parser.parse_args(["--stage", "dev", *arguments])
        console = Console(file=io.StringIO(), width=200)
        session = Session(self.world.stack, self.tap, self.at_once)
        around = {"now": lambda: self.now, "clock": lambda: sum(self.slept), "sleep": self._sleep}
        code = backfill.run(options, console, session, self._ask, **around)
        return code, console.file.getvalue()  # type: ignore[attr-defined]

    def sent(self) -> list[str]:
        """The bodies of the messages on the retry queue, which are taken off it."""
        bodies: list[str] = []
        queue = {"QueueUrl": self.world.stack.retry_queue_url}
        while messages := self.world.stack.sqs.receive_message(**queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(message["Body"])
                self.world.stack.sqs.delete_message(**queue, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def read(self, bodies: Sequence[str]) -> None:
        """Have the function read each message."""
        for body in bodies:
            assert self.world.handle(sqs_event(body)) == {"batchItemFailures": []}

    def tidy(self) -> None:
        """Leave nothing in bucket and queue, and no record of a run."""
        s3 = self.world.stack.s3
        found = s3.list_object_versions(Bucket=BUCKET)
        for version in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=BUCKET, Key=version["Key"], VersionId=version["VersionId"])
        self.sent()
        self.world.stack.table.meta.client.delete_item(TableName=COORDINATION_TABLE, Key={"name": "backfill"})

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.on_sleep(seconds)

    def _ask(self, question: str) -> str:
        self.asked.append(question)
        return self.answers
