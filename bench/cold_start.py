"""handler.py in a fresh process until its clients are ready, against plain boto3 making three clients."""

import io
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZipFile

from bench.figures import ROOT, Figure, Figures, child_cpu_ms, in_turns, paired
from bench.package import NotPackaged, packaged

# What a function is told; nothing is sent to anybody.
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "PHOTO_BUCKET": "photos",
    "SPECIFICATIONS_TABLE": "specifications",
    "COORDINATION_TABLE": "coordination",
    "RETRY_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/retry",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/dead",
    "MODELS": "global.anthropic.claude-sonnet-4-6",
    "STAGE": "bench",
}

# An event without records goes all the way through the handler, and asks nothing of AWS.
OURS = """
from handler import handler

class Context:
    aws_request_id = "bench"

    def get_remaining_time_in_millis(self):
        return 300_000

handler({"Records": []}, Context())
"""

PLAIN = """
import boto3

for service in ("s3", "dynamodb", "bedrock-runtime"):
    boto3.client(service)
"""

# structlog imports rich where it finds it. It is a developer's tool: on Lambda there is none.
WITHOUT_RICH = 'sys.modules["rich"] = None\n'

INSTALLED = Path(sysconfig.get_path("purelib"))
PLAIN_PACKAGES = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")


def seeing(folders: Iterable[Path], *, writable: bool) -> str:
    """Return the first line of a child that sees these folders; `writable`: it may leave bytecode there."""
    return f"import sys; sys.path += {[str(each) for each in folders]}; sys.dont_write_bytecode = {not writable}\n"


def figures(rounds: int) -> Figures:
    """Measure whole processes in turns, by the CPU time that they take: as the code stands here, and as it's packed.

    Here, as in plain boto3, botocore reads all that it knows of the three services; the package holds what is called of
    it. What pip installs has bytecode, like the package; a zip of boto3 that nobody compiled has none, and Lambda's
    disk keeps none.
    """
    plain = seeing([INSTALLED], writable=True) + PLAIN
    here = seeing([ROOT, INSTALLED], writable=True) + WITHOUT_RICH + OURS
    yield _against("cold start of the working tree, CPU, against plain boto3", here, plain, rounds)

    with tempfile.TemporaryDirectory() as folder:
        task, uncompiled = Path(folder) / "task", Path(folder) / "plain"
        try:
            unpack(task)
        except NotPackaged as error:
            yield Figure("cold start of the package", absent=str(error))
            return
        for name in PLAIN_PACKAGES:
            copy_sources(INSTALLED / name, uncompiled / name)
        packed = seeing([task], writable=False) + OURS
        yield _against("cold start of the package, CPU, against plain boto3", packed, plain, rounds)
        naive = seeing([uncompiled], writable=False) + PLAIN
        yield _against("cold start of the package, CPU, against plain boto3 without bytecode", packed, naive, rounds)


def unpack(folder: Path) -> None:
    """Unzip what would be deployed to a function of this machine's architecture. Raises NotPackaged."""
    architecture = {"x86_64": "x86_64", "aarch64": "arm64"}.get(platform.machine())
    if sys.platform != "linux" or architecture is None or sys.version_info[:2] != (3, 11):
        raise NotPackaged("the package runs on Linux with Python 3.11, and not with what runs this bench")
    with ZipFile(io.BytesIO(packaged(architecture))) as archive:
        archive.extractall(folder)


def copy_sources(source: Path, to: Path) -> None:
    """Copy a module or package without its bytecode."""
    if source.is_dir():
        shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, to)


def _against(figure: str, ours: str, theirs: str, rounds: int) -> Figure:
    environ = {**os.environ, **ENVIRON}
    for code in (ours, theirs):  # once for the file cache, and the bytecode where it may be written
        child_cpu_ms(code, environ)
    measured = in_turns(rounds, lambda: child_cpu_ms(ours, environ), lambda: child_cpu_ms(theirs, environ))
    return paired(figure, "ms", *measured)
