"""What all adapters share: how AWS is called, and what its errors mean in the exception tree."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)
from urllib3.exceptions import HTTPError

from pipeline.errors import OcrError, ServiceFault, ServiceMisconfigured, Throttled

# Botocore owns the retries of these. A photo of 50 MB takes its time; a row or a message is written at once or not, and
# when an answer has just been paid for, both must still fit into what is left of the invocation.
S3 = Config(connect_timeout=3, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 4})
QUICK = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
# A forced tool call of 4,096 tokens takes well under a minute. A read timeout may have been paid, so nobody repeats it
# at once; the other retries are the Bedrock adapter's own, hence one attempt here.
BEDROCK_READ_TIMEOUT = 100
BEDROCK = Config(
    connect_timeout=5, read_timeout=BEDROCK_READ_TIMEOUT, retries={"mode": "standard", "total_max_attempts": 1}
)

# As S3, DynamoDB, SQS and, through them, KMS say it (botocore's service models).
_THROTTLES = frozenset(
    {
        "KMS.ThrottlingException",
        "KmsThrottled",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "TransactionConflictException",
    }
)
# S3's 400 for a connection that stood still; DynamoDB's for a write that met one in another region.
_PASSING_CODES = frozenset({"RequestTimeout", "ReplicatedWriteConflictException"})
# Of what botocore itself raises, this may go well the next time; the rest is a fault of ours.
_PASSING = (
    *(ConnectionError, CredentialRetrievalError, FlexibleChecksumError, HTTPClientError, IncompleteReadError),
    HTTPError,
)
# What a call, and reading the body that it answers, can raise: botocore translates only some of urllib3's errors there.
Failure: TypeAlias = ClientError | BotoCoreError | HTTPError
FAILURES = (ClientError, BotoCoreError, HTTPError)


@contextmanager
def calling(what: str) -> Iterator[None]:
    """Call AWS inside: botocore's errors come out as ours, beginning with `what` ("Reading s3://...")."""
    try:
        yield
    except FAILURES as error:
        raise translated(error, what) from error


def translated(error: Failure, what: str) -> OcrError:
    """The error of the tree that this is: Throttled, ServiceFault (5xx, no connection) or ServiceMisconfigured."""
    sentence = f"{what} failed: {error}"
    if isinstance(error, ClientError):
        if code_of(error) in _THROTTLES or status_of(error) == 429:
            return Throttled(sentence)
        if status_of(error) >= 500 or code_of(error) in _PASSING_CODES:
            return ServiceFault(sentence)
        return ServiceMisconfigured(sentence)
    return ServiceFault(sentence) if isinstance(error, _PASSING) else ServiceMisconfigured(sentence)


def code_of(error: ClientError) -> str:
    """AWS's word for the error, such as `NoSuchKey`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def status_of(error: ClientError) -> int:
    """The HTTP status of the response, 0 if it had none."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
