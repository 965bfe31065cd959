"""Who may put photos: an IAM user with that one permission, under the bucket's policy."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.e2e.stage import Stage
from tests.wire import a_photo

USER = "uploader"


@pytest.fixture(scope="module")
def uploader(stage: Stage) -> Iterator[Any]:
    """S3 for a user who may put objects into the bucket, and nothing else."""
    iam = stage.aws.client("iam")
    iam.create_user(UserName=USER)
    allow = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{stage.bucket}/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_user_policy(UserName=USER, PolicyName="put", PolicyDocument=document)
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    who = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    yield boto3.client("s3", **{**stage.aws.options, **who})
    iam.delete_access_key(UserName=USER, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=USER, PolicyName="put")
    iam.delete_user(UserName=USER)


def test_putting_is_all_that_it_takes(stage: Stage, uploader: Any) -> None:
    """Who may put objects gets rows for them, and may not even read the photos back."""
    uploader.put_object(Bucket=stage.bucket, Key="grocery/uploaded.jpg", Body=a_photo())
    assert stage.ended("grocery/uploaded.jpg")["processing_status"] == "completed"
    with pytest.raises(ClientError, match="AccessDenied"):
        uploader.get_object(Bucket=stage.bucket, Key="grocery/uploaded.jpg")


def test_other_encryption_is_refused(stage: Stage, uploader: Any) -> None:
    """An upload that asks for another encryption than the bucket's is refused."""
    with pytest.raises(ClientError, match="AccessDenied"):
        uploader.put_object(Bucket=stage.bucket, Key="a.jpg", Body=a_photo(), ServerSideEncryption="AES256")
