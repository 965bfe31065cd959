"""A session that sees deployed stages. moto's own CloudFormation would pull in a dozen more packages."""

import os
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.exceptions import ClientError

_META = SimpleNamespace(region_name="us-east-1")


class DeployedSession(boto3.Session):
    """A session whose CloudFormation knows these stacks' outputs, and whose Lambda these functions' environments.

    Its other clients are as they are.
    """

    def __init__(
        self, stacks: Mapping[str, Mapping[str, str]], functions: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        super().__init__(region_name="us-east-1")
        self._stacks = stacks
        self._functions = functions or {}

    def client(self, service_name: str, *arguments: Any, **options: Any) -> Any:
        if service_name == "cloudformation":
            return SimpleNamespace(describe_stacks=self._describe_stacks, meta=_META)
        if service_name == "lambda":
            return SimpleNamespace(get_function_configuration=self._get_function_configuration, meta=_META)
        return super().client(service_name, *arguments, **options)

    def _describe_stacks(self, StackName: str) -> dict[str, Any]:  # boto3's name
        if StackName not in self._stacks:
            said = {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}
            raise ClientError({"Error": said}, "DescribeStacks")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self._stacks[StackName].items()]
        return {"Stacks": [{"StackName": StackName, "Outputs": outputs}]}

    def _get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # boto3's name
        if FunctionName not in self._functions:
            said = {"Code": "ResourceNotFoundException", "Message": f"Function not found: {FunctionName}"}
            raise ClientError({"Error": said}, "GetFunctionConfiguration")
        return {"FunctionName": FunctionName, "Environment": {"Variables": dict(self._functions[FunctionName])}}


class DeployedStage(DeployedSession):
    """A deployed stage: what Lambda and CloudWatch say of it is what the test sets.

    `environment` is added to the function's, which is this process's.
    """

    def __init__(self, **environment: str) -> None:
        super().__init__({}, {"product-ocr-dev-process": {**os.environ, **environment}})
        self.reserved: int | None = None
        self.trigger: dict[str, Any] = {"State": "Enabled", "ScalingConfig": {"MaximumConcurrency": 5}}
        self.in_alarm: list[str] = []
        self.refused: set[str] = set()

    def client(self, service_name: str, *arguments: Any, **options: Any) -> Any:
        if service_name in self.refused:
            return SimpleNamespace(describe_alarms=self._refuse)
        if service_name == "cloudwatch":
            return SimpleNamespace(describe_alarms=self._describe_alarms)
        client = super().client(service_name, *arguments, **options)
        if service_name == "lambda":
            told = {} if self.reserved is None else {"ReservedConcurrentExecutions": self.reserved}
            client.get_function_concurrency = lambda FunctionName: told  # noqa: ARG005
            client.list_event_source_mappings = lambda FunctionName: {  # noqa: ARG005
                "EventSourceMappings": [self.trigger] if self.trigger else []
            }
        return client

    def _describe_alarms(self, AlarmNamePrefix: str, StateValue: str) -> dict[str, Any]:
        assert StateValue == "ALARM"
        return {"MetricAlarms": [{"AlarmName": f"{AlarmNamePrefix}{name}"} for name in self.in_alarm]}

    def _refuse(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeAlarms")
