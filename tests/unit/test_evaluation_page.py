"""The page and the screen of a report."""

import re
from pathlib import Path
from typing import Any

from operate.evaluation import page, screen
from operate.evaluation.report import Report
from operate.evaluation.results import PhotoScore, Run
from operate.evaluation.scoring import Field
from tests.pictures import corners, encoded

BRAND = Field("brand", "right", "Teehaus", "Teehaus", 1, 1, 1, 100.0, 0.9)
SIZE = Field("specifications.net_content", "near", "5 g", "6 g", 1, 1, 0, 66.0, 0.4)
MADE_UP = Field("specifications.url", "unsupported", None, "www.x.example", given=1)


def run(*fields: Field, **changes: Any) -> Run:
    values: dict[str, Any] = {
        "category_read": "book",
        "category_chosen": True,
        "status": "completed",
        "confidence": 0.8,
    }
    photo = PhotoScore("jam.jpg", "grocery", fields=fields, **{**values, **changes})
    return Run("a test", "2026-11-29T10:00:00+00:00", "photos", "truth.json", (photo,))


def shown(report: Report) -> str:
    return "\n".join(screen.lines(report))


def test_the_page_is_whole_in_itself(tmp_path: Path) -> None:
    """Picture, plots and styles are in it; each value stands with its truth and verdict; nothing is fetched."""
    (tmp_path / "small.jpg").write_bytes(encoded(corners(), "JPEG"))
    report = Report.of(run(BRAND, SIZE, MADE_UP, picture="small.jpg", seconds=2.0))
    page.write(tmp_path, report)
    text = (tmp_path / page.FILE).read_text(encoding="utf-8")
    assert 'src="data:image/jpeg;base64,' in text
    assert text.count("<svg") == 3
    assert not re.search(r'(src|href)="(?!data:)|url\(|@import', text)
    assert "read as book" in text
    for verdict in ("right", "near", "invented?"):
        assert f">{verdict}</span>" in text
    assert "net_<wbr>content" in text


def test_figures_are_told(tmp_path: Path) -> None:
    """AUROC and Brier where there is something to rank, else a sentence; categories; what may be made up."""
    told = shown(Report.of(run(BRAND, SIZE, MADE_UP)))
    assert "Confidence of fields: AUROC 1.00. Brier 0.085. 1 of 2 wrong." in told
    assert "Confidence of photos: All 1 are wrong: there is no right one to rank above them. Brier 0.640." in told
    assert "Category: 0% of 1 right; grocery -> book (1)" in told
    assert "1 value that the truth neither names nor bears out" in told
    assert "Category: not measured, the reader was told it." in shown(Report.of(run(BRAND, category_chosen=False)))
    page.write(tmp_path, Report.of(run()))  # a photo of which nothing is known, and nothing was read
    assert "Nothing that the truth can judge" in shown(Report.of(run()))


def test_an_earlier_run_stands_beside(tmp_path: Path) -> None:
    """What became right, and what was lost, on the screen and on the page."""
    lost = Field("brand", "wrong", "Teehaus", "ACME", 1, 1)
    won = Field("specifications.net_content", "right", "5 g", "5 g", 1, 1, 1)
    report = Report.of(run(lost, won), run(BRAND, SIZE))
    told = shown(report)
    assert "Against a test of 29 Nov 2026, 10:00 UTC: precision 50% -> 50%" in told
    assert "1 became right, 1 were lost" in told
    assert "jam.jpg: +net_content, -brand" in told
    page.write(tmp_path, report)
    text = (tmp_path / page.FILE).read_text(encoding="utf-8")
    assert "+ net_<wbr>content" in text
    assert "− brand" in text
