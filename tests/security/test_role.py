"""The function's role: each statement has an operation that needs it, or a reason; each operation has its statement.

That each is needed and that all are enough is tried where IAM is enforced (tests/e2e).
"""

from typing import Any

import pytest
import yaml

from tests.integration.deployment import ROOT, packaged

# The namespace of an operation's permission, where it isn't the service's own name (Service Authorization Reference).
NAMESPACES = {"bedrock-runtime": "bedrock"}
# What is allowed without an operation of the function's: who needs it.
REASONS = {
    "s3:GetObjectVersion": "GetObject of a version",
    "s3:ListBucket": "S3 else says of a deleted photo that it is forbidden",
    "sqs:ReceiveMessage": "Lambda, for the event source",
    "sqs:DeleteMessage": "Lambda, for the event source",
    "sqs:GetQueueAttributes": "Lambda, for the event source",
    "logs:CreateLogStream": "Lambda, for the log",
    "logs:PutLogEvents": "Lambda, for the log",
    "xray:PutTraceSegments": "Lambda, for traces",
    "xray:PutTelemetryRecords": "Lambda, for traces",
    "kms:Decrypt": "photos, messages and the environment under a customer's key",
    "kms:GenerateDataKey": "messages under a customer's key",
}
KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
STAGES = {"defaults": ("--stage", "dev"), "customer's key": ("--stage", "prod", "--param", f"kmsKeyArn={KEY}")}


def _statements(arguments: tuple[str, ...]) -> list[dict[str, Any]]:
    role = packaged(*arguments, dependencies=False).plain["Resources"]["ProcessRole"]["Properties"]
    assert role.keys() <= {"AssumeRolePolicyDocument", "Policies", "Tags"}
    return [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]


def _actions(statement: dict[str, Any]) -> set[str]:
    actions = statement["Action"]
    return {actions} if isinstance(actions, str) else set(actions)


@pytest.mark.parametrize("stage", STAGES)
def test_each_statement_is_needed_and_each_operation_allowed(stage: str) -> None:
    """The role's actions are those of `custom.operations`, and those that have a reason here; none is a pattern."""
    service = yaml.safe_load((ROOT / "serverless.yml").read_text(encoding="utf-8").replace("!", ""))
    operations = {
        f"{NAMESPACES.get(name, name)}:{operation}"
        for name, operations in service["custom"]["operations"].items()
        for operation in operations
    }
    allowed = set().union(*map(_actions, _statements(STAGES[stage])))
    expected = operations | REASONS.keys()
    assert allowed == (expected if stage == "customer's key" else {name for name in expected if name[:4] != "kms:"})
    assert not [action for action in allowed if "*" in action]


@pytest.mark.parametrize("stage", STAGES)
def test_each_statement_is_about_the_stacks_own(stage: str) -> None:
    """Nothing is allowed on all resources but X-Ray's two actions, which know none; no statement says NotAction."""
    for statement in _statements(STAGES[stage]):
        assert statement.keys() <= {"Effect", "Action", "Resource", "Condition"}
        assert statement["Effect"] == "Allow"
        resources = statement["Resource"]
        for resource in [resources] if isinstance(resources, str) else resources:
            assert resource != "*" or _actions(statement) == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
            assert "*" not in resource.removesuffix("/*") or resource == "*"


def test_only_lambda_takes_the_role_and_only_s3_calls_the_function() -> None:
    """The role trusts Lambda; of others, the bucket of this account alone may invoke the function."""
    resources = packaged(*STAGES["defaults"], dependencies=False).plain["Resources"]
    [trust] = resources["ProcessRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert (trust["Principal"], trust["Action"]) == ({"Service": "lambda.amazonaws.com"}, "sts:AssumeRole")
    [permission] = [each for each in resources.values() if each["Type"] == "AWS::Lambda::Permission"]
    assert permission["Properties"]["Principal"] == "s3.amazonaws.com"
    assert permission["Properties"]["SourceAccount"] == "${AWS::AccountId}"
    assert not [each for each in resources.values() if each["Type"] in ("AWS::SQS::QueuePolicy", "AWS::Lambda::Url")]
