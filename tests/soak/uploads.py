"""What is uploaded, and when; and S3's events for it: late, out of order, and a tenth of them twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from local.stack import BUCKET
from tests.soak.claude import CATEGORIES, numbered_photo
from tests.soak.scheduler import Scheduler
from tests.soak.truth import Truth, Version
from tests.wire import s3_event

SECONDS_APART = 1.5  # on average: about half of what the fleet can take
_DUPLICATES = 0.10
# How long after its first delivery an event may come again: at once, during it, after its lease, the next day.
_AGAIN_WITHIN = (0.05, 5.0, 90.0, 600.0, 24 * 3600.0)
_LATE, _LATEST = 0.05, 300.0
_ANOTHER_VERSION, _SAME_INSTANT = 0.10, 0.3


class Uploads:
    """Draws all uploads at once; each happens when its time comes."""

    def __init__(self, random: Random, scheduler: Scheduler, truth: Truth, s3: Any, start: datetime) -> None:
        self._random, self._scheduler, self._truth, self._s3, self._start = random, scheduler, truth, s3, start

    def schedule(self, images: int, deliver: Callable[[dict[str, Any]], None]) -> None:
        """Upload so many versions in the time to come; their events go to `deliver`."""
        when: list[float] = []
        for number in range(images):
            at = number * SECONDS_APART + self._random.random()
            version = self._drawn(number)
            if number and self._random.random() < _ANOTHER_VERSION:
                other = self._random.randrange(max(0, number - 30), number)
                same = self._truth.versions[other]
                version.key, version.metadata, version.category = same.key, same.metadata, same.category
                if self._random.random() < _SAME_INSTANT:
                    at = when[other]
            when.append(at)
            self._truth.versions.append(version)
            self._scheduler.after(at, partial(self._upload, version, deliver))

    def _drawn(self, number: int) -> Version:
        chance = self._random
        category = chance.choice((None, None, *CATEGORIES))
        in_folder = chance.random() < 0.5
        name = chance.choice((f"photo-{number}.jpg", f"my photo+{number} é.jpg"))
        readable = chance.random() >= 0.01
        return Version(
            number=number,
            key=f"{category}/{name}" if category and in_folder else name,
            metadata={"category": category} if category and not in_folder else {},
            category=category,
            data=numbered_photo(number) if readable else f"text {number}".encode(),
            is_image=readable,
            deleted=chance.random() < 0.005,
            deadly=chance.random() < 0.002,
            unavailable_until=chance.choice((1_800.0, float("inf"))) if chance.random() < 0.004 else 0.0,
        )

    def _upload(self, version: Version, deliver: Callable[[dict[str, Any]], None]) -> None:
        put = self._s3.put_object(Bucket=BUCKET, Key=version.key, Body=version.data, Metadata=version.metadata)
        version.version_id = put["VersionId"]
        self._truth.uploaded(version)
        if version.deleted:
            self._s3.delete_object(Bucket=BUCKET, Key=version.key, VersionId=version.version_id)
        event = s3_event(
            BUCKET,
            version.key,
            at=self._start + timedelta(seconds=self._scheduler.now),
            size=len(version.data),
            version_id=version.version_id,
            etag=put["ETag"].strip('"'),
        )
        version.story.append((self._scheduler.now, "uploaded"))
        delay = self._random.expovariate(2.0)
        if self._random.random() < _LATE:
            delay = self._random.uniform(0, _LATEST)
        delays = [delay]
        if self._random.random() < _DUPLICATES:
            delays.append(delay + self._random.uniform(0, self._random.choice(_AGAIN_WITHIN)))
        for seconds in delays:
            self._scheduler.after(seconds, partial(self._deliver, event, version, deliver))

    def _deliver(self, event: dict[str, Any], version: Version, deliver: Callable[[dict[str, Any]], None]) -> None:
        self._truth.events += 1
        version.story.append((self._scheduler.now, "event delivered"))
        deliver(event)
