"""docs/local-stack.md, held to what can be typed: its lines name scripts, commands and options that there are."""

import json
import re
import shlex
from pathlib import Path

import pytest

from operate.__main__ import _parser

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "local-stack.md").read_text(encoding="utf-8")
LINES = re.findall(r"^npm run (.+)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("line", LINES)
def test_each_line_can_be_typed(line: str) -> None:
    """Each `npm run` line names a script of package.json, and a command with options that it knows."""
    script, *arguments = shlex.split(line)
    assert script in json.loads((ROOT / "package.json").read_text())["scripts"]
    words = [word for word in arguments if word != "--"]
    if script in ("operate", "upload", "smoke"):
        _parser().parse_args(words if script == "operate" else [script, *words])  # ends the test if it can't be parsed
    else:
        assert words == []


def test_there_are_lines() -> None:
    """The lines above were found."""
    assert len(LINES) > 10
