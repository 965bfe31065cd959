"""The retry queue, and the dead letter queue where people look."""

import json
import math
from collections.abc import Callable
from typing import Any

from pipeline.aws import calling
from pipeline.deliveries import Delivery, retry_message
from pipeline.errors import OcrError

_LONGEST_DELAY = 900  # seconds; SQS developer guide, "Message timers"


class SqsRetryQueue:
    """Both queues, through the boto3 SQS client that `connect` gives. Not asked before it is needed."""

    def __init__(self, connect: Callable[[], Any], retry_queue_url: str, dead_letter_queue_url: str) -> None:
        self._connect = connect
        self._retry_queue_url = retry_queue_url
        self._dead_letter_queue_url = dead_letter_queue_url

    def put_back(self, delivery: Delivery, delay: float) -> None:
        """Deliver again after `delay` seconds, at most 900. Raises as `aws.calling`."""
        seconds = min(_LONGEST_DELAY, math.ceil(delay))
        self._send(self._retry_queue_url, retry_message(delivery), "retry queue", delivery, DelaySeconds=seconds)

    def bury(self, delivery: Delivery, error: OcrError) -> None:
        """Lay the delivery into the dead letter queue, with the reason. Raises as `aws.calling`."""
        body = {**retry_message(delivery), "reason": {"code": error.code, "message": str(error)}}
        self._send(self._dead_letter_queue_url, body, "dead letter queue", delivery)

    def _send(self, url: str, body: dict[str, Any], name: str, delivery: Delivery, **options: Any) -> None:
        upload = delivery.upload
        with calling(f"Sending s3://{upload.bucket}/{upload.key} to the {name}"):
            self._connect().send_message(QueueUrl=url, MessageBody=json.dumps(body), **options)
