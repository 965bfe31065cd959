"""The end of a stage: emptied and removed, nothing of it is left. The last of these tests, for it ends the stage."""

from typing import Any

import pytest

from tests.e2e.emulators import CommandFailed, sls
from tests.e2e.stage import FUNCTION, Stage

NAME = "product-ocr-local"


def left(stage: Stage) -> dict[str, list[Any]]:
    """What AWS still lists of the stage, by kind; kinds of which nothing is listed are left out."""
    ask = stage.aws.client
    listed = {
        "buckets": [each["Name"] for each in ask("s3").list_buckets()["Buckets"]],
        "tables": ask("dynamodb").list_tables()["TableNames"],
        "queues": ask("sqs").list_queues().get("QueueUrls", []),
        "functions": [each["FunctionName"] for each in ask("lambda").list_functions()["Functions"]],
        "event source mappings": ask("lambda").list_event_source_mappings()["EventSourceMappings"],
        "roles": [each["RoleName"] for each in ask("iam").list_roles()["Roles"]],
        "log groups": [each["logGroupName"] for each in ask("logs").describe_log_groups()["logGroups"]],
        "topics": ask("sns").list_topics()["Topics"],
        "alarms": [each["AlarmName"] for each in ask("cloudwatch").describe_alarms()["MetricAlarms"]],
        "dashboards": ask("cloudwatch").list_dashboards()["DashboardEntries"],
        "keys": [each["KeyId"] for each in ask("kms").list_keys()["Keys"] if not _is_leaving(stage, each["KeyId"])],
        "stacks": ask("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE", "UPDATE_COMPLETE"])[
            "StackSummaries"
        ],
    }
    return {kind: found for kind, found in listed.items() if found}


def _is_leaving(stage: Stage, key: str) -> bool:
    """Whether a KMS key is AWS's own, or to be deleted in seven days: AWS deletes none at once."""
    found = stage.aws.client("kms").describe_key(KeyId=key)["KeyMetadata"]
    return found["KeyManager"] == "AWS" or found["KeyState"] == "PendingDeletion"


def test_emptied_and_removed(stage: Stage) -> None:
    """`empty` asks for the bucket's name and deletes all versions; then `sls remove` leaves nothing."""
    stage.put("grocery/last.jpg", 320)
    stage.ended("grocery/last.jpg")
    stage.aws.client("s3").delete_object(Bucket=stage.bucket, Key="grocery/last.jpg")
    stage.read_queue(False)  # a function that is called meanwhile would make itself a log group again
    before = left(stage)
    assert {"buckets", "tables", "queues", "functions", "event source mappings", "roles", "log groups"} <= before.keys()
    assert FUNCTION in before["functions"]
    with pytest.raises(CommandFailed, match="Nothing was deleted"):
        stage.operate("empty", typed="yes")
    assert stage.versions()
    assert "deleted from" in stage.operate("empty", typed=stage.bucket)
    assert not stage.versions()
    sls(stage.aws, stage.workspace, "remove")
    assert left(stage) == {}
