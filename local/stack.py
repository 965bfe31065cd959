"""The embedded stack: the bucket, table and queues of a deployed stage, emulated in this process by moto.

moto answers boto3 before a request leaves the process. Bedrock is the emulator on loopback, or the real one.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import boto3
from botocore.awsrequest import AWSPreparedRequest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.config import DefaultConfig

from operate.stage import defaults, session_in
from operate.upload import s3_client

BUCKET = "product-ocr-local-photos"
TABLE = "product-ocr-local-specifications"
COORDINATION_TABLE = "product-ocr-local-coordination"
OFFLINE_MODEL = "offline-reader"
_REGION = "us-east-1"
# What else has to reach AWS when Bedrock is the real one: the services that credentials come from.
_REAL = [r"https://(bedrock-runtime|sts|oidc|portal\.sso|signin)\..*amazonaws\.com"]


class StackRefusedError(Exception):
    """The stack can't be started; the message says why and what to do."""


@dataclass(frozen=True)
class Stack:
    """What stands: clients of the emulated services, the queues' URLs, and the models in the order they're asked."""

    s3: Any
    sqs: Any
    table: Any
    retry_queue_url: str
    dead_letter_queue_url: str
    region: str
    models: tuple[str, ...]


@contextmanager
def embedded_stack(bedrock_url: str | None) -> Iterator[Stack]:
    """Start the stack, and set the environment of the function for as long as it stands.

    `bedrock_url` is the Bedrock emulator's; None stands for the real Bedrock, with the real credentials and region.
    Raises StackRefusedError if there are none. S3, DynamoDB and SQS are emulated either way.
    """
    region, models = (_REGION, OFFLINE_MODEL) if bedrock_url else _real_bedrock()
    emulated: DefaultConfig = {
        "core": {
            "mock_credentials": bedrock_url is not None,
            "service_whitelist": ["s3", "dynamodb", "sqs"],
            "passthrough": {"urls": [] if bedrock_url else _REAL},
        }
    }
    with patch.dict(os.environ), mock_aws(config=emulated), _one_request_at_a_time():
        _seal(os.environ, bedrock_url, region)
        session = boto3.Session(region_name=region)
        sqs = session.client("sqs")
        retry_queue_url, dead_letter_queue_url = _queues(sqs)
        os.environ.update(
            PHOTO_BUCKET=BUCKET,
            SPECIFICATIONS_TABLE=TABLE,
            COORDINATION_TABLE=COORDINATION_TABLE,
            RETRY_QUEUE_URL=retry_queue_url,
            DEAD_LETTER_QUEUE_URL=dead_letter_queue_url,
            MODELS=models,
            STAGE="local",
        )
        yield Stack(
            s3=_bucket(session),
            sqs=sqs,
            table=_table(session),
            retry_queue_url=retry_queue_url,
            dead_letter_queue_url=dead_letter_queue_url,
            region=region,
            models=tuple(models.split(",")),
        )


def _real_bedrock() -> tuple[str, str]:
    """The region and the models to ask: $MODELS, or the defaults of serverless.yml."""
    session = session_in(None)
    if not session.get_credentials():
        raise StackRefusedError(
            "--bedrock asks the real Bedrock, and there are no AWS credentials. Give some (aws configure, "
            "AWS_PROFILE), or leave --bedrock out to use the offline reader."
        )
    if not session.region_name:
        raise StackRefusedError("--bedrock wants a region. Set AWS_REGION to one where Bedrock offers the models.")
    return session.region_name, os.environ.get("MODELS") or ",".join(defaults()["models"])


def _seal(environ: os._Environ[str], bedrock_url: str | None, region: str) -> None:
    """Keep a developer's own AWS configuration from leading a request elsewhere than meant."""
    for name in [name for name in environ if name.startswith("AWS_ENDPOINT_URL")]:
        del environ[name]
    environ.update(AWS_DEFAULT_REGION=region, AWS_REGION=region)
    if not bedrock_url:
        environ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
        return
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"):
        environ.pop(name, None)
    environ.update(
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME=bedrock_url,
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )


@contextmanager
def _one_request_at_a_time() -> Iterator[None]:
    """moto checks a condition and writes in two steps, so two threads could both win a claim: let one in at a time."""
    lock, emulate = threading.RLock(), BotocoreStubber.process_request

    def serialised(self: BotocoreStubber, request: AWSPreparedRequest) -> Any:
        with lock:
            return emulate(self, request)

    with patch.object(BotocoreStubber, "process_request", serialised):
        yield


def _bucket(session: boto3.Session) -> Any:
    s3 = s3_client(session)
    elsewhere = {} if session.region_name == _REGION else {"LocationConstraint": session.region_name}
    s3.create_bucket(Bucket=BUCKET, **({"CreateBucketConfiguration": elsewhere} if elsewhere else {}))
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    return s3


def _table(session: boto3.Session) -> Any:
    session.client("dynamodb").create_table(
        TableName=COORDINATION_TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
    )
    return session.resource("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("image_id"),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("image_id", "processing_timestamp", "category", "open_status")
        ],
        GlobalSecondaryIndexes=[
            {"IndexName": name, "KeySchema": _keys(attribute), "Projection": {"ProjectionType": "ALL"}}
            for name, attribute in (("by_category", "category"), ("by_status", "open_status"))
        ],
    )


def _keys(hash_key: str) -> list[Mapping[str, str]]:
    ranged = {"AttributeName": "processing_timestamp", "KeyType": "RANGE"}
    return [{"AttributeName": hash_key, "KeyType": "HASH"}, ranged]


def _queues(sqs: Any) -> tuple[str, str]:
    """The retry queue and the dead-letter queue that it gives up to."""
    dead = sqs.create_queue(QueueName="product-ocr-local-dead-letter")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 5}}'
    attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": "1800"}
    return sqs.create_queue(QueueName="product-ocr-local-retry", Attributes=attributes)["QueueUrl"], dead
