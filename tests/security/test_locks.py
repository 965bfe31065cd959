"""What is installed: every package by its hashes, as the .in files ask, from wherever the machine's pip takes them."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.lock import LOCKS, pinned
from tests.plugin_packages import EXAMPLE, ROOT, pip

PIN = re.compile(r"([\w.-]+)==([^\s;]+)( ; [^-]+)?( --hash=sha256:[0-9a-f]{64})+")


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_its_hashes(name: str) -> None:
    """Each line of a lock is a comment, the lock that it builds upon, or a package's one version with its hashes."""
    base = LOCKS[name]
    for line in (ROOT / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("# ") or line == f"-r {base}.txt" or PIN.fullmatch(line), line[:100]
    assert pinned(name)


def test_every_requirements_file_is_a_lock() -> None:
    """There is no requirements file beside the locks, but that of the owner's own packages."""
    there = {path.name for path in ROOT.glob("requirements*.txt")}
    assert there == {f"{name}.txt" for name in LOCKS} | {"requirements-plugins.txt"}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_what_is_asked_for(name: str) -> None:
    """Each package that the .in file names stands in its lock, in that version: else `npm run lock` was forgotten."""
    asked = re.findall(
        r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", (ROOT / f"{name}.in").read_text(encoding="utf-8"), re.MULTILINE
    )
    locked = {(match[1].lower(), match[2]) for match in map(PIN.match, pinned(name)) if match}
    assert asked
    assert {(package.lower(), version) for package, version in asked} <= locked


def test_what_is_packed_depends_on_no_machine() -> None:
    """The function's lock has no conditions: pip judges them by the Python that packs, and not by Lambda's."""
    assert [line for line in pinned("requirements") if " ; " in line] == []


@pytest.mark.parametrize("file", [*(f"{name}.txt" for name in LOCKS), *(f"{name}.in" for name in LOCKS), ".npmrc"])
def test_no_lock_names_a_registry(file: str) -> None:
    """Where packages come from is for the machine to know: no address, and no option that names an index."""
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"://|index|find-links|trusted-host", text)


def test_npms_lock_has_hashes() -> None:
    """Each package of package-lock.json has the SHA-512 of its archive."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    others = [name for name, package in packages.items() if name and not package.get("link")]
    assert len(others) > 100
    assert [name for name in others if not packages[name].get("integrity", "").startswith("sha512-")] == []


# What osls does with the plugin, without osls.
RUN = """
const Plugin = require('./scripts/plugin-packages.js');
const custom = { pythonRequirements: { fileName: 'requirements.txt', pythonBin: process.argv[1] } };
const plugin = new Plugin({ serviceDir: process.cwd(), service: { custom } });
plugin.hooks['before:package:createDeploymentArtifacts']();
console.log(custom.pythonRequirements.fileName);
"""


def _prepared(folder: Path, own: str) -> subprocess.CompletedProcess[str]:
    """The packer's preparation, in a service with this requirements-plugins.txt."""
    (folder / "scripts").mkdir()
    (folder / ".serverless").mkdir()
    for file in ("scripts/plugin-packages.js", "requirements.txt"):
        shutil.copy(ROOT / file, folder / file)
    (folder / "requirements-plugins.txt").write_text(own, encoding="utf-8")
    node = [shutil.which("node") or "node", "-e", RUN, sys.executable]
    return subprocess.run(node, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603


def test_an_own_package_is_packed_with_its_hash(tmp_path: Path) -> None:
    """A folder becomes a wheel with its hash, beside the locked packages; with a byte changed, pip refuses it."""
    folder = tmp_path / "a service"  # whose path has to be written as an address
    folder.mkdir()
    done = _prepared(folder, f"# mine\n\n{EXAMPLE}\n")
    assert done.returncode == 0, done.stderr
    lines = (folder / done.stdout.strip()).read_text(encoding="utf-8").splitlines()
    assert lines[:-1] == (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"file://\S+/garden_seeds_ocr-\S+\.whl --hash=sha256:[0-9a-f]{64}", lines[-1])
    alone = folder / "alone.txt"
    alone.write_text(lines[-1], encoding="utf-8")
    pip("install", "--no-deps", "--no-index", "--target", folder / "first", "-r", alone)
    [wheel] = (folder / ".serverless" / "plugins").iterdir()
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    with pytest.raises(AssertionError, match="DO NOT MATCH THE HASHES"):
        pip("install", "--no-deps", "--no-index", "--target", folder / "second", "-r", alone)


def test_what_an_own_package_needs_has_to_be_locked(tmp_path: Path) -> None:
    """A package that needs another, which no lock holds, isn't packed: pip names what is missing."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "pyproject.toml").write_text(
        '[project]\nname = "needy"\nversion = "1"\ndependencies = ["six"]\n', "utf-8"
    )
    (package / "needy.py").write_text("", "utf-8")
    folder = tmp_path / "service"
    folder.mkdir()
    done = _prepared(folder, f"{package}\n")
    assert done.returncode == 0, done.stderr
    [line] = [
        line for line in (folder / done.stdout.strip()).read_text(encoding="utf-8").splitlines() if "needy" in line
    ]
    (folder / "alone.txt").write_text(line, "utf-8")
    with pytest.raises(AssertionError, match=r"must have their versions pinned with ==.*\n.*six"):
        pip("install", "--target", folder / "packed", "-r", folder / "alone.txt")


def test_without_own_packages_nothing_changes(tmp_path: Path) -> None:
    """A file of comments changes nothing: requirements.txt is what is packed."""
    done = _prepared(tmp_path, "# none\n")
    assert (done.returncode, done.stdout.strip()) == (0, "requirements.txt")


def test_an_own_package_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A folder that isn't there ends the packing, with the file's name and pip's reason."""
    done = _prepared(tmp_path, "./not-there\n")
    assert done.returncode != 0
    assert "The packages of requirements-plugins.txt can't be packed" in done.stderr
    assert "not-there" in done.stderr
