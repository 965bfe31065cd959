"""One deployment for all tests of this folder; what the function logged is shown with each failure."""

import os
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.e2e import bedrock
from tests.e2e.emulators import deploy, emulators
from tests.e2e.stage import Stage

_deployed: list[Stage] = []


@pytest.fixture(scope="package")
def _nobodys_profile() -> Iterator[None]:
    """Of the developer's AWS settings and credentials, boto3 finds none."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        yield


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory, _nobodys_profile: None) -> Iterator[Stage]:
    """A stage that is deployed to the emulated AWS, and gives photos up after ten seconds."""
    script = bedrock.Script()
    workspace: Path = tmp_path_factory.mktemp("deployed") / "service"
    with emulators(script.answer, bedrock.MODEL) as aws:
        deploy(aws, workspace, "--param", f"models={bedrock.MODEL}", "--param", "retryAgeLimitSeconds=10")
        _deployed.append(Stage(aws, workspace, script))
        yield _deployed[0]
        _deployed.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the function's log to the report of a failed test."""
    report = yield
    if report.failed and _deployed and "stage" in getattr(item, "fixturenames", ()):
        try:
            logged = _deployed[0].log_since(time.time() - 60)[-200:]
        except (BotoCoreError, ClientError) as error:  # what the test itself says is not to be lost for that
            logged = [f"It can't be read: {error}"]
        report.sections.append(("the function's log", "\n".join(logged)))
        report.sections.append(("the emulated AWS", _deployed[0].aws.said()))
    return report
