"""An AWS and a Bedrock on this machine's loopback, from `with` until its end; and `sls` against them."""

import os
import random
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3

from local.emulator import MODEL, BedrockEmulator
from tests.integration.deployment import ROOT, SLS, copied

_PYTHON = ROOT / ".venv" / "ministack" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
_START_SECONDS = 60


class NotInstalled(Exception):
    """The emulated AWS isn't there; the message says what to run."""


class CommandFailed(Exception):
    """A command ended with an error; the message is what it printed."""


@dataclass(frozen=True, eq=False)
class Emulators:
    """`environment`: by which osls, the AWS CLI and boto3 reach them and nothing else. `log`: what ministack says."""

    environment: Mapping[str, str]
    log: Path

    @property
    def options(self) -> dict[str, str]:
        """What boto3 is told, to reach the emulated AWS as the account's root."""
        return {
            "endpoint_url": self.environment["AWS_ENDPOINT_URL"],
            "region_name": self.environment["AWS_REGION"],
            "aws_access_key_id": self.environment["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": self.environment["AWS_SECRET_ACCESS_KEY"],
            "verify": self.environment["AWS_CA_BUNDLE"],
        }

    @cache  # noqa: B019  # lives as long as the tests
    def client(self, service: str) -> Any:
        """A boto3 client of the emulated AWS."""
        return boto3.client(service, **self.options)

    def run(self, *command: str, cwd: Path = ROOT, typed: str = "") -> str:
        """What a command printed that finds the emulated AWS, and reads what was `typed`. Raises CommandFailed."""
        done = subprocess.run(  # noqa: S603  # commands of this project
            command,
            cwd=cwd,
            env={**_without_aws(os.environ), **self.environment},
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CommandFailed(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{self.said()}")
        return done.stdout

    def said(self) -> str:
        """The last lines that ministack logged."""
        return "\n".join(["ministack:", *self.log.read_text(errors="replace").splitlines()[-30:]])


@contextmanager
def emulators(
    answer: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None, model: str = MODEL, port: int = 0
) -> Iterator[Emulators]:
    """Start both. `answer` and `model` are the emulated Bedrock's; `port` is AWS's, 0 takes a free one.

    Raises NotInstalled, or CommandFailed if ministack doesn't come up.
    """
    if not _PYTHON.exists():
        raise NotInstalled(
            "The emulated AWS is not installed. Run `npm run e2e`, which installs it, as `npm test` does."
        )
    port = port or _free_port()
    with TemporaryDirectory(prefix="emulated-aws-") as made, BedrockEmulator(answer, model=model) as bedrock:
        folder = Path(made)
        environment = _environment(f"https://127.0.0.1:{port}", folder / "ca.pem")
        found = Emulators(environment, folder / "ministack.log")
        with (
            found.log.open("w") as log,
            subprocess.Popen(  # noqa: S603  # the emulator of this project
                [_PYTHON, "-P", Path(__file__).with_name("emulated_aws.py"), str(port), folder],
                # Of our environment it gets no more than where programs are: the function inherits it.
                env={
                    "PATH": os.environ["PATH"],
                    "TMPDIR": made,
                    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock.url,
                },
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            try:
                _wait_for(process, environment, found)
                yield found
            finally:
                process.terminate()


def deploy(found: Emulators, workspace: Path, *arguments: str) -> str:
    """`sls deploy --stage local ARGUMENTS`, in a copy of the service at `workspace`, which is made; what it printed."""
    return sls(found, copied(workspace), "deploy", "--param", f"pythonBin={sys.executable}", *arguments)


def sls(found: Emulators, workspace: Path, command: str, *arguments: str) -> str:
    """`sls COMMAND --stage local ARGUMENTS` in a workspace that `deploy` made; what it printed."""
    return found.run(*SLS, command, "--stage", "local", *arguments, cwd=workspace)


def _environment(url: str, authority: Path) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_CA_BUNDLE": str(authority),
        "NODE_EXTRA_CA_CERTS": str(authority),
        "AWS_ACCESS_KEY_ID": "test",  # the root of account 000000000000
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        # Nobody's own profile is read, and no instance's role asked for.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _without_aws(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith("AWS_")}


def _free_port() -> int:
    """A port below those that systems hand out by themselves: nobody is given it before ministack listens there."""
    while True:
        port = random.randrange(20_000, 30_000)
        with suppress(OSError), socket.socket() as tried:
            tried.bind(("127.0.0.1", port))
            return port


def _wait_for(process: subprocess.Popen[bytes], environment: Mapping[str, str], found: Emulators) -> None:
    url, began = f"{environment['AWS_ENDPOINT_URL']}/_ministack/health", time.monotonic()
    while process.poll() is None and time.monotonic() - began < _START_SECONDS:
        try:
            trust = ssl.create_default_context(cafile=environment["AWS_CA_BUNDLE"])
            urllib.request.urlopen(url, context=trust, timeout=5).close()  # noqa: S310  # loopback
        except OSError:  # not listening yet, or its certificate isn't written yet
            time.sleep(0.1)
        else:
            return
    raise CommandFailed(f"The emulated AWS did not start.\n{found.said()}")
