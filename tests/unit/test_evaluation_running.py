"""What is made of a run that didn't go to its end, or of rows that are odd."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.report import Entry
from local.run import Result
from operate.evaluation import results
from operate.evaluation.planning import Plan
from operate.evaluation.readers import Reader
from operate.evaluation.report import Report
from operate.evaluation.results import Run
from operate.evaluation.running import measured
from operate.evaluation.shapes import shapes_of
from operate.evaluation.truth import Known, Labelled
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins

SHAPES = shapes_of(load_catalog(load_plugins()))
BEGAN = datetime(2026, 11, 29, tzinfo=UTC)


def photo(file: str) -> Labelled:
    return Labelled(file, "book", (Known("brand", ("Penguin",)),), False, {}, ("Penguin",))


def row(**changes: Any) -> dict[str, Any]:
    """A row with a brand, as DynamoDB keeps it."""
    times = {"started_at": "2026-11-29T10:00:00.000000Z", "completed_at": "2026-11-29T10:00:02.500000Z"}
    product = {"brand": "Penguin", "specifications": {}, "confidence_score": 0.5}
    return {"processing_status": "completed", "category": "book", "product_specifications": product, **times, **changes}


def run_of(*entries: Entry, **ended: Any) -> Run:
    """The measured run of as many photos as there are entries."""
    photos = tuple(photo(entry.name) for entry in entries)
    plan = Plan(Path("in"), Path("truth.json"), Reader("a test"), photos, SHAPES, {}, 0)
    return measured(plan, Result(list(entries), seconds=1.0, **{"interrupted": False, **ended}), BEGAN)


def test_what_had_no_turn_is_no_miss() -> None:
    """After Ctrl-C photos without a row are left out; in a whole run, one without a row has missed everything."""
    entries = (Entry("a.jpg", row(model_id="m")), Entry("b.jpg", problem="Its turn did not come."))
    stopped = run_of(*entries, interrupted=True)
    assert [one.file for one in stopped.photos] == ["a.jpg"]
    assert stopped.left_out == {"b.jpg": "its turn did not come"}
    assert stopped.models == ("m",)
    whole = run_of(*entries)
    assert [[field.outcome for field in one.fields] for one in whole.photos] == [["right"], ["missed"]]
    assert whole.photos[1].error == "Its turn did not come."


def test_the_rows_own_figures_are_taken() -> None:
    """Seconds from claim to row; each field's confidence; a score that is no probability is none."""
    (one,) = run_of(Entry("a.jpg", row(field_confidence={"brand": 0.7}))).photos
    assert (one.seconds, one.confidence, one.fields[0].confidence) == (2.5, 0.5, 0.7)
    for odd in (1.5, "high", None):
        (other,) = run_of(Entry("a.jpg", row(product_specifications={"confidence_score": odd}))).photos
        assert other.confidence is None


def test_results_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    """results.json gives back the run, so that a later one can be held against it."""
    run = run_of(Entry("a.jpg", row()), Entry("b.jpg", row(processing_status="failed", error_message="dark")))
    results.write(tmp_path / results.FILE, run, Report.of(run).as_json())
    again = results.read(tmp_path)
    assert again == run
    assert Report.of(again).overall.right == 2
