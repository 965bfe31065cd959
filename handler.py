"""The Lambda function: records in, one story each; raises or returns only when all of them are finished."""

import os
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import structlog

from pipeline import logs
from pipeline.bootstrap import build
from pipeline.deliveries import Delivery
from pipeline.errors import ServiceMisconfigured
from pipeline.events import Ignored, body_of, is_queue_event, records_in
from pipeline.process import process
from pipeline.services import Invocation, Services
from pipeline.settings import Settings


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any] | None:
    """What Lambda calls, with an event of S3 or SQS; `handle` says what comes of it."""
    invocation = Invocation(context.aws_request_id, lambda: context.get_remaining_time_in_millis() / 1000)
    return handle(event, services(), invocation)


def handle(event: Mapping[str, Any], services: Services, invocation: Invocation) -> dict[str, Any] | None:
    """Process every image that the event names.

    An SQS batch answers with the messages that failed (`batchItemFailures`, Lambda developer guide, "Reporting batch
    item failures"). Any other event raises if a record failed, an ExceptionGroup if several did: Lambda tries again,
    when what has succeeded is a duplicate, and then keeps the event in the dead letter queue.
    """
    if is_queue_event(event):
        failed = [message for message in event["Records"] if list(_failures(body_of(message), services, invocation))]
        return {"batchItemFailures": [{"itemIdentifier": message["messageId"]} for message in failed]}
    failures = list(_failures(event, services, invocation))
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ExceptionGroup(f"{len(failures)} records of this event failed", failures)
    return None


def _failures(event: Any, services: Services, invocation: Invocation) -> Iterator[Exception]:
    """Process each record; what one raises is kept until its neighbours are finished."""
    log = structlog.get_logger().bind(request_id=invocation.request_id)
    for record in records_in(event):
        try:
            if isinstance(record, Delivery):
                process(record, services, invocation)
            elif isinstance(record, Ignored):
                log.info("record.ignored", reason=str(record))
            else:
                raise ServiceMisconfigured(f"This record can't be understood: {record}")
        except Exception as error:
            log.error("record.failed", error=str(error), exc_info=error)
            yield error


@cache
def services() -> Services:
    """What this container works with, made at its first invocation from the function's environment."""
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level, _write_line)
    return build(settings, _write_line)


def _write_line(line: str) -> None:
    # One write a line, so that two threads' lines never mix.
    sys.stdout.write(f"{line}\n")
