"""All parts of one soak, joined; and what people do meanwhile."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import boto3

import handler
from pipeline import logs
from pipeline.aws import BEDROCK, QUICK, S3
from pipeline.bootstrap import Clients, Surroundings, assemble
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from pipeline.services import Services
from pipeline.settings import Settings
from tests.soak.audit import Report, audit
from tests.soak.claude import Claude
from tests.soak.cloud import Cloud
from tests.soak.fleet import Fleet
from tests.soak.queues import Queue
from tests.soak.runs import RUN, Container
from tests.soak.scheduler import Scheduler
from tests.soak.tables import MotoTables, Tables
from tests.soak.truth import Truth
from tests.soak.uploads import SECONDS_APART, Uploads
from tests.soak.weather import Weather

MODELS = ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", "global.anthropic.claude-sonnet-4-6")
# Shorter than the three days of a deployment, so that giving up happens here too.
_PATIENCE = 2 * 3600
_STORMY_AFTERWARDS = 600.0  # seconds that the weather stays bad after the last upload
_REDRIVE_AFTER = 12 * 3600.0  # seconds after which a person puts back what was given up
_SECONDS_BETWEEN_PROGRESS = 5.0  # of real time
_DOLLARS_AN_IMAGE = 0.006  # what they cost on average

Tamper = Callable[[Services, Clients], Services]


class World:
    """All parts of one soak, each with a chance of its own, so that one part's draws don't change another's."""

    def __init__(self, images: int, seed: int, tamper: Tamper, tables: Tables | MotoTables) -> None:
        self.scheduler, self.truth, self._tables = Scheduler(), Truth(), tables
        parts = ("uploads", "weather", "claude", "fleet", "queues", "code")
        chance = {part: Random(f"{seed} {part}") for part in parts}
        self._chance, self._tamper = chance["code"], tamper
        # Of ten images, six may be paid in a day, and midnight comes after the seventh.
        duration = images * SECONDS_APART
        self.start = datetime(2026, 11, 24, tzinfo=UTC) - timedelta(seconds=duration * 0.7)
        ceiling = _DOLLARS_AN_IMAGE * images * 0.6
        self._settings = replace(
            Settings.from_env(os.environ),
            models=MODELS,
            category_models=MODELS,
            retry_age_limit=_PATIENCE,
            daily_ceiling_usd=ceiling,
        )
        self._dead_letters = Queue(self.scheduler, chance["queues"])
        retry_queue = Queue(self.scheduler, chance["queues"], dead_letters=self._dead_letters)
        queues = {
            self._settings.retry_queue_url: retry_queue,
            self._settings.dead_letter_queue_url: self._dead_letters,
        }
        self._retry_queue = retry_queue
        self._weather = Weather(chance["weather"], duration + _STORMY_AFTERWARDS)
        cloud = Cloud(self._settings, self._weather, tables, queues, Claude(chance["claude"], self.truth))
        session = boto3.Session()
        sqs = cloud.connect(session.client("sqs", config=QUICK))
        self._clients = Clients(
            s3=cloud.connect(session.client("s3", config=S3)),
            dynamodb=cloud.connect(session.client("dynamodb", config=QUICK)),
            bedrock=cloud.connect(session.client("bedrock-runtime", config=BEDROCK)),
            sqs=lambda: sqs,
        )
        self._plugins = load_plugins()
        self._catalog = load_catalog(self._plugins, hurried=True)
        self._fleet = Fleet(
            self.scheduler,
            chance["fleet"],
            self.truth,
            retry_queue,
            self._dead_letters,
            handler.handle,
            self._equip,
        )
        self._uploads = Uploads(chance["uploads"], self.scheduler, self.truth, session.client("s3"), self.start)
        logs.configure("INFO", lambda _: None)

    def run(self, images: int, progress: Callable[[str], None]) -> None:
        """From the first upload until nothing is left to happen."""
        shown_at = time.monotonic()

        def meanwhile() -> None:
            nonlocal shown_at
            if time.monotonic() - shown_at > _SECONDS_BETWEEN_PROGRESS:
                shown_at = time.monotonic()
                truth, hours = self.truth, self.scheduler.now / 3600
                progress(f"{len(truth.by_id)} of {images} uploaded, {truth.invocations} invocations, {hours:.1f} hours")

        self._uploads.schedule(images, self._fleet.invoke)
        self.scheduler.after(self._weather.calm_from, self._lift_ceiling)
        self.scheduler.after(self._weather.calm_from + _REDRIVE_AFTER, self._redrive)
        self.scheduler.run(meanwhile)

    def rows(self) -> list[dict[str, Any]]:
        """All rows as they stand."""
        return self._tables.rows(self._settings.table)

    def audit(self, rows: list[dict[str, Any]]) -> Report:
        """Where everything is now."""
        dead = [message.body for message in self._dead_letters.messages.values()]
        return audit(self.truth, rows, self._fleet.waiting(), dead, self._settings.max_paid_calls)

    def sleep(self, seconds: float) -> None:
        """What the code of an invocation sleeps, botocore's included."""
        run = RUN.get()
        if self._weather.kill(self.scheduler.now):
            run.die("killed while it slept")
        run.wait(seconds)

    def _equip(self, container: Container) -> Services:
        numbers = iter(range(10**9))
        surroundings = Surroundings(
            now=lambda: self.start + timedelta(seconds=self.scheduler.now + container.skew),
            monotonic=lambda: self.scheduler.now,
            sleep=self.sleep,
            random=self._chance.random,
            new_owner=lambda: f"{container.name}-{next(numbers)}",
        )
        services = assemble(self._settings, self._clients, surroundings, self._plugins, self._catalog, lambda _: None)
        return self._tamper(services, self._clients)

    def _lift_ceiling(self) -> None:
        """A person deploys the function anew, without a ceiling."""
        self._settings = replace(self._settings, daily_ceiling_usd=None)
        self._fleet.redeploy()

    def _redrive(self) -> None:
        """A person puts all dead letters back, as they are (SQS `StartMessageMoveTask`)."""
        for message in list(self._dead_letters.messages.values()):
            self._dead_letters.delete(message)
            self._retry_queue.send(message.body)
