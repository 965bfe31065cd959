"""The bench: its lines have the promised shape, its pairs are fair. How fast anything is, no test asserts."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image

from bench import __main__ as bench
from bench import decoding, package, preparing, trust
from bench.figures import ROOT, Figure, in_turns, paired
from bench.pictures import photo
from bench.spoiling import KINDS, spoilt
from pipeline.catalog import load_catalog
from pipeline.corroboration import OtherText
from pipeline.plugins import load_plugins


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


def test_no_package_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the packager the sizes are absent, with the command that installs it; if it fails, they say how."""
    monkeypatch.setattr(package, "ROOT", tmp_path)
    package.packaged.cache_clear()
    assert all("npm ci" in line["absent"] and line["value"] is None for line in printed(["zip"], capsys))
    osls = tmp_path / "node_modules" / "osls" / "bin" / "serverless.js"
    osls.parent.mkdir(parents=True)
    osls.write_text('console.error("The stage is closed."); process.exit(1)')
    assert all("The stage is closed." in line["absent"] for line in printed(["zip"], capsys))


def test_size_of_both_zips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each architecture is packaged, and its zip's size given in MB."""
    monkeypatch.setattr(package, "ROOT", tmp_path)
    package.packaged.cache_clear()
    osls = tmp_path / "node_modules" / "osls" / "bin" / "serverless.js"
    osls.parent.mkdir(parents=True)
    (tmp_path / ".serverless").mkdir()
    osls.write_text(
        'const size = process.argv.includes("architecture=arm64") ? 2500000 : 3000000;'
        'require("node:fs").writeFileSync(".serverless/product-ocr.zip", Buffer.alloc(size));'
    )
    assert [line["value"] for line in printed(["zip"], capsys)] == [2.5, 3.0]
    package.packaged.cache_clear()


def printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines that the bench prints."""
    bench.main(arguments)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_cold_start_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The handler gets to ready clients where it stands, without rich; that there is no package is said."""
    monkeypatch.setattr(package, "ROOT", tmp_path)
    package.packaged.cache_clear()
    here, packed = printed(["cold-start", "--rounds", "1"], capsys)
    assert here["ratio"] > 0
    assert packed["absent"]


def test_preparing_measures_both_ways() -> None:
    """Each round measures ours and the naive way, on a photo that ours may leave untouched."""
    file = BytesIO()
    photo(400, 300).save(file, "PNG")
    assert [len(times) for times in preparing.cpu_ms(file.getvalue(), 2)] == [2, 2]
    assert preparing.ours(file.getvalue()) == file.getvalue()
    assert Image.open(BytesIO(preparing.naive(file.getvalue()))).size == (400, 300)


@pytest.mark.parametrize("shown", ["a barcode", "none"])
def test_decoding_finds_what_is_shown(shown: str) -> None:
    """Each round measures decoding and preparing, of a photo on which just what is shown was found."""
    assert [len(times) for times in decoding.cpu_ms(shown, 1)] == [1, 1]


def test_quality_is_measured_beside_preparing() -> None:
    """Each round measures a prepared photo's quality, and prepares the photo."""
    file = BytesIO()
    photo(400, 300).save(file, "JPEG")
    assert [len(times) for times in preparing.quality_ms(file.getvalue(), 2)] == [2, 2]


@pytest.fixture(scope="module")
def granola_and_apfelmark() -> list[trust.Sample]:
    """Two samples of one category, looked at."""
    truth = json.loads((ROOT / "samples" / "truth.json").read_text())
    chosen = [entry for entry in truth if entry["file"] in ("granola.jpg", "apfelmark.jpg")]
    return trust.samples(chosen, ROOT / "samples" / "photos", load_catalog(load_plugins()))


def test_each_copy_has_one_fault(granola_and_apfelmark: list[trust.Sample]) -> None:
    """Wrong values are none of the printed ones, two at most in a copy, no more of a kind than asked, by the seed."""
    one, other = granola_and_apfelmark
    copies, again = (
        list(spoilt(one.fields, one.examination.extractor, [other.fields], 3, Random(seed))) for seed in (1, 1)
    )
    assert copies == again
    kinds = [kind for kind, _ in copies]
    assert set(kinds) == KINDS.keys() - {"day and month swapped"}  # 18 MAR has no month 18
    assert all(kinds.count(kind) <= 3 for kind in kinds)
    for _, values in copies:
        assert 1 <= len(values) <= 2
        assert all(value is not None and one.fields.get(path) != value for path, value in values.items())


def test_trust_tells_what_is_noticed_and_how_it_ranks(granola_and_apfelmark: list[trust.Sample]) -> None:
    """Swapped energies are noticed and rank low; in a perfect answer nothing is; the bars mend a misread code."""
    figures = {each.figure.partition(" (")[0]: each for each in trust.figures_of(granola_and_apfelmark, 2, "alone")}
    assert figures["noticed: nothing wrong"].value == 0
    assert figures["noticed: kJ and kcal swapped"].value == 1
    assert figures["noticed: kJ and kcal swapped"].against == 0
    assert (figures["AUROC: kJ and kcal swapped"].value or 0) > figures["AUROC: kJ and kcal swapped"].against == 0.5
    assert "All" in (figures["AUROC: digit of a GTIN or ISBN misread"].absent or "")
    assert figures["proven: kJ and kcal swapped"].value == 0
    assert (figures["Brier score"].value or 1) < 0.25


def test_trust_tells_what_another_reader_adds(granola_and_apfelmark: list[trust.Sample]) -> None:
    """A brand that is made up is noticed only where another reader has the label's text, and not its own."""
    printed = [
        replace(sample, text=OtherText(json.dumps(list(map(str, sample.fields.values())), ensure_ascii=False)))
        for sample in granola_and_apfelmark
    ]
    alone, beside = (
        {each.figure.partition(" (")[0]: each.value for each in trust.figures_of(among, 2, "")}
        for among in (granola_and_apfelmark, printed)
    )
    assert (alone["noticed: brand made up"], beside["noticed: brand made up"]) == (0, 1)
    assert beside["noticed: nothing wrong"] == 0
