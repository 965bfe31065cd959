"""A deployed stage: its name, from the outputs of its CloudFormation stack `product-ocr-STAGE`; and how it is set."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import yaml
from botocore.exceptions import ClientError

from pipeline.errors import ServiceMisconfigured
from pipeline.settings import Settings

_SERVERLESS = Path(__file__).resolve().parent.parent / "serverless.yml"


def defaults() -> Mapping[str, Any]:
    """The parameters that every stage has unless it says otherwise: `params.default` of serverless.yml, as text."""
    # BaseLoader makes text of everything and objects of nothing: it reads past CloudFormation's own tags.
    service = yaml.load(_SERVERLESS.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    found: Mapping[str, Any] = service["params"]["default"]
    return found


def session_in(region: str | None, fallback: str | None = None) -> boto3.Session:
    """A session in the region given, else AWS_REGION's, else boto3's own, else the fallback.

    boto3 itself reads AWS_DEFAULT_REGION and the profile, and not AWS_REGION, which the other SDKs and Lambda use.
    """
    session = boto3.Session(region_name=region or os.environ.get("AWS_REGION") or None)
    return session if session.region_name else boto3.Session(region_name=fallback)


def add_stage(command: argparse.ArgumentParser) -> None:
    """The options of a command about one deployed stage: `--stage` and `--region`."""
    command.add_argument("--stage", required=True, help="the deployed stage")
    add_region(command)


def add_region(command: argparse.ArgumentParser) -> None:
    """The option `--region`, by which `__main__` makes the session that the command is handed."""
    command.add_argument("--region", help="the AWS region (default: AWS_REGION, your profile's, serverless.yml's)")


class StageUnknownError(Exception):
    """The stage can't be resolved; the message says why and what to do."""


def output(cloudformation: Any, stage: str, name: str) -> str:
    """The value of the stack output `name` (`PhotoBucketName`, `SpecificationsTableName`) of a deployed stage.

    Raises StageUnknownError for a stage that isn't deployed in this account and region, or lacks the output.
    """
    stack = f"product-ocr-{stage}"
    region = cloudformation.meta.region_name
    try:
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise StageUnknownError(
            f"There is no stack {stack} in {region}. Deploy it (npx sls deploy --stage {stage}), "
            "or name the region where it is (--region)."
        ) from error
    for found in described.get("Outputs", []):
        if found["OutputKey"] == name:
            return str(found["OutputValue"])
    raise StageUnknownError(f"The stack {stack} has no output {name}. Deploy it again: npx sls deploy --stage {stage}")


def settings(function: Any, stage: str) -> Settings:
    """What a deployed stage's function is told, by its environment; `function` is a boto3 Lambda client.

    Raises StageUnknownError for a stage that isn't deployed in this account and region, or by another version of this
    repository, and where nobody may read the environment.
    """
    name, region = f"product-ocr-{stage}-process", function.meta.region_name
    try:
        described = function.get_function_configuration(FunctionName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        raise StageUnknownError(
            f"There is no function {name} in {region}. Deploy it (npx sls deploy --stage {stage}), "
            "or name the region where it is (--region)."
        ) from error
    environment = described.get("Environment", {})
    if said := environment.get("Error"):  # a customer key, that the caller may not use
        raise StageUnknownError(f"The environment of {name} can't be read: {said.get('Message')}")
    try:
        return Settings.from_env(environment.get("Variables", {}))
    except ServiceMisconfigured as error:
        raise StageUnknownError(
            f"{name} was deployed by another version of this repository: {error} "
            f"Deploy it again: npx sls deploy --stage {stage}"
        ) from error
