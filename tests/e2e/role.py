"""The function's role on the emulated AWS: what it may do, and what becomes of it when a statement is taken away."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any

from local.refusals import Refusal
from tests.e2e.bedrock import MODEL

_REGION, _ACCOUNT = "us-east-1", "000000000000"
_PROFILE = f"arn:aws:bedrock:{_REGION}:{_ACCOUNT}:inference-profile/{MODEL}"
_FOUNDATION = f"foundation-model/{MODEL.removeprefix('global.')}"
# What a call of a global profile is checked for (Bedrock user guide, global cross-region inference): all three.
_ASKED_OF_BEDROCK = [
    (_PROFILE, {"aws:RequestedRegion": _REGION}),
    (
        f"arn:aws:bedrock:{_REGION}::{_FOUNDATION}",
        {"aws:RequestedRegion": _REGION, "bedrock:InferenceProfileArn": _PROFILE},
    ),
    (
        f"arn:aws:bedrock:::{_FOUNDATION}",
        {"aws:RequestedRegion": "unspecified", "bedrock:InferenceProfileArn": _PROFILE},
    ),
]


class Role:
    """A role with inline policies, through the API of IAM."""

    def __init__(self, iam: Any, name: str) -> None:
        self._iam, self._name = iam, name

    def statements(self) -> list[tuple[str, int]]:
        """The statements that it has, each as its policy's name and its place there."""
        names = self._iam.list_role_policies(RoleName=self._name)["PolicyNames"]
        return [(name, place) for name in names for place in range(len(self._policy(name)))]

    @contextmanager
    def without(self, policy: str, place: int) -> Iterator[None]:
        """The role without one statement, until the end of `with`."""
        whole = self._policy(policy)
        self._put(policy, whole[:place] + whole[place + 1 :])
        try:
            yield
        finally:
            self._put(policy, whole)

    def may_ask_bedrock(self) -> None:
        """Raise Bedrock's AccessDeniedException if the role may not call the model.

        The emulated AWS knows no inference profiles, so this does what Bedrock does.
        """
        statements = self._policy("models")
        for resource, context in _ASKED_OF_BEDROCK:
            if not any(_allows(statement, resource, context) for statement in statements):
                said = f"is not authorized to perform: bedrock:InvokeModel on resource: {resource}"
                raise Refusal(403, "AccessDeniedException", f"User: {self._name} {said}")

    def _policy(self, name: str) -> list[dict[str, Any]]:
        try:
            found = self._iam.get_role_policy(RoleName=self._name, PolicyName=name)
        except self._iam.exceptions.NoSuchEntityException:  # its only statement was taken away
            return []
        statements: list[dict[str, Any]] = found["PolicyDocument"]["Statement"]
        return statements

    def _put(self, name: str, statements: list[dict[str, Any]]) -> None:
        if not statements:
            self._iam.delete_role_policy(RoleName=self._name, PolicyName=name)
            return
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self._iam.put_role_policy(RoleName=self._name, PolicyName=name, PolicyDocument=document)


def _allows(statement: Mapping[str, Any], resource: str, context: Mapping[str, str]) -> bool:
    conditions = statement.get("Condition", {}).get("StringEquals", {})
    return (
        statement["Effect"] == "Allow"
        and statement["Action"] == "bedrock:InvokeModel"
        and fnmatchcase(resource, statement["Resource"])
        and all(context.get(name) == value for name, value in conditions.items())
    )
