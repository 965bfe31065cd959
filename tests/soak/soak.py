"""One soak: a world drawn from a seed, run until nothing is left to happen, and its audit."""

import random
import resource
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import botocore.endpoint

from local.stack import embedded_stack
from tests.soak.audit import Report
from tests.soak.tables import MotoTables, Tables
from tests.soak.truth import Truth
from tests.soak.world import Tamper, World


@dataclass(frozen=True)
class Soaked:
    """What came of a soak: the truth, its audit, the rows, and what was measured (seconds, MB)."""

    truth: Truth
    report: Report
    rows: list[dict[str, Any]]
    seconds: float
    peak_mb: float

    @property
    def line(self) -> dict[str, float]:
        """The one line of JSON."""
        return self.report.line(self.truth, seconds=round(self.seconds, 1), peak_mb=round(self.peak_mb))


def soak(
    images: int,
    seed: int,
    *,
    progress: Callable[[str], None] = lambda _: None,
    tamper: Tamper = lambda services, _: services,
    on_moto: bool = False,
) -> Soaked:
    """Upload so many versions, and run until nothing is left to happen.

    `tamper` may break the services of every container, to show that the soak sees it. `on_moto`: DynamoDB is moto's.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(embedded_stack("http://127.0.0.1:9"))
        world = World(images, seed, tamper, MotoTables() if on_moto else Tables())
        # Botocore's retries have no other clock and no other chance to be handed.
        stack.enter_context(patch.object(botocore.endpoint, "time", SimpleNamespace(sleep=world.sleep)))
        stack.callback(random.setstate, random.getstate())
        random.seed(seed)
        world.run(images, progress)
        rows = world.rows()
        report = world.audit(rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / 1024 / (1024 if sys.platform == "darwin" else 1)
    return Soaked(world.truth, report, rows, time.monotonic() - began, megabytes)
