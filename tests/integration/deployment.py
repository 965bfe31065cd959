"""The service as `sls package` packs it: each variant once a session, in a copy of the service, without credentials."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[2]
_WORKSPACES = TemporaryDirectory(prefix="sls-package-")  # removed when Python ends
_NOT_COPIED = (".*", "node_modules", "__pycache__", "build", "out")
SLS = (shutil.which("node") or "node", "node_modules/osls/bin/serverless.js")
"""What `npx sls` runs, in a copy of the service."""


class PackageRefused(Exception):
    """`sls package` ended with an error; the message is what it printed: why, an empty line, and the rest."""


@dataclass(frozen=True)
class Deployment:
    """What one `sls package` made: the template as CloudFormation gets it, and the function's zip."""

    template: Path
    zip: Path

    @property
    def plain(self) -> dict[str, Any]:
        """The template with its functions written as the text they stand for (`${Resource.Attribute}`)."""
        plain: dict[str, Any] = _plain(json.loads(self.template.read_text()))
        return plain

    def names(self) -> list[str]:
        """The names of the files in the zip."""
        with ZipFile(self.zip) as archive:
            return archive.namelist()


def copied(workspace: Path) -> Path:
    """A copy of the service, made there, in which `SLS` runs: what it writes is not in anybody's way."""
    if not (ROOT / "node_modules" / "osls").is_dir():
        raise AssertionError("The packager is not installed: run `npm ci` (`npm test` does).")
    shutil.copytree(ROOT, workspace, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    (workspace / "node_modules").symlink_to(ROOT / "node_modules")
    return workspace


@cache
def packaged(*arguments: str, dependencies: bool = True, plugins: str = "") -> Deployment:
    """What `sls package ARGUMENTS` makes; raises PackageRefused.

    Without `dependencies` pip isn't run, for the tests that only read the template; `plugins` are lines to add to
    requirements-plugins.txt.
    """
    workspace = copied(Path(_WORKSPACES.name) / str(len(list(Path(_WORKSPACES.name).iterdir()))))
    if not dependencies:
        for file in ("requirements.txt", "requirements-plugins.txt"):
            (workspace / file).write_text("")
    if plugins:
        with (workspace / "requirements-plugins.txt").open("a") as file:
            file.write(f"{plugins}\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    no_credentials = {"AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_CONFIG_FILE": os.devnull}
    done = subprocess.run(  # noqa: S603  # the packager of this project
        [*SLS, "package", "--param", f"pythonBin={sys.executable}", *arguments],
        cwd=workspace,
        env=environment | no_credentials | {"AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PackageRefused(f"{done.stdout}\n{done.stderr}")
    made = workspace / ".serverless"
    return Deployment(made / "cloudformation-template-update-stack.json", made / "product-ocr.zip")


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain for plain in map(_plain, value) if plain != "${AWS::NoValue}"]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case {"Fn::Sub": str(text)}:
            return text
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"${{{resource}.{attribute}}}"
    return {key: plain for key, item in value.items() if (plain := _plain(item)) != "${AWS::NoValue}"}
