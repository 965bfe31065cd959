"""What a deployed stage is called: the outputs of its CloudFormation stack, `product-ocr-STAGE`."""

from typing import Any

from botocore.exceptions import ClientError


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
            "or name the region where it is (AWS_REGION)."
        ) from error
    for found in described.get("Outputs", []):
        if found["OutputKey"] == name:
            return str(found["OutputValue"])
    raise StageUnknownError(f"The stack {stack} has no output {name}. Deploy it again: npx sls deploy --stage {stage}")
