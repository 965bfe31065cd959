"""A boto3 client whose HTTP the test answers: botocore signs, validates and parses as ever, and nothing is sent."""

import json
from io import BytesIO
from typing import Any

import boto3
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config

URL = "https://aws.test"


class _Body(BytesIO):
    """A body as urllib3 gives it, which may break while it is read."""

    breaks: BaseException | None = None

    def read(self, *args: Any, **_: Any) -> bytes:
        if self.breaks:
            raise self.breaks
        return super().read(*args)

    def stream(self, *_args: Any, **_options: Any) -> Any:
        yield self.read()


def response(status: int, body: bytes = b"", breaks: BaseException | None = None, **headers: str) -> AWSResponse:
    """An HTTP response; an underscore in a header's name stands for a hyphen."""
    raw = _Body(body)
    raw.breaks = breaks
    return AWSResponse(URL, status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


def json_error(code: str, status: int, message: str = "by the test") -> AWSResponse:
    """An error in the form of AWS's JSON protocols: Bedrock names it in a header, SQS and DynamoDB in the body."""
    body = {"__type": f"com.amazonaws#{code}", "message": message}
    return response(status, json.dumps(body).encode(), x_amzn_errortype=f"{code}:http://internal/")


def xml_error(code: str, status: int, message: str = "by the test") -> AWSResponse:
    """An error in the form of S3."""
    return response(status, f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode())


class Answered:
    """The client of a service, answered by `script`, entry by entry; an exception in it is raised by the connection."""

    def __init__(self, service: str, config: Config) -> None:
        self.script: list[AWSResponse | BaseException] = []
        self.requests: list[AWSRequest] = []
        self.client = boto3.client(
            service,
            region_name="eu-central-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=config,
        )
        self.client.meta.events.register("before-send", self._send)

    def _send(self, request: AWSRequest, **_: Any) -> AWSResponse:
        assert self.script, "AWS was called more often than the test foresaw"
        self.requests.append(request)
        answer = self.script.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer
