"""docs/threat-model.md: each test that it names is there, and none of its claims goes without one."""

import re

import pytest

from tests.plugin_packages import ROOT

PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)


@pytest.mark.parametrize(("file", "test"), sorted(set(NAMED)))
def test_a_test_that_is_named_is_there(file: str, test: str) -> None:
    """The file is among the tests, and has a test of this name."""
    [path] = (ROOT / "tests").rglob(file)
    assert re.search(rf"^ *def {test}\(", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_each_threat_has_its_test() -> None:
    """Every row of a table of threats names a test, in the column that says what becomes of it."""
    threats = re.findall(r"^\| what it does \| what becomes of it \|\n\|---\|---\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    rows = [row for table in threats for row in table.splitlines()]
    assert len(rows) > 15
    assert [row for row in rows if "::test_" not in row] == []
    assert PAGE.count("::test_") == len(NAMED)
