"""The bench: its lines have the promised shape, its pairs are fair. How fast anything is, no test asserts."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bench import __main__ as bench
from bench import package, preparing
from bench.figures import Figure, in_turns, paired
from bench.pictures import photo


def test_line_of_a_figure() -> None:
    """A figure is one JSON line with value, unit, reference and ratio, rounded."""
    line = paired("prepare", "ms", [10.0, 20.0, 31.0], [40.0, 40.0, 40.0]).as_json()
    assert json.loads(line) == {"figure": "prepare", "value": 20.0, "unit": "ms", "against": 40.0, "ratio": 0.5}
    assert json.loads(Figure("cold start", 1.23456).as_json())["value"] == 1.235


def test_who_goes_first_changes() -> None:
    """Measurements in turns change who goes first, and keep apart who measured what."""
    order: list[str] = []

    def way(name: str, value: float) -> float:
        order.append(name)
        return value

    assert in_turns(2, lambda: way("ours", 1.0), lambda: way("theirs", 2.0)) == ([1.0, 1.0], [2.0, 2.0])
    assert order == ["ours", "theirs", "theirs", "ours"]


def test_no_zip_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a package the size of the zip is absent, with the command that makes one; with one it's there."""
    monkeypatch.setattr(package, "ROOT", tmp_path)
    bench.main(["zip"])
    absent = json.loads(capsys.readouterr().out)
    assert absent["value"] is None
    assert "sls package" in absent["absent"]
    (tmp_path / ".serverless").mkdir()
    (tmp_path / ".serverless" / "function.zip").write_bytes(bytes(2_500_000))
    bench.main(["zip"])
    assert json.loads(capsys.readouterr().out)["value"] == 2.5


def test_preparing_measures_both_ways() -> None:
    """Each round measures ours and the naive way, on a photo that ours may leave untouched."""
    file = BytesIO()
    photo(400, 300).save(file, "PNG")
    assert [len(times) for times in preparing.cpu_ms(file.getvalue(), 2)] == [2, 2]
    assert preparing.ours(file.getvalue()) == file.getvalue()
    assert Image.open(BytesIO(preparing.naive(file.getvalue()))).size == (400, 300)
