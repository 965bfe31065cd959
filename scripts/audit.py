"""`npm run audit`: asks the public databases for known weaknesses of every package that the locks name.

PyPI's database by way of pip-audit, npm's by `npm audit`. A database that doesn't answer is said, and is no pass. It is
no part of `npm test`, as what it says depends on the day. Exit codes: 0 none known, 1 some, 2 not all could be asked.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.lock import LOCKS

ROOT = Path(__file__).resolve().parents[1]
_LOCKS = [f"{name}.txt" for name in LOCKS]

Run = Callable[[Sequence[str]], str]


class NotAskedError(Exception):
    """A database did not answer for all packages; the message says which and what came instead."""


def weaknesses_of_python(lock: str, run: Run) -> list[str]:
    """A line for each known weakness of the lock's packages. Raises NotAskedError."""
    asked = ["-m", "pip_audit", "--requirement", lock, "--require-hashes", "--disable-pip"]
    said = run([sys.executable, *asked, "--format", "json", "--progress-spinner", "off"])
    try:
        packages = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAskedError(f"pip-audit could not ask PyPI about {lock}: {_end(said)}") from error
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if skipped or not packages:
        some = f"{len(skipped)} of the {len(packages)} packages ({', '.join(skipped[:3])} ...)"
        raise NotAskedError(f"PyPI's database doesn't answer for {some}.")
    return [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in "
        f"{', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in packages
        for weakness in package["vulns"]
    ]


def weaknesses_of_npm(run: Run) -> list[str]:
    """A line for each package of package-lock.json with a known weakness. Raises NotAskedError."""
    said = run(["npm", "audit", "--json"])
    try:
        found = json.loads(said)["vulnerabilities"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAskedError(f"npm could not ask its database: {_end(said)}") from error
    return [f"{name} {weak['range']}: {weak['severity']}" for name, weak in sorted(found.items())]


def _end(said: str) -> str:
    try:
        said = json.loads(said)["message"]
    except (ValueError, KeyError, TypeError):
        said = said.strip().rpartition("\n")[2]
    return said[-300:] or "it said nothing"


def audit(run: Run) -> int:
    """Ask all databases, and print what they say; the exit code."""
    questions = [lambda lock=lock: weaknesses_of_python(lock, run) for lock in _LOCKS] + [
        lambda: weaknesses_of_npm(run)
    ]
    codes = [_told(name, question) for name, question in zip([*_LOCKS, "package-lock.json"], questions, strict=True)]
    return 1 if 1 in codes else max(codes)


def _told(name: str, question: Callable[[], list[str]]) -> int:
    try:
        found = question()
    except NotAskedError as error:
        print(f"{name}: NOT ASKED. {error}")  # noqa: T201
        return 2
    print(f"{name}: {f'{len(found)} known weaknesses' if found else 'no known weakness'}")  # noqa: T201
    for line in found:
        print(f"  {line}")  # noqa: T201
    return 1 if found else 0


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout or done.stderr


if __name__ == "__main__":
    argparse.ArgumentParser(
        prog="npm run audit --", description="Asks the public databases for known weaknesses of what the locks name."
    ).parse_args()
    sys.exit(audit(_run))
