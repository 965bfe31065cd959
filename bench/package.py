"""What `sls package` makes, and how large its zip is."""

import shutil
import subprocess
import sys
from functools import cache

from bench.figures import ROOT, Figure, Figures

LIMIT_MB = 10.0  # what we allow ourselves; Lambda takes 50 directly


class NotPackaged(Exception):
    """There is no package to measure; the message says why."""


@cache
def packaged(architecture: str) -> bytes:
    """Return the zip that would be deployed to a function of this architecture. Raises NotPackaged."""
    osls = ROOT / "node_modules" / "osls" / "bin" / "serverless.js"
    node = shutil.which("node")
    if node is None or not osls.is_file():
        raise NotPackaged("the packager is not installed: npm ci")
    parameters = (f"architecture={architecture}", f"pythonBin={sys.executable}")
    command = [
        node,
        str(osls),
        "package",
        "--stage",
        "bench",
        *(word for each in parameters for word in ("--param", each)),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise NotPackaged(f"sls package failed: {(done.stdout + done.stderr).strip()}")
    return (ROOT / ".serverless" / "product-ocr.zip").read_bytes()


def figures(rounds: int) -> Figures:  # noqa: ARG001  # a file has one size, however often it's read
    """Report the size of each architecture's zip, or why there is none."""
    for architecture in ("arm64", "x86_64"):
        try:
            size = len(packaged(architecture)) / 1e6
        except NotPackaged as error:
            yield Figure(f"zip size, {architecture}", absent=str(error))
        else:
            yield Figure(f"zip size, {architecture}", size, "MB", LIMIT_MB, size / LIMIT_MB)
