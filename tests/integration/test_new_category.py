"""README's three files for a new category, as they stand there, dropped into a copy of the service."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
# A line that begins with the file's path, and the next fenced block.
FILE = re.compile(r"^`((?:extractors|schemas|prompts)/[\w.]+)`.*?^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RIGHT = {"string": "leather", "number": 42.5, "integer": 42, "boolean": True}
JUDGE = """
import json, sys
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins

category, *products = json.loads(sys.argv[1])
catalog = load_catalog(load_plugins())
validator = catalog[category].validator
faults = [[error.json_path for error in validator.iter_errors(product)] for product in products]
print(json.dumps({"categories": list(catalog), "prompt": catalog[category].prompt, "faults": faults}))
"""


def readmes_files() -> dict[str, str]:
    """The files of README's section, by path."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return dict(FILE.findall(readme.partition("\n## Add a category\n")[2].partition("\n## ")[0]))


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A copy of what an extractor needs, without the tests and the infrastructure."""
    for folder in ("extractors", "pipeline", "prompts", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def judged(service: Path, category: str, *products: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
    """What this copy of the service says of the category and of these answers."""
    command = [sys.executable, "-c", JUDGE, json.dumps([category, *products])]
    # The copy is what Python is to look in first, whatever the tests themselves were started with.
    environ = {**os.environ, "PYTHONPATH": str(service), "PYTHONSAFEPATH": "1"}
    return subprocess.run(  # noqa: S603
        command, cwd=service, env=environ, capture_output=True, text=True, check=False, timeout=120
    )


def drop_in(service: Path, **changed: str) -> str:
    """Write README's files, those of a folder given changed, over what the service may have; the category's name."""
    files = readmes_files()
    assert sorted(Path(path).parts[0] for path in files) == ["extractors", "prompts", "schemas"]
    [category] = {Path(path).stem for path in files}
    for path, text in files.items():
        (service / path).write_text(changed.get(Path(path).parts[0], text), encoding="utf-8")
    return category


def test_three_files_are_a_category(service: Path) -> None:
    """With README's three files, and no other, the category is there; it takes right answers and refuses wrong."""
    category = drop_in(service)
    schema = json.loads((service / "schemas" / f"{category}.json").read_text(encoding="utf-8"))
    plain = {name: node["type"] for name, node in schema["properties"].items() if "type" in node and "enum" not in node}
    right = {name: RIGHT[kind] for name, kind in plain.items() if kind in RIGHT}
    assert right
    wrong = {name: [] for name in right}
    products = [{"specifications": values, "confidence_score": 0.9} for values in (right, wrong)]
    ran = judged(service, category, *products)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert {category, "general", "grocery"} <= set(said["categories"])
    assert schema["title"] in said["prompt"]
    assert said["faults"] == [[], [f"$.specifications.{name}" for name in right]]


def test_a_mistake_in_them_is_said_in_a_sentence(service: Path) -> None:
    """A misspelt keyword in the new schema stops the service with the plugin, the file and the word."""
    [text] = [text for name, text in readmes_files().items() if name.startswith("schemas/")]
    category = drop_in(service, schemas=text.replace('"properties"', '"propertees"'))
    ran = judged(service, category)
    assert ran.returncode != 0
    last = ran.stderr.strip().splitlines()[-1]
    assert f"Plugin extractors.{category}: " in last
    assert f"{category}.json: " in last
    assert last.endswith("JSON Schema has no keyword propertees. Is it misspelt?")
