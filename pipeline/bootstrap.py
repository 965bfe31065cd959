"""Joins everything: settings -> Services. The only place where adapters are made."""

import random
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import boto3

from pipeline.aws import BEDROCK, QUICK, S3
from pipeline.bedrock import BedrockModels
from pipeline.bucket import S3Bucket
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from pipeline.queue import SqsRetryQueue
from pipeline.resilience import CircuitBreaker, RetryPolicy
from pipeline.services import Services
from pipeline.settings import Settings
from pipeline.store import DynamoStore


def build(settings: Settings, write_line: Callable[[str], None]) -> Services:
    """The services of one container: plugins loaded, clients ready, nothing called yet. Logs go to `write_line`.

    Raises PluginRefused for a plugin that can't be used.
    """
    session = boto3.session.Session()
    plugins = load_plugins()
    return Services(
        settings=settings,
        bucket=S3Bucket(session.client("s3", config=S3), settings.bucket, settings.max_image_bytes),
        models=BedrockModels(
            session.client("bedrock-runtime", config=BEDROCK),
            CircuitBreaker(time.monotonic),
            RetryPolicy(time.sleep, random.random),
            time.monotonic,
        ),
        store=DynamoStore(session.client("dynamodb", config=QUICK), settings.table, settings.max_paid_calls, _now),
        queue=SqsRetryQueue(
            cache(lambda: session.client("sqs", config=QUICK)),  # made when first needed
            settings.retry_queue_url,
            settings.dead_letter_queue_url,
        ),
        catalog=load_catalog(plugins, hurried=True),
        plugins=plugins,
        now=_now,
        monotonic=time.monotonic,
        sleep=time.sleep,
        random=random.random,
        new_owner=lambda: str(uuid.uuid4()),
        write_line=write_line,
    )


def _now() -> datetime:
    return datetime.now(UTC)
