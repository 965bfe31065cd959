"""`npm run audit`: what the databases say is told, and what they don't say is never taken for a pass."""

import json
from collections.abc import Sequence

import pytest

from scripts.audit import audit
from scripts.lock import LOCKS

SOUND = {"name": "pluggy", "version": "1.7.0", "vulns": []}
WEAK = {"name": "pillow", "version": "12.2.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["12.2.1"]}]}
SKIPPED = {"name": "boto3", "skip_reason": "Dependency not found on PyPI and could not be audited"}
NPM_SOUND = {"vulnerabilities": {}}


def asked(python: object, npm: object) -> int:
    """The exit code, where pip-audit says this of each lock, and npm that."""

    def run(command: Sequence[str]) -> str:
        said = npm if command[0] == "npm" else python
        return said if isinstance(said, str) else json.dumps(said)

    return audit(run)


def test_none_known(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a known weakness it passes, with a line for each lock."""
    assert asked({"dependencies": [SOUND]}, NPM_SOUND) == 0
    assert capsys.readouterr().out.count("no known weakness") == len(LOCKS) + 1


def test_a_known_weakness(capsys: pytest.CaptureFixture[str]) -> None:
    """A known weakness fails, with the package, its name and the version that mends it."""
    assert asked({"dependencies": [SOUND, WEAK]}, NPM_SOUND) == 1
    assert "  pillow 12.2.0: PYSEC-2026-1, mended in 12.2.1" in capsys.readouterr().out


def test_a_weakness_of_npms(capsys: pytest.CaptureFixture[str]) -> None:
    """So does one of npm's packages."""
    assert asked({"dependencies": [SOUND]}, {"vulnerabilities": {"tar": {"range": "<7", "severity": "high"}}}) == 1
    assert "  tar <7: high" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("python", "npm", "sentence"),
    [
        ({"dependencies": [SOUND, SKIPPED]}, NPM_SOUND, "doesn't answer for 1 of the 2 packages"),
        ({"dependencies": []}, NPM_SOUND, "doesn't answer for 0 of the 0 packages"),
        (
            "Traceback ...\nConnectionError: no route",
            NPM_SOUND,
            "could not ask PyPI about requirements.txt: ConnectionE",
        ),
        ("", NPM_SOUND, "it said nothing"),
        (
            {"dependencies": [SOUND]},
            {"message": "405 Method Not Allowed"},
            "npm could not ask its database: 405 Method",
        ),
    ],
)
def test_a_database_that_does_not_answer(
    python: object, npm: object, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What could not be asked is said and isn't passed: pip-audit itself would."""
    assert asked(python, npm) == 2
    said = capsys.readouterr().out
    assert "NOT ASKED" in said
    assert sentence in said
