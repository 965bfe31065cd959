"""What confidence is worth: ranking, calibration, and when nothing can be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operate.evaluation.calibration import Calibration, auroc, of_fields, of_photos
from operate.evaluation.results import PhotoScore
from operate.evaluation.scoring import Field

pairs = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]) | st.floats(0, 1), st.booleans()))


@given(pairs)
def test_auroc_is_what_counting_all_pairs_gives(scored: list[tuple[float, bool]]) -> None:
    """The share of pairs of a right and a wrong one in which the right one has the higher score; ties count half."""
    right = [score for score, is_right in scored if is_right]
    wrong = [score for score, is_right in scored if not is_right]
    if not right or not wrong:
        return
    wins = sum((one > other) + 0.5 * (one == other) for one in right for other in wrong)
    assert auroc(scored) == pytest.approx(wins / (len(right) * len(wrong)))


@given(pairs)
def test_every_score_is_in_one_bin(scored: list[tuple[float, bool]]) -> None:
    """The bins hold all pairs, each within its limits, and their means give back the whole's."""
    found = Calibration.of(scored)
    assert sum(bin_.count for bin_ in found.bins) == found.count == len(scored)
    assert all(bin_.low - 1e-9 <= bin_.confidence <= bin_.high + 1e-9 for bin_ in found.bins)
    assert sum(bin_.count * bin_.accuracy for bin_ in found.bins) == pytest.approx(found.right)


@pytest.mark.parametrize(
    ("scored", "says"),
    [
        ([], "Nothing that the truth can judge"),
        ([(0.9, True), (0.5, True)], "All 2 are right"),
        ([(0.9, False), (0.5, False)], "All 2 are wrong"),
        ([(0.98, True), (0.98, False), (0.98, True)], "All 3 scores are 0.98"),
    ],
)
def test_it_refuses_to_rank(scored: list[tuple[float, bool]], says: str) -> None:
    """Where scores don't vary, or all are right, or wrong, a sentence stands in place of a figure."""
    found = Calibration.of(scored)
    assert found.auroc is None
    assert says in found.refusal


def test_brier_and_the_table_by_hand() -> None:
    """(0.1² + 0.1² + 0.8²) / 3; the upper end belongs to the last bin."""
    found = Calibration.of([(0.9, True), (0.9, True), (0.8, False), (1.0, True)])
    assert found.brier == pytest.approx((0.01 + 0.01 + 0.64 + 0) / 4)
    assert [(bin_.low, bin_.count, bin_.accuracy) for bin_ in found.bins] == [(0.8, 1, 0.0), (0.9, 3, 1.0)]
    assert found.auroc == 1.0
    assert found.refusal == ""


def test_fields_and_photos_are_counted_where_the_truth_can_judge() -> None:
    """A field without its own confidence has its photo's; a photo is right if nothing it gives is wrong."""
    fields = (
        Field("a", "right", 1, 1, 1, 1, 1, confidence=0.9),
        Field("b", "wrong", 1, 2, 1, 1, 0),
        Field("c", "unsupported", None, 2, 0, 1),
        Field("d", "missed", 1, None, 1),
        Field("e", "partial", [1, 2], [1], 2, 1, 1),
    )
    good = PhotoScore("x", "book", "book", True, "completed", (fields[0], fields[3], fields[4]), confidence=0.8)
    bad = PhotoScore("y", "book", "book", True, "completed", fields, confidence=0.6)
    nothing = PhotoScore("z", "book", "book", True, "completed", fields[2:4], confidence=0.1)
    found = of_fields([bad, nothing])
    assert (found.count, found.right) == (3, 2)
    assert found.brier == pytest.approx((0.01 + 0.36 + 0.16) / 3)
    whole = of_photos([good, bad, nothing])
    assert (whole.count, whole.right, whole.auroc) == (2, 1, 1.0)
