"""Events and answers in the form that S3, SQS and Bedrock give them. The answers are authored, none is recorded."""

import itertools
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import quote_plus

from PIL import Image, ImageDraw

_sequence = itertools.count(1)


@cache
def a_photo(width: int = 320, height: int = 240, form: str = "JPEG") -> bytes:
    """A small picture of a label, `width` x `height` pixels."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).text((20, 20), "Plum jam 340 g", fill="black")
    encoded = BytesIO()
    image.save(encoded, form)
    return encoded.getvalue()


def s3_record(bucket: str, key: str, *, at: datetime, size: int, version_id: str | None, etag: str) -> dict[str, Any]:
    """One record of an S3 event (S3 user guide, "Event message structure")."""
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "photos",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {
                "key": quote_plus(key, safe="/"),
                "size": size,
                "eTag": etag,
                **({"versionId": version_id} if version_id else {}),
                "sequencer": f"{next(_sequence):016X}",
            },
        },
    }


def s3_event(bucket: str, key: str, **what: Any) -> dict[str, Any]:
    """An S3 event of one record."""
    return {"Records": [s3_record(bucket, key, **what)]}


def sqs_event(*bodies: str) -> dict[str, Any]:
    """The batch of messages that Lambda's event source hands over; the first has the id `message-0`."""
    return {
        "Records": [
            {
                "messageId": f"message-{index}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:retry",
                "awsRegion": "us-east-1",
            }
            for index, body in enumerate(bodies)
        ]
    }


def message(content: list[dict[str, Any]], stop_reason: str = "tool_use", **usage: int) -> dict[str, Any]:
    """An answer of Claude as InvokeModel gives it."""
    return {
        "id": "msg_bdrk_01AuthoredByHand",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-6",
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 1000, "output_tokens": 100, **usage},
    }


def calls(tool: str, given: Any, stop_reason: str = "tool_use") -> dict[str, Any]:
    """An answer that calls a tool."""
    return message([{"type": "tool_use", "id": "toolu_bdrk_01Authored", "name": tool, "input": given}], stop_reason)


def chooses(category: str) -> dict[str, Any]:
    """An answer that chooses a category."""
    return calls("choose_category", {"category": category})


def records(
    category: str, specifications: Any = None, stop_reason: str = "tool_use", **envelope: Any
) -> dict[str, Any]:
    """An answer that records a product, a plum jam unless said otherwise."""
    given = {"product_name": "Plum jam", "brand": "Orchard Lane", **envelope}
    given["specifications"] = {} if specifications is None else specifications
    return calls(f"record_{category}", given, stop_reason)


JAM = {"net_content": {"value": 340, "unit": "g"}, "gtin": "2012345678903"}


def prose(text: str, stop_reason: str = "end_turn") -> dict[str, Any]:
    """An answer in words instead of a tool call."""
    return message([{"type": "text", "text": text}], stop_reason)
