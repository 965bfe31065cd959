"""The better of an answer and its repair, field by field. The check is made up; the extractor is the real grocery."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog import load_catalog
from pipeline.examining import Examination, Reading
from pipeline.fields import concerns, fields_of, names_in
from pipeline.plugins import load_plugins
from pipeline.repairing import mended
from tests.wire import records

KJ, KCAL = (f"specifications.nutrition_per_100g.energy_{unit}" for unit in ("kj", "kcal"))


def same_energy(product: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """A check: kJ must be four times kcal, give or take a quarter."""
    table = product["specifications"].get("nutrition_per_100g", {})
    if {"energy_kj", "energy_kcal"} <= table.keys():
        kj, kcal = (table[name]["value"] for name in ("energy_kj", "energy_kcal"))
        holds = abs(kj - 4.184 * kcal) < kj / 16
        severity, values = "proof" if holds else "error", {KJ: kj, KCAL: kcal}
        yield {"path": KJ, "message": "kJ and kcal", "severity": severity, "values": values}


EXAMINATION = Examination(replace(load_catalog(load_plugins())["grocery"], check=same_energy))


def table(**rows: float) -> dict[str, Any]:
    units = {"energy_kj": "kJ", "energy_kcal": "kcal"}
    values = {name: {"value": value, "unit": units.get(name, "g")} for name, value in rows.items()}
    return {"nutrition_per_100g": values}


def reading(specifications: Any, **envelope: Any) -> Reading:
    return EXAMINATION.reading(records("grocery", specifications, **envelope))


def rows(found: Reading) -> dict[str, float]:
    return {name: value["value"] for name, value in found.product["specifications"]["nutrition_per_100g"].items()}


def test_a_failed_check_is_mended_by_either_figure() -> None:
    """Of two figures that contradict each other the misread one is read anew, and all other rows stay."""
    first = reading(table(energy_kj=1010, energy_kcal=1239, fat=9.1))
    assert [found["values"] for found in first.faults] == [{KJ: 1010, KCAL: 1239}]
    better = mended(first, reading(table(energy_kj=1010, energy_kcal=239)), EXAMINATION)
    assert better.faults == ()
    assert rows(better) == {"energy_kj": 1010, "energy_kcal": 239, "fat": 9.1}


def test_a_figure_that_was_only_compared_stays() -> None:
    """The model mends one of both and leaves the other out, because it was right: it isn't lost."""
    first = reading(table(energy_kj=1010, energy_kcal=1239, fat=9.1))
    better = mended(first, reading(table(energy_kcal=239)), EXAMINATION)
    assert rows(better) == {"energy_kj": 1010, "energy_kcal": 239, "fat": 9.1}


def test_abstaining_mends_a_contradiction() -> None:
    """Where the model now gives neither, both go: a hole is better than a contradiction."""
    first = reading(table(energy_kj=1010, energy_kcal=1239, fat=9.1))
    better = mended(first, reading({}), EXAMINATION)
    assert better.faults == ()
    assert rows(better) == {"fat": 9.1}


def test_insisting_keeps_the_contradiction() -> None:
    """The model reads both as before: they stay, and the fault with them."""
    first = reading(table(energy_kj=1010, energy_kcal=1239))
    assert mended(first, reading(table(energy_kj=1010, energy_kcal=1239)), EXAMINATION) is first


def test_what_was_not_in_doubt_is_not_touched() -> None:
    """Whatever else the repair brings, of fields that no fault names the first answer counts."""
    first = reading({**table(energy_kj=1010, energy_kcal=1239), "batch_lot_number": "L12"}, brand="Acme")
    again = reading({**table(energy_kcal=239, fat=50), "batch_lot_number": "L77", "url": "x.test"}, brand="Other")
    better = mended(first, again, EXAMINATION)
    assert better.product["brand"] == "Acme"
    assert better.product["specifications"].keys() == {"nutrition_per_100g", "batch_lot_number"}
    assert better.product["specifications"]["batch_lot_number"] == "L12"
    assert rows(better) == {"energy_kj": 1010, "energy_kcal": 239}


def test_one_good_mend_is_kept_beside_one_that_makes_it_worse() -> None:
    """Fault by fault: the mended date is taken, though of the energy the repair has made two contradictions of one."""
    first = reading({**table(energy_kj=1010, energy_kcal=1239), "best_before_date": "soon"})
    again = reading({**table(energy_kj=9, energy_kcal=-5), "best_before_date": "2027-05"})
    better = mended(first, again, EXAMINATION)
    assert better.product["specifications"]["best_before_date"] == "2027-05"
    assert len(better.faults) == 1


def test_a_repair_that_was_cut_off_changes_nothing() -> None:
    """Of an answer whose tokens ran out nobody knows what is missing: the first stands."""
    first = reading(table(energy_kj=1010, energy_kcal=1239))
    cut = EXAMINATION.reading(records("grocery", table(energy_kj=1010, energy_kcal=239), stop_reason="max_tokens"))
    assert mended(first, cut, EXAMINATION) is first


def test_the_word_for_a_field_comes_with_its_value() -> None:
    """How a field reads is said by the answer that its value is from."""
    first = reading(
        {**table(energy_kj=1010, energy_kcal=1239), "url": "x.test"},
        legibility={"url": "partial", "nutrition_per_100g": "partial"},
    )
    better = mended(first, reading(table(energy_kcal=239), legibility={"url": "inferred"}), EXAMINATION)
    assert better.legibility == {"specifications.url": "partial", KJ: "partial"}


@pytest.mark.parametrize("stray", [{"gtin": "2012345678903"}, {"confidence_score": 0.98}])
def test_a_field_in_a_wrong_place_costs_no_right_one(stray: dict[str, Any]) -> None:
    """A stray beside the envelope goes or moves in; what was right stays."""
    first = reading({"url": "x.test"}, **stray)
    better = mended(first, reading({"url": "x.test"}), EXAMINATION)
    assert better.faults == ()
    assert better.product["specifications"] == {"url": "x.test"}


def test_a_quantity_in_the_place_of_a_table_costs_no_row() -> None:
    """Asked for three rows the model gives one figure for the whole table: the other rows stay, and none is added."""
    first = reading(table(energy_kj=-1, energy_kcal=-1, salt=-1, fat=9.1))
    again = reading({"nutrition_per_100g": {"value": 9, "unit": "g"}})
    better = mended(first, again, EXAMINATION)
    assert (better.faults, rows(better)) == ((), {"fat": 9.1})


def test_a_table_in_the_place_of_a_quantity_is_not_poured_into_it() -> None:
    """Asked for a figure the model gives a table: neither answer is changed by trying whether they go together."""
    first = reading(table(energy_kj=1010, energy_kcal=1239))
    again = reading({"nutrition_per_100g": {"energy_kj": {"raw": {"value": 5182, "unit": "kJ"}}}})
    before = deepcopy((first, again))
    mended(first, again, EXAMINATION)
    assert (first, again) == before


quantities = st.builds(
    lambda value, unit: {"value": value, "unit": unit}, st.integers(-5, 3000), st.sampled_from(["g", "kJ", "kcal"])
)
values = st.fixed_dictionaries(
    {},
    optional={
        "nutrition_per_100g": quantities
        | st.dictionaries(
            st.sampled_from(["energy_kj", "energy_kcal", "fat", "salt", "a.b"]),
            quantities | st.dictionaries(st.sampled_from(["value", "raw"]), quantities, max_size=2),
        ),
        "net_content": quantities | st.dictionaries(st.sampled_from(["value", "unit", "of"]), quantities, max_size=2),
        "best_before_date": st.sampled_from(["soon", "2027-05", 7]),
        "gtin": st.sampled_from(["2012345678903", "2012345678904"]),
        "url": st.just("x.test"),
    },
)


@given(values, values)
def test_never_more_faults_and_never_less_of_what_was_right(one: dict[str, Any], two: dict[str, Any]) -> None:
    """Whatever is answered twice: no fault is added, a field that no fault named is there as it was, and neither answer
    is changed by looking."""
    first, second = reading(one), reading(two)
    before = deepcopy((first, second))
    better = mended(first, second, EXAMINATION)
    assert (first, second) == before
    assert len(better.faults) <= len(first.faults)
    kept = fields_of(better.product)
    for path, value in fields_of(first.product).items():
        if not any(concerns(name, path) for found in first.faults for name in names_in(found)):
            assert kept[path] == value
