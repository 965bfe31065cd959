"""The table's rows, as an operator looks at them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from boto3.dynamodb.conditions import Key

from pipeline.events import ImageUpload

ENDED = ("completed", "needs_review", "failed")
"""The values of `processing_status` after which nothing more happens by itself."""


def newest(table: Any, bucket: str, key: str) -> dict[str, Any]:
    """The newest row of an object, or an empty one while there is none."""
    image_id = ImageUpload(bucket=bucket, key=key, requested_at=datetime.now(UTC)).image_id
    found = table.query(
        KeyConditionExpression=Key("image_id").eq(image_id), ScanIndexForward=False, Limit=1, ConsistentRead=True
    )
    return dict(found["Items"][0]) if found["Items"] else {}


def number(value: object) -> int | float:
    """DynamoDB's number as JSON's: the `default` for json.dumps of a row."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not a number of DynamoDB")
    return int(value) if value == value.to_integral_value() else float(value)
