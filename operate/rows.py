"""The table's rows, as an operator looks at them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from boto3.dynamodb.conditions import Key

from pipeline.uploads import ImageUpload

ENDED = ("completed", "needs_review", "failed")
"""The values of `processing_status` after which nothing more happens by itself."""


def image_id_of(bucket: str, key: str) -> str:
    """The image_id of an object: all its versions share it."""
    return ImageUpload(bucket=bucket, key=key, requested_at=datetime.now(UTC)).image_id


def newest(table: Any, bucket: str, key: str) -> dict[str, Any]:
    """The newest row of an object, or an empty one while there is none."""
    return next(iter(rows_of(table, image_id_of(bucket, key), most=1)), {})


def rows_of(table: Any, image_id: str, most: int = 1_000) -> list[dict[str, Any]]:
    """The rows of an image, newest first."""
    asked: dict[str, Any] = {
        "KeyConditionExpression": Key("image_id").eq(image_id),
        "ScanIndexForward": False,
        "ConsistentRead": True,
    }
    rows: list[dict[str, Any]] = []
    while len(rows) < most:
        page = table.query(**asked, Limit=most - len(rows))
        rows += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    return rows


def number(value: object) -> int | float:
    """DynamoDB's number as JSON's: the `default` for json.dumps of a row."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not a number of DynamoDB")
    return int(value) if value == value.to_integral_value() else float(value)
