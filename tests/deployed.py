"""A session that sees deployed stages. moto's own CloudFormation would pull in a dozen more packages."""

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
