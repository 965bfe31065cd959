"""The worked plugin package, installed as a third party's: alone, in the service, and by the packer's own flags."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from tests.plugin_packages import EXAMPLE, ROOT, forget, installed_example, pip
from tests.wire import chooses, records
from tests.world import World

PHOTO = (EXAMPLE / "photos" / "lettuce.jpg").read_bytes()
PACKET = json.loads((EXAMPLE / "photos" / "lettuce.json").read_text(encoding="utf-8"))["specifications"]


@pytest.fixture
def seeds(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The service, in whose environment the package is installed."""
    monkeypatch.syspath_prepend(str(installed_example()))
    plugins = load_plugins()
    world.replace(plugins=plugins, catalog=load_catalog(plugins))
    yield world
    forget("garden_seeds")


def own_tests(python: str | Path, folder: Path, *path: Path) -> str:
    """Run the package's tests, copied away from its code and the service; what pytest says at the end."""
    for part in ("tests", "photos"):
        shutil.copytree(EXAMPLE / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    done = subprocess.run(  # noqa: S603
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=folder,
        env={**environ, "PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip().splitlines()[-1]


def test_its_own_tests_pass_without_the_service(tmp_path: Path) -> None:
    """In an empty environment, with what the package declares, all its tests pass but those for the service."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)  # noqa: S603
    python = tmp_path / "venv" / "bin" / "python"
    pip("--python", python, "install", f"{EXAMPLE}[test]")
    assert re.match(r"\d+ passed, 1 skipped in", own_tests(python, tmp_path))


def test_its_own_tests_pass_in_the_service(tmp_path: Path) -> None:
    """With the service beside it none is skipped."""
    assert re.match(r"\d+ passed in", own_tests(sys.executable, tmp_path, installed_example(), ROOT))


def test_a_photo_is_read_as_its_category(seeds: World) -> None:
    """A packet's photo is chosen by the model among all categories, read by the package's tool, and completed."""
    event = seeds.put("inbox/lettuce.jpg", PHOTO)
    seeds.models.answers(chooses("garden_seeds"), records("garden_seeds", PACKET))
    seeds.handle(event)
    row = seeds.row("inbox/lettuce.jpg")
    assert (row["category"], row["processing_status"]) == ("garden_seeds", "completed")
    assert row["product_specifications"]["specifications"] == PACKET
    choice, request = seeds.models.requests
    assert "Packets of seed for garden and balcony" in str(choice)
    assert "The calendar is a row of twelve letters" in str(request["system"])
    [tool] = request["tools"]
    assert tool["name"] == "record_garden_seeds"
    assert PACKET.keys() <= tool["input_schema"]["properties"]["specifications"]["properties"].keys()
    assert "product.json" not in str(tool)


def test_its_schema_sends_a_wrong_value_back(seeds: World) -> None:
    """What the package's schema refuses is asked for once more, and what then is left out is absent."""
    event = seeds.put("garden_seeds/lettuce.jpg")
    seeds.models.answers(
        records("garden_seeds", {**PACKET, "sowing_months_outdoors": [3, 13]}), records("garden_seeds")
    )
    seeds.handle(event)
    row = seeds.row("garden_seeds/lettuce.jpg")
    assert row["processing_status"] == "completed"
    assert "sowing_months_outdoors" not in row["product_specifications"]["specifications"]


def test_what_its_check_finds_is_on_the_row(seeds: World) -> None:
    """Seed that is to be sown before it was packed needs a review, and the row keeps what was read, and why."""
    event = seeds.put("garden_seeds/lettuce.jpg")
    seeds.models.answers(records("garden_seeds", {**PACKET, "sow_by_date": "2025"}))
    seeds.handle(event)
    row = seeds.row("garden_seeds/lettuce.jpg")
    assert row["processing_status"] == "needs_review"
    assert row["product_specifications"]["specifications"]["sow_by_date"] == "2025"
    [finding] = row["findings"]
    assert (finding["path"], finding["severity"]) == ("specifications.sow_by_date", "error")
    assert finding["message"] == "Packed in 2026, to be sown by 2025: one is misread."


def test_a_wheel_is_packed_by_its_path(tmp_path: Path) -> None:
    """The packer's flags, which refuse to build what comes from an index, take a wheel by its path, with its files."""
    flags = yaml.safe_load((ROOT / "resources" / "dependencies.yml").read_text(encoding="utf-8"))["pipCmdExtraArgs"]
    given = [word for flag in flags for word in re.sub(r"\$\{.*\}", "aarch64", flag).split()]
    assert "--only-binary=:all:" in given
    pip("wheel", "--no-deps", "--wheel-dir", tmp_path, EXAMPLE)
    [wheel] = tmp_path.glob("garden_seeds_ocr-*.whl")
    pip("install", *given, "--no-deps", "--target", tmp_path / "packed", wheel)
    files = {file.name for file in (tmp_path / "packed" / "garden_seeds").iterdir()}
    assert {"__init__.py", "schema.json", "prompt.md"} <= files
