"""The bucket's events, made from the responses to uploads: moto's own lack `versionId` and `sequencer`."""

import itertools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

_NAMES = {"PutObject": "ObjectCreated:Put", "CompleteMultipartUpload": "ObjectCreated:CompleteMultipartUpload"}


def notify(s3: Any, send: Callable[[dict[str, Any]], None]) -> None:
    """Have `send` called with an S3 event for every object that is created through this client.

    It's called in the thread that uploads, when the object is there (S3 user guide, "Event message structure").
    """
    sequence = itertools.count(1)

    def remember(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["created"] = params["Bucket"], params["Key"]

    def created(
        http_response: Any, parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any
    ) -> None:
        if http_response.status_code != 200:
            return
        bucket, key = context["created"]
        version = parsed["VersionId"]
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": s3.meta.region_name,
            "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "eventName": _NAMES[model.name],
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "local",
                "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                "object": {
                    "key": quote_plus(key, safe="/"),
                    "size": s3.head_object(Bucket=bucket, Key=key, VersionId=version)["ContentLength"],
                    "eTag": parsed["ETag"].strip('"'),
                    "versionId": version,
                    "sequencer": f"{next(sequence):018X}",
                },
            },
        }
        send({"Records": [record]})

    for operation in _NAMES:
        s3.meta.events.register(f"before-parameter-build.s3.{operation}", remember)
        s3.meta.events.register(f"after-call.s3.{operation}", created)
