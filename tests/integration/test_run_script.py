"""What npm's scripts do before and after Python: environment made once, arguments, exit codes and Ctrl-C passed on."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.integration.deployment import ROOT

# Stands for Python: notes what it's asked, makes "virtual environments" of itself, and ends as the test wants.
PYTHON = f"""#!{sys.executable}
import os, shutil, signal, sys
from pathlib import Path

words = sys.argv[1:]
if words[0] == "-c":
    sys.exit(int("ensurepip" in words[1] and "NO_VENV" in os.environ or "TOO_OLD" in os.environ))
with Path("asked.txt").open("a") as asked:
    asked.write(" ".join(words) + "\\n")
if words[1] == "venv":
    made = Path(words[2], "bin", "python")
    made.parent.mkdir(parents=True)
    shutil.copy(__file__, made)
elif words[1] == "pip":
    if "SLOW_REGISTRY" in os.environ:
        signal.signal(signal.SIGINT, lambda *_: sys.exit(1))
        print("ready", flush=True)
        signal.pause()
    sys.exit(int("NO_REGISTRY" in os.environ))
elif "wait" in words:
    signal.signal(signal.SIGINT, lambda *_: sys.exit(5))
    print("ready", flush=True)
    signal.pause()
else:
    sys.exit(4)
"""


class Project:
    """A copy of the script and the requirements, with a machine that has a Python and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "scripts").mkdir()
        shutil.copy(ROOT / "scripts" / "run.mjs", folder / "scripts")
        for file in ROOT.glob("requirements*.txt"):
            shutil.copy(file, folder)
        python = folder / "path" / "python3"
        python.parent.mkdir()
        python.write_text(PYTHON)
        python.chmod(0o755)
        self._node = shutil.which("node") or "node"

    def start(self, *arguments: str, machine: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Begin `node scripts/run.mjs ARGUMENTS`; `machine` holds what is wrong with it, as environment variables."""
        return subprocess.Popen(  # noqa: S603  # the script under test
            [self._node, "scripts/run.mjs", *arguments],
            cwd=self.folder,
            env={"PATH": str(self.folder / "path"), **(machine or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **machine: str) -> tuple[int, str]:
        """Its exit code and what it said."""
        process = self.start(*arguments, machine=machine)
        _, said = process.communicate(timeout=60)
        return process.returncode, said

    def asked(self) -> list[str]:
        """What Python was asked since the last time."""
        path = self.folder / "asked.txt"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project in which nothing has been made yet."""
    if os.name == "nt":
        pytest.skip("the stand-in for Python is a script with a #! line")
    return Project(tmp_path)


def pip_install(requirements: str) -> str:
    """How packages are installed."""
    return f"-m pip install --quiet --disable-pip-version-check -r {requirements}"


def test_environment_is_made_once_then_the_step_runs_with_its_arguments(project: Project) -> None:
    """The first start makes the environment and installs; the second only runs; arguments and exit code pass."""
    code, _ = project.run("start", "photos", "--out", "my out")
    assert code == 4
    made, installed, ran = project.asked()
    assert made == f"-m venv {project.folder / '.venv'}"
    assert installed == pip_install("requirements-local.txt")
    assert ran == "-m local photos --out my out"
    assert project.run("start")[0] == 4
    assert project.asked() == ["-m local"]


def test_the_owners_own_packages_are_installed_in_a_run_of_their_own(project: Project) -> None:
    """A folder in requirements-plugins.txt is installed by itself, once, and anew when a line changes."""
    plugins = project.folder / "requirements-plugins.txt"
    project.run("start")
    assert pip_install(plugins.name) not in project.asked()
    plugins.write_text("# mine\n./examples/garden-seeds\n")
    project.run("start")
    assert project.asked() == [pip_install(plugins.name), "-m local"]
    project.run("start")
    assert project.asked() == ["-m local"]
    plugins.write_text("./examples/garden-seeds\n./another\n")
    project.run("start")
    assert project.asked() == [pip_install(plugins.name), "-m local"]


def test_packages_are_installed_anew_when_the_requirements_change(project: Project) -> None:
    """A change in a requirements file, or in one that it includes, installs again; the environment is kept."""
    project.run("start")
    project.asked()
    with (project.folder / "requirements.txt").open("a") as file:
        file.write("souvenirs==1.0\n")
    project.run("start")
    assert project.asked() == [pip_install("requirements-local.txt"), "-m local"]


def test_environment_of_the_tests_serves_the_start_too(project: Project) -> None:
    """What is installed for development includes what a start needs: it isn't installed again."""
    project.run("record")
    assert project.asked()[1:] == [pip_install("requirements-dev.txt"), "-m tests.recordings.record"]
    project.run("start")
    assert project.asked() == ["-m local"]


def test_failed_installation_is_said_and_tried_again(project: Project) -> None:
    """Without a package registry nothing runs, a sentence says so, and the next start tries again."""
    code, said = project.run("start", NO_REGISTRY="1")
    assert code == 1
    assert "could not be installed. Is the package registry reachable?" in said
    assert "-m local" not in project.asked()
    project.run("start")
    assert project.asked() == [pip_install("requirements-local.txt"), "-m local"]


@pytest.mark.parametrize(
    ("machine", "sentence"),
    [
        ({"TOO_OLD": "1"}, "No Python 3.11 or later was found. Install one"),
        (
            {"NO_VENV": "1"},
            "python3 can't make virtual environments. On Debian and Ubuntu: sudo apt install python3-venv",
        ),
    ],
)
def test_machine_without_a_usable_python_is_told_what_to_install(
    project: Project, machine: dict[str, str], sentence: str
) -> None:
    """An old Python, or one without venv, is refused with what to install."""
    code, said = project.run("start", **machine)
    assert code == 1
    assert sentence in said
    assert project.asked() == []


def test_unknown_command_is_told_which_there_are(project: Project) -> None:
    """A word that is no command is answered with the commands."""
    code, said = project.run("strat")
    assert code == 1
    assert (
        said == "Say what to run: start, upload, smoke, operate, bench, record, lock, audit, soak, stack, e2e, test.\n"
    )


def test_interrupt_reaches_python_and_its_exit_code_comes_back(project: Project) -> None:
    """Ctrl-C lets Python end by itself, and the script ends after it, with its exit code."""
    process = project.start("start", "wait")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 5


def test_interrupt_while_installing_blames_nobody(project: Project) -> None:
    """Ctrl-C while packages are installed ends it without a word about the package registry."""
    process = project.start("start", machine={"SLOW_REGISTRY": "1"})
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "registry" not in said
