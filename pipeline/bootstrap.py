"""Joins everything: settings -> Services. The only place where adapters are made."""

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
import pluggy

from pipeline.admission import Admissions, Coordination
from pipeline.aws import BEDROCK, QUICK, S3
from pipeline.bedrock import BedrockModels
from pipeline.bucket import S3Bucket
from pipeline.catalog import Catalog, load_catalog
from pipeline.coordination import DynamoCoordination
from pipeline.plugins import load_plugins
from pipeline.queue import SqsRetryQueue
from pipeline.resilience import RetryPolicy
from pipeline.services import Services
from pipeline.settings import Settings
from pipeline.store import DynamoStore


@dataclass(frozen=True, slots=True)
class Clients:
    """boto3's clients, which `aws.py` configures. SQS's is made when it's first needed."""

    s3: Any
    dynamodb: Any
    bedrock: Any
    sqs: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Time and chance: UTC time, a clock in seconds, sleep in seconds, a number in [0, 1), an owner's name."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
    new_owner: Callable[[], str] = lambda: str(uuid.uuid4())


def build(settings: Settings, write_line: Callable[[str], None]) -> Services:
    """The services of one container: plugins loaded, clients ready, nothing called yet. Logs go to `write_line`.

    Raises PluginRefused for a plugin that can't be used.
    """
    session = boto3.session.Session()
    clients = Clients(
        s3=session.client("s3", config=S3),
        dynamodb=session.client("dynamodb", config=QUICK),
        bedrock=session.client("bedrock-runtime", config=BEDROCK),
        sqs=cache(lambda: session.client("sqs", config=QUICK)),
    )
    plugins = load_plugins()
    catalog = load_catalog(plugins, hurried=True, ask_legibility=settings.ask_legibility)
    return assemble(settings, clients, Surroundings(), plugins, catalog, write_line)


def assemble(
    settings: Settings,
    clients: Clients,
    surroundings: Surroundings,
    plugins: pluggy.PluginManager,
    catalog: Catalog,
    write_line: Callable[[str], None],
) -> Services:
    """The services of one container, of parts that are handed in."""
    around = surroundings
    table = coordination(clients.dynamodb, settings.coordination_table)
    return Services(
        settings=settings,
        bucket=S3Bucket(clients.s3, settings.bucket, settings.max_image_bytes),
        models=BedrockModels(
            clients.bedrock,
            Admissions(table, around.now, settings.daily_ceiling_usd),
            RetryPolicy(around.sleep, around.random),
            around.monotonic,
            throttles_count=settings.breaker_counts_throttles,
        ),
        store=DynamoStore(clients.dynamodb, settings.table, settings.max_paid_calls, around.now),
        queue=SqsRetryQueue(clients.sqs, settings.retry_queue_url, settings.dead_letter_queue_url),
        catalog=catalog,
        plugins=plugins,
        now=around.now,
        monotonic=around.monotonic,
        sleep=around.sleep,
        random=around.random,
        new_owner=around.new_owner,
        write_line=write_line,
    )


def coordination(dynamodb: Any, table: str) -> Coordination:
    """The fleet's breaker and spend, through a boto3 DynamoDB client: for the service, and for a person's commands."""
    return DynamoCoordination(dynamodb, table)
