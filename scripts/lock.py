"""`npm run lock`: from each requirements*.in, which people write, the requirements*.txt that pip installs, with hashes.

A lock holds every package for each Python from 3.11 up, each system and each processor, so that one file does for all
machines. What a lock has is kept unless its .in asks for another version; `npm run lock -- --upgrade` takes the newest
that the .in files allow. It names no package index: that is for the machine to know.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
# Each with the one that it builds upon: what is in that isn't repeated.
LOCKS = {
    "requirements": None,
    "requirements-local": "requirements",
    "requirements-dev": "requirements-local",
    "requirements-checkov": None,
    "requirements-ministack": None,
}


def lock(name: str, options: list[str]) -> str:
    """The text of a lock. Raises CalledProcessError if there is none that fits; uv has said why by then."""
    base = LOCKS[name]
    with TemporaryDirectory() as folder:
        made = Path(folder) / "requirements.txt"
        kept = [line for each in (name, base) if each for line in pinned(each)]
        made.write_text("\n".join(kept) + "\n", encoding="utf-8")  # uv keeps the versions that it finds there
        asked = ["uv", "pip", "compile", f"{name}.in", "--universal", "--python-version", "3.11", "--generate-hashes"]
        plain = ["--no-header", "--no-annotate", "--quiet", "--output-file", str(made)]
        subprocess.run(  # noqa: S603  # the locker that requirements-dev.txt pins
            [sys.executable, "-m", *asked, *plain, *options], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        # One line a package: serverless-python-requirements takes a line that begins with -- for an option.
        text = re.sub(r" *\\\n *", " ", made.read_text(encoding="utf-8"))
    there = set(pinned(base)) if base else set()
    lines = [f"# Made of {name}.in by `npm run lock`: change that.", *([f"-r {base}.txt"] if base else [])]
    return "\n".join([*lines, *(line for line in text.splitlines() if line not in there)]) + "\n"


def pinned(name: str) -> list[str]:
    """The packages of a lock and of those that it builds upon, each a line; none if there is no lock yet."""
    path, base = ROOT / f"{name}.txt", LOCKS[name]
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [*(pinned(base) if base else ()), *(line for line in lines if re.match(r"[\w.-]+==", line))]


def main(options: list[str]) -> int:
    """Write all locks; the exit code."""
    parser = argparse.ArgumentParser(prog="npm run lock --", description="requirements*.txt from requirements*.in.")
    parser.add_argument("--upgrade", action="store_true", help="the newest versions that the .in files allow")
    options = ["--upgrade"] if parser.parse_args(options).upgrade else []
    for name in LOCKS:
        try:
            (ROOT / f"{name}.txt").write_text(lock(name, options), encoding="utf-8")
        except subprocess.CalledProcessError as failed:
            print(f"{name}.txt stays as it was: uv can't lock {name}.in (above it says why).", file=sys.stderr)  # noqa: T201
            return failed.returncode
        print(f"{name}.txt: {len(pinned(name))} packages")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
