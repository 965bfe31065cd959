"""A new category: README's three files, and those of `new-category`, dropped into a copy of the service."""

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
NAME = "footwear"
GENERATED = [("extractors", "py"), ("schemas", "json"), ("prompts", "md"), ("tests/recordings/rows", "json")]
GENERATED_TEST = f"tests/unit/categories/test_{NAME}.py"
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
    copied(tmp_path, "extractors", "pipeline", "prompts", "schemas")
    return tmp_path


@pytest.fixture
def project(service: Path) -> Path:
    """A copy of all that a new category's test needs besides; the category that README adds isn't in it yet."""
    copied(service, "local", "operate", "tests")
    for file in ("handler.py", "pyproject.toml", "serverless.yml"):
        shutil.copy(ROOT / file, service)
    for path in (f"{folder}/{NAME}.{kind}" for folder, kind in GENERATED):
        (service / path).unlink(missing_ok=True)
    (service / GENERATED_TEST).unlink(missing_ok=True)
    return service


def copied(target: Path, *folders: str) -> None:
    for folder in folders:
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__", "*.png", "*.jpg"))


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in this copy of the project, which is what it looks in first, whatever the tests were started with."""
    environ = {**os.environ, "PYTHONPATH": str(project), "PYTHONSAFEPATH": "1", "COLUMNS": "200"}
    return subprocess.run(  # noqa: S603
        [sys.executable, *arguments],
        cwd=project,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def judged(service: Path, category: str, *products: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
    """What this copy of the service says of the category and of these answers."""
    return run(service, "-c", JUDGE, json.dumps([category, *products]))


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
    assert category == NAME
    schema = json.loads((service / "schemas" / f"{category}.json").read_text(encoding="utf-8"))
    plain = {name: node["type"] for name, node in schema["properties"].items() if "type" in node and "enum" not in node}
    right = {name: RIGHT[kind] for name, kind in plain.items() if kind in RIGHT}
    assert right
    wrong = {name: [] for name in right}
    products = [{"specifications": values} for values in (right, wrong)]
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


def test_the_command_makes_a_category_that_runs(project: Path) -> None:
    """`new-category` makes README's module, and a schema, prompt, truth and test that pass, laid out as ruff has it."""
    made = run(project, "-m", "operate", "new-category", NAME, "--title", "Shoes, boots and sandals")
    assert made.returncode == 0, made.stderr
    paths = [*(f"{folder}/{NAME}.{kind}" for folder, kind in GENERATED), GENERATED_TEST]
    assert made.stdout.split("\n\n")[0].split() == paths
    then = made.stdout.partition("\n\n")[2]
    assert [
        step
        for step in [*paths[1:], f"operate -- try {NAME}", f"record -- --author {NAME}", "npm test"]
        if step not in then
    ] == []
    assert (project / paths[0]).read_text(encoding="utf-8") == readmes_files()[paths[0]]
    tested = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", GENERATED_TEST)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    for check in (["check"], ["format", "--check"]):
        linted = run(project, "-m", "ruff", *check, "--no-cache", paths[0], GENERATED_TEST)
        assert linted.returncode == 0, linted.stdout


def test_the_generated_test_can_fail(project: Path) -> None:
    """A truth that the schema refuses, and a schema that takes the wrong values, are each found by the new test."""
    assert run(project, "-m", "operate", "new-category", NAME).returncode == 0
    schema = project / "schemas" / f"{NAME}.json"
    text = schema.read_text(encoding="utf-8")
    schema.write_text(text.replace("product.json#/$defs/gtin", "product.json#/$defs/model"), encoding="utf-8")
    tested = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", GENERATED_TEST)
    assert "1 failed, 3 passed" in tested.stdout
    truth = project / "tests" / "recordings" / "rows" / f"{NAME}.json"
    truth.write_text(truth.read_text(encoding="utf-8").replace('"Example"', "5"), encoding="utf-8")
    tested = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", GENERATED_TEST)
    assert "4 failed" in tested.stdout


def test_readmes_files_may_take_the_places_of_the_commands(project: Path) -> None:
    """Whoever begins with the command and then pastes README's three files in still has a test that passes."""
    assert run(project, "-m", "operate", "new-category", NAME).returncode == 0
    drop_in(project)
    tested = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", GENERATED_TEST)
    assert tested.returncode == 0, tested.stdout + tested.stderr
