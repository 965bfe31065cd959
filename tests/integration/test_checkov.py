"""checkov finds no weakness in what would be deployed, but for what `.checkov.yaml` skips with a reason."""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.deployment import ROOT, packaged
from tests.integration.test_run_script import Project, pip_install

KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
CUSTOM = ("--stage", "prod", "--param", f"kmsKeyArn={KEY}", "--param", "alarmEmail=ops@example.com")
# What checkov misses in the defaults, and parameters give.
BY_PARAMETER = {
    "CKV_AWS_27": "kmsKeyArn",  # it doesn't count SSE-SQS, by which the queues are encrypted, as encryption
    "CKV_AWS_115": "reservedConcurrency",
    "CKV_AWS_173": "kmsKeyArn",
}
CONFIGURATION = ROOT / ".checkov.yaml"
PYTHON = ROOT / ".venv" / "checkov" / "bin" / "python"

Scan = Callable[..., set[tuple[str, str]]]


def as_made(part: Any) -> Any:
    """The template as CloudFormation makes it: what is AWS::NoValue isn't there. checkov would count it as set."""
    absent = {"Ref": "AWS::NoValue"}
    if isinstance(part, list):
        return [as_made(item) for item in part if item != absent]
    if isinstance(part, dict):
        return {name: as_made(item) for name, item in part.items() if item != absent}
    return part


@pytest.fixture
def scan(tmp_path: Path) -> Scan:
    """Let checkov read a template; each check that fails, and of what. Without `skips`, it asks all."""
    if not PYTHON.exists():
        raise AssertionError("checkov is not installed: run `npm test`, which makes its environment.")

    def ask(template: dict[str, Any], *, skips: bool = True) -> set[tuple[str, str]]:
        (tmp_path / "template.json").write_text(json.dumps(as_made(template)))
        configuration = yaml.safe_load(CONFIGURATION.read_text())
        if not skips:
            del configuration["skip-check"]
        (tmp_path / "configuration.yaml").write_text(yaml.safe_dump(configuration))
        done = subprocess.run(  # noqa: S603  # checkov, on what the packager made
            [
                PYTHON,
                "-m",
                "checkov.main",
                "--config-file",
                "configuration.yaml",
                "--file",
                "template.json",
                "-o",
                "json",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        report = json.loads(done.stdout)
        assert report["summary"]["parsing_errors"] == 0
        assert report["summary"]["passed"] > 20
        failed = {
            (each["check_id"], each["resource"].rpartition(".")[2]) for each in report["results"]["failed_checks"]
        }
        assert bool(failed) == bool(done.returncode)
        return failed

    return ask


def template(*arguments: str) -> dict[str, Any]:
    """What the packager makes with these arguments, to read and to spoil."""
    made: dict[str, Any] = json.loads(packaged(*arguments, dependencies=False).template.read_text())
    return made


def test_checkov_finds_nothing(scan: Scan) -> None:
    """With a customer key and the concurrency of prod, checkov finds nothing but what is skipped with a reason."""
    assert scan(template(*CUSTOM)) == set()


def test_every_skip_is_needed_and_reasoned(scan: Scan) -> None:
    """Each skipped check would fail, and has its reason beside it; the defaults fail no others but BY_PARAMETER."""
    skipped = {}
    for line in CONFIGURATION.read_text().splitlines():
        if found := re.fullmatch(r"  - (CKV2?_AWS_\d+) # (.+\.)", line):
            skipped[found[1]] = found[2]
    assert list(skipped) == yaml.safe_load(CONFIGURATION.read_text())["skip-check"]
    assert all(len(reason) > 40 for reason in skipped.values())
    assert {check for check, _ in scan(template("--stage", "dev"), skips=False)} == {*skipped, *BY_PARAMETER}


def test_checkov_refuses_what_is_weakened(scan: Scan) -> None:
    """It complains of each thing whose encryption, versions, backups or rotation of the key are taken away.

    The encryption of bucket and table it takes for granted, as AWS always encrypts them; test_template.py holds it.
    """
    spoilt = template(*CUSTOM)
    complaints = {
        ("RetryQueue", "KmsMasterKeyId"): "CKV_AWS_27",
        ("DeadLetterQueue", "KmsMasterKeyId"): "CKV_AWS_27",
        ("AlarmTopic", "KmsMasterKeyId"): "CKV_AWS_26",
        ("ProcessLambdaFunction", "KmsKeyArn"): "CKV_AWS_173",
        ("PhotoBucket", "VersioningConfiguration"): "CKV_AWS_21",
        ("PhotoBucket", "PublicAccessBlockConfiguration"): "CKV_AWS_53",
        ("SpecificationsTable", "PointInTimeRecoverySpecification"): "CKV_AWS_28",
        ("AlarmKey", "EnableKeyRotation"): "CKV_AWS_7",
    }
    for resource, name in complaints:
        del spoilt["Resources"][resource]["Properties"][name]
    assert scan(spoilt) >= {(check, resource) for (resource, _), check in complaints.items()}


def test_checkov_has_an_environment_of_its_own(tmp_path: Path) -> None:
    """`npm test` makes it once inside the other, which it leaves alone, and installs anew when its file changes."""
    project = Project(tmp_path)
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "installed.sha256").write_text(hashlib.sha256(b"{}").hexdigest())
    install = [pip_install("requirements-checkov.txt")]

    project.run("test")
    asked = project.asked()
    assert asked[:6] == [
        f"-m venv {tmp_path / '.venv'}",
        pip_install("requirements-dev.txt"),
        f"-m venv {tmp_path / '.venv' / 'checkov'}",
        *install,
        f"-m venv {tmp_path / '.venv' / 'ministack'}",
        pip_install("requirements-ministack.txt"),
    ]
    steps = asked[6:]
    assert "-m pytest" in steps
    project.run("test")
    assert project.asked() == steps
    with (tmp_path / "requirements-checkov.txt").open("a") as file:
        file.write("souvenirs==1.0\n")
    project.run("test")
    assert project.asked() == install + steps
