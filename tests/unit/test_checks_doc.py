"""docs/checks.md names the checks that there are, what they find, and whose they are."""

import re
from pathlib import Path

from tests.recordings.scenes import BUILT_IN
from tests.unit.checking import extractor
from tests.unit.labels import TRUE
from tests.unit.test_checks_wrong import ODD, WRONG

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")


def named(check):
    return f"{check.__module__.rpartition('.')[2]}.{check.__name__}"


def test_each_category_has_the_checks_that_the_page_says():
    """The table by category is what the extractors declare, in their order."""
    rows = dict(re.findall(r"^\| ([a-z]+) \| (`.+`) \|$", PAGE, re.MULTILINE))
    assert rows == {name: ", ".join(f"`{named(check)}`" for check in extractor(name).check.checks) for name in BUILT_IN}


def test_each_check_finds_what_the_page_says():
    """The table of checks has each of them once, with just the severities that the tests' labels bring about."""
    found = {named(check): set() for name in BUILT_IN for check in extractor(name).check.checks}
    for category, label, _ in TRUE + WRONG + ODD:
        for check in extractor(category).check.checks:
            found[named(check)] |= {finding["severity"] for finding in check(label)}
    rows = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|.*\| ([a-z, ]+) \|$", PAGE, re.MULTILINE)
    assert {name: set(severities.split(", ")) for name, severities in rows} == found
    assert len(rows) == len(found)
