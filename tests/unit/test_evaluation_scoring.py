"""Rows held against a truth, and what is counted of it."""

from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from operate.evaluation.against import Comparison
from operate.evaluation.figures import Categories, Effort, Tally, by_attribute
from operate.evaluation.results import PhotoScore, Run
from operate.evaluation.scoring import Field, score
from operate.evaluation.shapes import shapes_of
from operate.evaluation.truth import Known, Labelled
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins

SHAPES = shapes_of(load_catalog(load_plugins()))


def labelled(*known: Known, complete: bool = False, words: tuple[str, ...] = ()) -> Labelled:
    return Labelled("a.jpg", "grocery", known, complete, {}, words)


def known(name: str, *values: Any, part: bool = False) -> Known:
    return Known(f"specifications.{name}", values, part)


def scores(specifications: dict[str, Any], photo: Labelled, confidences: dict[str, float] | None = None) -> list[Field]:
    """The fields of a row with these specifications."""
    product = {"specifications": specifications, "confidence_score": 0.5, "category": "grocery"}
    return score(product, photo, SHAPES["grocery"], confidences or {})


def outcomes(fields: list[Field]) -> dict[str, str]:
    return {field.path.removeprefix("specifications."): field.outcome for field in fields}


def test_each_value_has_its_outcome() -> None:
    """Right, near, wrong, right in part, missed; and what the truth doesn't name, by whether its words bear it out."""
    photo = labelled(
        known("net_content", {"value": 150, "unit": "g"}),
        known("functional_name", "strawberry jam with pectin"),
        known("gtin", "4006381333931"),
        known("allergens", ["milk", "soya"]),
        known("best_before_date", "2027-05"),
        words=("LOT 77A", "Made in Germany", "EXP 12/2027"),
    )
    given = {
        "net_content": {"value": 0.15, "unit": "kg"},
        "functional_name": "strawberry jam",
        "gtin": "0036000291452",
        "allergens": ["milk", "egg"],
        "batch_lot_number": "77A",
        "country_of_origin": "DE",
        "expiration_date": "2027-12",
        "url": "www.made-up.example",
    }
    assert outcomes(scores(given, photo)) == {
        "net_content": "right",
        "functional_name": "near",
        "gtin": "wrong",
        "allergens": "partial",
        "best_before_date": "missed",
        "batch_lot_number": "unnamed",
        "country_of_origin": "unnamed",
        "expiration_date": "unnamed",
        "url": "unsupported",
    }


def test_precision_and_recall_as_counted_by_hand() -> None:
    """Of 5 values given 3 are right; of 6 printed; what the truth neither names nor bears out stands apart."""
    photo = labelled(
        known("net_content", {"value": 150, "unit": "g"}),
        known("gtin", "4006381333931"),
        known("allergens", ["milk", "soya", "egg"]),
        known("best_before_date", "2027-05"),
        words=("Since 1898",),
    )
    given = {
        "net_content": {"value": 150, "unit": "g"},
        "gtin": "0036000291452",
        "allergens": ["egg", "milk", "nuts"],
        "url": "www.made-up.example",
        "claims": ["organic", "since 1898"],
    }
    tally = Tally.of(scores(given, photo))
    assert (tally.right, tally.given, tally.named) == (3, 5, 6)
    assert (tally.wrong, tally.missed, tally.invented, tally.unsupported) == (2, 1, 0, 2)
    assert tally.precision == pytest.approx(3 / 5)
    assert tally.recall == pytest.approx(3 / 6)
    assert tally.f1 == pytest.approx(2 * (3 / 5) * (1 / 2) / (3 / 5 + 1 / 2))
    assert tally.precision_at_least == pytest.approx(3 / 7)


def test_a_complete_truth_knows_what_is_invented() -> None:
    """What it doesn't name is wrong, and counts; a name that no schema has is still only not borne out."""
    given = {"url": "www.made-up.example", "shape_of_lid": "round"}
    fields = scores(given, labelled(complete=True, words=("www.made-up.example",)))
    assert outcomes(fields) == {"url": "invented", "shape_of_lid": "unsupported"}
    tally = Tally.of(fields)
    assert (tally.given, tally.right, tally.invented, tally.precision, tally.recall) == (1, 0, 1, 0.0, None)


def test_any_of_several_truths_is_right_and_a_quotation_leaves_the_rest_open() -> None:
    """Grams or ounces; of claims one is quoted, so the others are neither right nor wrong."""
    photo = labelled(
        known("net_content", {"value": 100, "unit": "g"}, {"value": 3.6, "unit": "oz"}),
        known("claims", ["vegan"], part=True),
    )
    given = {"net_content": {"value": 3.6, "unit": "oz"}, "claims": ["Vegan", "Organic"]}
    tally = Tally.of(scores(given, photo))
    assert (tally.right, tally.given, tally.named, tally.precision) == (2, 2, 2, 1.0)
    assert outcomes(scores({"claims": ["Organic"]}, photo))["claims"] == "missed"


def test_a_value_has_its_own_confidence_or_that_of_what_holds_it() -> None:
    """A nutrient's is the table's; what was missed has none."""
    photo = labelled(known("gtin", "4006381333931"), known("nutrition_per_100g.fat", {"value": 1, "unit": "g"}))
    given = {"nutrition_per_100g": {"fat": {"value": 1, "unit": "g"}}}
    fields = scores(given, photo, {"specifications.nutrition_per_100g": 0.8, "specifications.gtin": 0.9})
    assert [field.confidence for field in fields] == [None, 0.8]


def photo(
    file: str, *right: str, category_read: str = "grocery", wrong: tuple[str, ...] = (), **other: Any
) -> PhotoScore:
    fields = [Field(path, "right", 1, 1, 1, 1, 1) for path in right] + [
        Field(path, "wrong", 1, 2, 1, 1) for path in wrong
    ]
    values = {"category_chosen": True, "status": "completed", **other}
    return PhotoScore(file, "grocery", category_read, fields=tuple(fields), **values)


def test_attributes_and_categories_are_counted() -> None:
    """By attribute over all photos; a category that the reader was told, or that no row has, isn't the reader's."""
    photos = [
        photo("a", "gtin", "brand"),
        photo("b", "brand", wrong=("gtin",), category_read="beverage"),
        photo("c", category_chosen=False),
        photo("d", category_read=""),
    ]
    assert {name: tally.precision for name, tally in by_attribute(photos).items()} == {"brand": 1.0, "gtin": 0.5}
    assert Categories.of(photos) == Categories(2, 1, {"grocery -> beverage": 1})
    assert Categories.of([photos[2]]).accuracy is None


def test_effort_is_a_photos_mean() -> None:
    """Tokens in count what the cache took; one unknown price leaves the dollars unknown; no rows, no effort."""
    first = {"input_tokens": 100, "cache_read_tokens": 300, "output_tokens": 50, "cost_usd": 0.02, "paid_calls": 2}
    second = {"input_tokens": 200, "output_tokens": 150, "cost_usd": 0.04, "paid_calls": 1}
    effort = Effort.of([photo("a", usage=first, seconds=1.0), photo("b", usage=second, seconds=4.0), photo("c")])
    assert effort == Effort(300, 100, pytest.approx(0.03), 2.5, 2.5, 1.5)
    dear = Effort.of([photo("a", usage=first, seconds=1.0), photo("b", usage={"paid_calls": 1}, seconds=1.0)])
    assert dear is not None
    assert dear.dollars is None
    assert Effort.of([photo("c")]) is None


def test_two_runs_are_compared_photo_by_photo() -> None:
    """What became right and what was lost, with the figures of the photos that both have."""
    before = Run("x", "2026-01-01T00:00:00+00:00", "f", "t", (photo("a", "gtin", "url"), photo("gone", "gtin")))
    after = Run("y", "2026-01-02T00:00:00+00:00", "f", "t", (photo("a", "gtin", "brand", wrong=("url",)), photo("new")))
    found = Comparison.of(before, after)
    assert [(one.file, one.gained, one.lost) for one in found.changes] == [("a", ("brand",), ("url",))]
    assert (found.gained, found.lost, found.before.precision, found.after.precision) == (
        1,
        1,
        1.0,
        pytest.approx(2 / 3),
    )
    assert (found.only_before, found.only_after) == (("gone",), ("new",))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "unit", "currency", "min_value", "fat", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@drawn(st.dictionaries(st.sampled_from(["gtin", "net_content", "allergens", "nutrition_per_100g", "y"]), json_values))
def test_whatever_a_row_holds_is_scored(given: dict[str, Any]) -> None:
    """A row that wants review may hold anything: no value breaks the scoring, and right is never more than given."""
    photo = labelled(
        known("gtin", "4006381333931"),
        known("net_content", {"value": 150, "unit": "g"}),
        known("allergens", ["milk"], part=True),
        known("nutrition_per_100g.fat", {"max_value": 0.5, "unit": "g"}),
        words=("5 g", "EXP 12/2027"),
    )
    tally = Tally.of(scores(given, photo))
    assert tally.right <= min(tally.given, tally.named)
    assert tally.named == 4
