"""What must hold on a label: what true labels pass, and what they prove."""

import json
import re
from copy import deepcopy
from pathlib import Path

import pytest

from extractors.checks.tyres import load_of
from tests.recordings.scenes import BUILT_IN
from tests.unit.checking import extractor, findings, proven, q, wrong
from tests.unit.labels import TRUE

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = json.loads((ROOT / "samples" / "truth.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("category", "label", "_proven"), TRUE)
def test_a_true_label_is_never_found_wrong(category, label, _proven):
    """Whatever true labels round, leave out or count in their own way, no check finds an error or warns."""
    assert wrong(category, label) == []


@pytest.mark.parametrize(("category", "label", "borne_out"), TRUE)
def test_what_holds_tightly_is_proven(category, label, borne_out):
    """Just the values whose misreading the relation would have noticed are proven, and no others."""
    assert proven(category, label) == borne_out


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["file"] for sample in SAMPLES])
def test_no_sample_is_found_wrong(sample):
    """What stands on the project's own photos is true, and no check says otherwise."""
    assert wrong(sample["category"], sample["specifications"]) == []


def numbers(label, path=""):
    """The path of every number on a label."""
    for name, value in label.items() if isinstance(label, dict) else enumerate(label):
        if isinstance(value, dict | list):
            yield from numbers(value, f"{path}{name}.")
        elif isinstance(value, int | float) and value:
            yield f"{path}{name}"


def with_digit(label, path, digit):
    """The same label, the first digit of the number at that path read as another."""
    changed = deepcopy(label)
    *above, last = path.split(".")
    node = changed
    for name in above:
        node = node[int(name)] if isinstance(node, list) else node[name]
    node[last] = type(node[last])(re.sub("[1-9]", digit, repr(node[last]), count=1))
    return changed


@pytest.mark.parametrize(("category", "label", "borne_out"), [case for case in TRUE if case[2]])
def test_a_misread_first_digit_breaks_the_proof(category, label, borne_out):
    """Of a proven figure no first digit but the printed one is proven: what is borne out isn't misread."""
    for path in numbers(label):
        field = path.removesuffix(".value")
        if field in borne_out:
            for digit in "123456789":
                misread = with_digit(label, path, digit)
                if misread != label and extractor(category).validator.is_valid({"specifications": misread}):
                    assert field not in proven(category, misread) or wrong(category, misread), (path, digit)


@pytest.mark.parametrize("category", BUILT_IN)
def test_every_category_has_checks(category):
    """Each of the built-in categories says what must hold, and finds nothing where nothing could be read."""
    assert extractor(category).check.checks
    assert findings(category, {}) == []


@pytest.mark.parametrize(("kj", "kcal"), [(2085, 497), (417, 99), (1.3, 0.3), (0, 0), (3700, 900), (850, 200), (4, 0)])
def test_energy_within_the_rounding_of_labels_passes(kj, kcal):
    """kJ and kcal as labels compute and round them agree: fat has 4.11 kJ a kcal, carbohydrate 4.25."""
    energy = {"energy_kj": q(kj, "kJ"), "energy_kcal": q(kcal, "kcal")}
    assert wrong("grocery", {"nutrition_per_100g": energy}) == []


@pytest.mark.parametrize(("kj", "kcal"), [(497, 2085), (2085, 447), (2085, 49.7), (208, 497), (417, 999), (0, 99)])
def test_energy_that_disagrees_is_found(kj, kcal):
    """A digit or a column misread in kJ or kcal is an error, in the table where it stands."""
    energy = {"energy_kj": q(kj, "kJ"), "energy_kcal": q(kcal, "kcal")}
    assert wrong("grocery", {"nutrition_per_serving": energy}) == [("error", "nutrition_per_serving.energy_kj")]


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ({"isbn": "9780804429573", "isbn_10": "080442957x"}, []),
        ({"isbn": "979-10-90636-07-1"}, []),
        ({"isbn_10": "0-14-001399-7"}, []),
        ({"isbn": "979-10-90636-07-1", "isbn_10": "0-14-001399-7"}, [("error", "isbn_10")]),  # 979 has no ISBN-10
    ],
)
def test_isbns_of_one_book_pass(numbers, found):
    """Both forms of one book's ISBN, or one form alone, give no finding; of two books they are an error."""
    assert wrong("book", numbers) == found


@pytest.mark.parametrize("index", range(280))
def test_the_table_of_load_indices_is_the_series_that_it_rounds(index):
    """Index 0 carries 45 kg and 80 more ten times as much (UN Regulation 54, annex 4): the table is within 2.2 %."""
    assert load_of(index) == pytest.approx(45 * 10 ** (index / 80), rel=0.022)
    assert index == 0 or load_of(index) > load_of(index - 1)
