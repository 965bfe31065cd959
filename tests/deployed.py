"""A session that sees deployed stages. moto's own CloudFormation would pull in a dozen more packages."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.exceptions import ClientError


class DeployedSession(boto3.Session):
    """A session whose CloudFormation knows these stacks' outputs; its other clients are as they are."""

    def __init__(self, stacks: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(region_name="us-east-1")
        self._stacks = stacks

    def client(self, service_name: str, *arguments: Any, **options: Any) -> Any:
        if service_name != "cloudformation":
            return super().client(service_name, *arguments, **options)
        return SimpleNamespace(describe_stacks=self._describe_stacks, meta=SimpleNamespace(region_name="us-east-1"))

    def _describe_stacks(self, StackName: str) -> dict[str, Any]:  # boto3's name
        if StackName not in self._stacks:
            said = {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}
            raise ClientError({"Error": said}, "DescribeStacks")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self._stacks[StackName].items()]
        return {"Stacks": [{"StackName": StackName, "Outputs": outputs}]}
