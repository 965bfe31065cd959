"""What lies in the bucket, each object with its row: a stream, so that memory doesn't grow with the bucket."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC
from typing import Any

from operate.backfill_choice import Choice, Listed, Reason
from operate.batches import Patience
from pipeline.items import from_item, to_item
from pipeline.uploads import ImageUpload

WORKERS = 32
_AHEAD = 2 * WORKERS  # rows looked up before they are needed: few, so that what they say is fresh when it's acted upon
_FIELDS = ("processing_status", "dead_lettered", "started_at", "completed_at", "extractor_version", "category")


def current_versions(s3: Any, bucket: str, prefix: str, after: str | None, patience: Patience) -> Iterator[Listed]:
    """The current version of each key in the order of keys, from the one behind `after` on.

    ListObjectVersions, as no other listing says which version is the current one. A deleted object has none. Raises as
    `aws.translated`.
    """
    asked = {"Bucket": bucket, "Prefix": prefix, **({"KeyMarker": after} if after else {})}
    while True:
        page = patience.call(f"Listing s3://{bucket}/{prefix}", s3.list_object_versions, **asked)
        for version in page.get("Versions", []):
            if version["IsLatest"]:
                yield Listed(
                    key=version["Key"],
                    version_id=version["VersionId"],
                    etag=version["ETag"].strip('"'),
                    size=version["Size"],
                    modified=version["LastModified"].astimezone(UTC),
                )
        if not page.get("IsTruncated"):
            return
        asked |= {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}


class Rows:
    """Looks up rows in threads; a context, at whose end they are gone.

    One Query an object: an image's rows stand under its id, and only a Query finds them without their times. Read
    consistently, as a row that is overlooked is a photo paid for twice. `sleep` waits before another try; by default
    such a wait ends with the context.
    """

    def __init__(self, dynamodb: Any, table: str, bucket: str, sleep: Callable[[float], None] | None = None) -> None:
        self._dynamodb, self._table, self._bucket = dynamodb, table, bucket
        self._stop = threading.Event()
        self._patience = Patience(sleep or self._wait)
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="rows")

    def __enter__(self) -> "Rows":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def judged(self, objects: Iterator[Listed], choice: Choice) -> Iterator[tuple[Listed, Reason | None]]:
        """Each object with why it is left, or None if the run takes it; in their order. Raises as `aws.translated`."""
        ahead: deque[tuple[Listed, Reason | None, Future[Reason | None] | None]] = deque()
        for listed in objects:
            reason = choice.unasked(listed)
            ahead.append((listed, reason, None if reason else self._pool.submit(self._judge, listed, choice)))
            if len(ahead) == _AHEAD:
                yield _next(ahead)
        while ahead:
            yield _next(ahead)

    def _wait(self, seconds: float) -> None:
        self._stop.wait(seconds)

    def _judge(self, listed: Listed, choice: Choice) -> Reason | None:
        return choice.left(self._newest(listed, choice))

    def _newest(self, listed: Listed, choice: Choice) -> Mapping[str, Any] | None:
        """The newest row of the object's version, or None."""
        image_id = ImageUpload(bucket=self._bucket, key=listed.key, requested_at=choice.start).image_id
        asked: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "image_id = :image",
            "FilterExpression": "version_id = :version",
            "ProjectionExpression": ", ".join(_FIELDS),
            "ExpressionAttributeValues": to_item({":image": image_id, ":version": listed.version_id}),
            "ScanIndexForward": False,
            "ConsistentRead": True,
        }
        while True:
            found = self._patience.call(f"Looking up the row of {listed.key}", self._dynamodb.query, **asked)
            if found["Items"]:
                return from_item(found["Items"][0])
            if not found.get("LastEvaluatedKey"):
                return None
            asked["ExclusiveStartKey"] = found["LastEvaluatedKey"]


def _next(ahead: deque[tuple[Listed, Reason | None, Future[Reason | None] | None]]) -> tuple[Listed, Reason | None]:
    listed, reason, judging = ahead.popleft()
    return listed, judging.result() if judging else reason
