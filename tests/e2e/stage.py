"""The deployed stage as the tests see it: through S3, DynamoDB, SQS, Lambda and CloudWatch Logs."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import boto3

from operate.rows import ENDED, newest
from tests.e2e.bedrock import Script
from tests.e2e.emulators import Emulators
from tests.wire import a_photo, s3_event

T = TypeVar("T")
FUNCTION = "product-ocr-local-process"
_PATIENCE = 120.0  # seconds; only a failing test, or a busy machine, takes them


class Stage:
    """A stage that `sls` deployed from `workspace`; `bedrock` is what its function asks."""

    def __init__(self, aws: Emulators, workspace: Path, bedrock: Script) -> None:
        self.aws, self.workspace, self.bedrock = aws, workspace, bedrock
        described = aws.client("cloudformation").describe_stacks(StackName="product-ocr-local")["Stacks"][0]
        self.outputs: Mapping[str, str] = {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}
        self.bucket = self.outputs["PhotoBucketName"]
        dynamodb = boto3.resource("dynamodb", **aws.options)
        self.table = dynamodb.Table(self.outputs["SpecificationsTableName"])
        self.coordination = dynamodb.Table(self.outputs["CoordinationTableName"])

    def put(self, key: str, width: int, **options: Any) -> str:
        """Upload a photo of that width in pixels; the version's id."""
        made = self.aws.client("s3").put_object(Bucket=self.bucket, Key=key, Body=a_photo(width), **options)
        return str(made["VersionId"])

    def row(self, key: str) -> dict[str, Any]:
        """The object's newest row, or an empty one."""
        return newest(self.table, self.bucket, key)

    def ended(self, key: str) -> dict[str, Any]:
        """The object's row as soon as nothing more happens to it by itself."""
        return until(lambda: self._if(key, *ENDED), f"a final row of {key}")

    def waiting(self, key: str) -> dict[str, Any]:
        """The object's row as soon as it says that it waits."""
        return until(lambda: self._if(key, "waiting"), f"a waiting row of {key}")

    def _if(self, key: str, *statuses: str) -> dict[str, Any]:
        row = self.row(key)
        return row if row.get("processing_status") in statuses else {}

    def versions(self) -> bool:
        """Whether the bucket holds anything, a deleted photo's mark included."""
        found = self.aws.client("s3").list_object_versions(Bucket=self.bucket)
        return bool(found.get("Versions") or found.get("DeleteMarkers"))

    def messages(self, output: str, *kinds: str) -> int:
        """How many messages the queue of that stack output holds: to be seen, being read (NotVisible), and delayed."""
        wanted = [f"ApproximateNumberOfMessages{kind}" for kind in kinds or ("", "NotVisible", "Delayed")]
        found = self.aws.client("sqs").get_queue_attributes(QueueUrl=self.outputs[output], AttributeNames=wanted)
        return sum(int(found["Attributes"][name]) for name in wanted)

    def is_dead(self, key: str) -> bool:
        """Whether a message about that object is among the first ten of the dead letter queue; nothing is hidden."""
        found = self.aws.client("sqs").receive_message(
            QueueUrl=self.outputs["DeadLetterQueueUrl"], MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return any(key in message["Body"] for message in found.get("Messages", []))

    def uploaded(self, key: str, width: int = 320) -> dict[str, Any]:
        """The event of a photo that was uploaded and read already, as of a second later: so it's to be read anew."""
        version = self.put(key, width)
        row = self.ended(key)
        at = datetime.fromisoformat(row["processing_timestamp"]) + timedelta(seconds=1)
        return s3_event(self.bucket, key, at=at, size=row.get("size"), version_id=version, etag=row["etag"])

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """What the function answers to an event; of one that failed, `errorMessage` and `errorType`."""
        answered = self.aws.client("lambda").invoke(FunctionName=FUNCTION, Payload=json.dumps(event))
        return json.load(answered["Payload"])

    def restart(self) -> None:
        """End all containers of the function. What runs is killed: so this emulator does when it's configured anew."""
        self.aws.client("lambda").update_function_configuration(FunctionName=FUNCTION, MemorySize=1024)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Until the end of `with`, the function isn't called for messages of the retry queue, and has none in hand.

        A message whose function is killed is hidden for half an hour, and this emulator kills all when one dies.
        """
        self.read_queue(False)
        try:
            yield
        finally:
            self.read_queue(True)

    def read_queue(self, wanted: bool) -> None:
        """Let the function be called for messages of the retry queue, or not: then it has none in hand any more."""
        client = self.aws.client("lambda")
        [trigger] = client.list_event_source_mappings(FunctionName=FUNCTION)["EventSourceMappings"]
        client.update_event_source_mapping(UUID=trigger["UUID"], Enabled=wanted)
        if not wanted:
            until(lambda: not self.messages("RetryQueueUrl", "NotVisible"), "the messages in hand")

    def operate(self, command: str, *arguments: str, typed: str = "") -> str:
        """What `python -m operate COMMAND --stage local ARGUMENTS` prints, when `typed` is answered."""
        words = [sys.executable, "-m", "operate", command, "--stage", "local", *arguments]
        return self.aws.run(*words, typed=typed)

    def log_since(self, began: float) -> list[str]:
        """What the function logged since a time (seconds since 1970); of a stage that is removed, nothing."""
        logs = self.aws.client("logs")
        if not logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{FUNCTION}")["logGroups"]:
            return []
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{FUNCTION}", startTime=int(began * 1000)
        )
        return [event["message"] for page in pages for event in page["events"]]


def until(look: Callable[[], T], what: str) -> T:
    """The first thing that `look` gives that is true. Raises AssertionError if it takes too long."""
    began = time.monotonic()
    while not (found := look()):
        assert time.monotonic() - began < _PATIENCE, f"Waited {_PATIENCE:.0f} s in vain for {what}."
        time.sleep(0.1)
    return found
