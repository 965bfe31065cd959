"""A figure, the median of pairs, and work in fresh processes."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Figure:
    """One line of the bench. `against` is the reference's value; `absent` says why there is no value."""

    figure: str
    value: float | None = None
    unit: str | None = None
    against: float | None = None
    ratio: float | None = None
    absent: str | None = None

    def as_json(self) -> str:
        """The line, with at most 3 decimals."""
        shown = {key: round(each, 3) if isinstance(each, float) else each for key, each in vars(self).items()}
        if self.absent is None:
            del shown["absent"]
        return json.dumps(shown)


def paired(figure: str, unit: str, ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    """Return the figure of measurements that were taken in turns: medians, and the median of each pair's ratio."""
    ratio = median(mine / other for mine, other in zip(ours, theirs, strict=True))
    return Figure(figure, median(ours), unit, median(theirs), ratio)


def in_turns(rounds: int, ours: Callable[[], float], theirs: Callable[[], float]) -> tuple[list[float], list[float]]:
    """Return what both measure in `rounds` rounds; who goes first changes, so that neither always finds warm caches."""
    measured: tuple[list[float], list[float]] = ([], [])
    for each in range(rounds):
        for who in (0, 1) if each % 2 == 0 else (1, 0):
            measured[who].append((ours, theirs)[who]())
    return measured


def child(module: str, *arguments: str) -> Any:
    """Return what `python -m module arguments` prints as JSON. Raises CalledProcessError if it fails."""
    command = [sys.executable, "-m", module, *arguments]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout)  # noqa: S603


def child_cpu_ms(code: str, environ: dict[str, str]) -> float:
    """Return the CPU milliseconds of a whole Python process that runs `code`. Raises CalledProcessError if it fails.

    It sees Python's own library, and what the code adds to `sys.path`: no installed packages, no current folder.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-I", "-S", "-c", code], env=environ, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


Figures = Iterator[Figure]
