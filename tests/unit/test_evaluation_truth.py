"""Truth files: what is known of each photo, in the schemas' names and shapes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from operate.evaluation.mapping import load_mapping
from operate.evaluation.shapes import shape_at, shapes_of
from operate.evaluation.truth import EvaluationRefusedError, Labelled, load_truth
from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins
from tests.commands import parsed, typed

SHAPES = shapes_of(load_catalog(load_plugins()))
MAPPING = load_mapping()
SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "truth.json"


def truth(tmp_path: Path, *entries: Any, complete: bool = False) -> list[Labelled]:
    """What a truth file with these entries knows."""
    path = tmp_path / "truth.json"
    path.write_text(json.dumps(list(entries)), encoding="utf-8")
    return load_truth(path, SHAPES, MAPPING, complete=complete)


def known(tmp_path: Path, category: str, **entry: Any) -> dict[str, tuple[Any, ...]]:
    """What is right for each path, for an entry of this category."""
    (photo,) = truth(tmp_path, {"file": "a.jpg", "category": category, **entry})
    return {one.path.removeprefix("specifications."): one.values for one in photo.known}


def test_names_and_values_become_the_schemas(tmp_path: Path) -> None:
    """Names of the truth's own meet the schema's; values as they're typed off a pack get the shape that it wants."""
    found = known(
        tmp_path,
        "grocery",
        brand="Jam Co",
        specifications={
            "net_weight_g": 150,
            "net_weight_oz": 5.3,
            "energy_kj_100g": 2085,
            "best_before": "DEC 2018",
            "serving_size": "2 cookies (21g)",
            "servings_per_pack": "10",
            "country_of_origin": "Germany",
            "claim": "vegan",
            "manufacturer": "Jam Co Ltd, High Street, York",
        },
    )
    assert found == {
        "brand": ("Jam Co",),
        "net_content": ({"value": 150, "unit": "g"}, {"value": 5.3, "unit": "oz"}),
        "nutrition_per_100g.energy_kj": ({"value": 2085, "unit": "kJ"},),
        "best_before_date": ("2018-12",),
        "serving_size": ({"value": 21, "unit": "g"},),
        "number_of_servings_per_package": (10,),
        "country_of_origin": ("DE",),
        "claims": (["vegan"],),
        "manufacturer": ("Jam Co Ltd, High Street, York", "Jam Co Ltd", "Jam Co Ltd, High Street"),
    }
    prices = known(tmp_path, "book", specifications={"price_usd": 59.99, "price_cad": 74.99})
    assert prices == {"prices": ([{"value": 59.99, "currency": "USD"}, {"value": 74.99, "currency": "CAD"}],)}
    volts = known(tmp_path, "electronics", specifications={"voltage": "24...230V~"})
    assert volts == {"input_voltage": ({"min_value": 24, "max_value": 230, "unit": "V"},)}


def test_a_known_barcode_stands_in_for_the_number(tmp_path: Path) -> None:
    """It is the GTIN, or of a book the ISBN; a number that the truth names itself goes first."""
    assert known(tmp_path, "grocery", known_barcode="4006381333931") == {"gtin": ("4006381333931",)}
    assert known(tmp_path, "book", known_barcode="9780306406157") == {"isbn": ("9780306406157",)}
    assert known(tmp_path, "book", known_barcode="036000291452") == {"gtin": ("036000291452",)}
    assert known(tmp_path, "grocery", known_barcode="1", gtin="4006381333931") == {"gtin": ("4006381333931",)}


def test_what_has_no_place_is_listed(tmp_path: Path) -> None:
    """A name that the schema doesn't have, and a value that can't be read as it wants it, are kept apart."""
    said = {"legal_deposit": "M-1", "shelf_life": "5 місяців", "best_before": "soon", "net_weight_g": 5}
    (photo,) = truth(tmp_path, {"file": "a.jpg", "category": "grocery", "specifications": said})
    assert photo.unmapped == {"legal_deposit": "M-1", "shelf_life": "5 місяців", "best_before": "soon"}
    assert [one.path for one in photo.known] == ["specifications.net_content"]
    assert "5 місяців" in photo.words


def test_nothing_is_as_good_as_not_named(tmp_path: Path) -> None:
    """null, an empty text and an empty list say nothing of a field."""
    assert known(tmp_path, "grocery", brand=None, specifications={"allergens": [], "claim": "", "gtin": None}) == {}


def test_completeness_is_said(tmp_path: Path) -> None:
    """An entry says so of itself, the command of all."""
    one, other = {"file": "a.jpg", "category": "book", "complete": True}, {"file": "b.jpg", "category": "book"}
    assert [photo.complete for photo in truth(tmp_path, one, other)] == [True, False]
    assert all(photo.complete for photo in truth(tmp_path, one, other, complete=True))


def test_every_line_of_the_mapping_leads_somewhere() -> None:
    """Each path is in a schema that the line is for, and a unit is one of those that it takes there."""
    for category, places in MAPPING.items():
        for name, place in places.items():
            shapes = [shape_at(SHAPES[one], place.path) for one in SHAPES if category in ("any", one)]
            found = [shape for shape in shapes if shape]
            assert found, name
            if place.unit:
                assert place.unit in found[0]["properties"]["unit"]["enum"], name


def test_the_samples_are_known_whole() -> None:
    """The samples' truth is in the schemas' own names: all of it is compared."""
    photos = load_truth(SAMPLES, SHAPES, MAPPING)
    assert [photo.file for photo in photos if photo.unmapped] == []
    assert sum(len(photo.known) for photo in photos) > 500


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is not JSON"),
        ("{}", "has to be a list"),
        ("[]", "has to be a list"),
        ("[1]", "entry 1: names no `file`"),
        ('[{"file": "../a.jpg", "category": "book"}]', "no path below the folder"),
        ('[{"file": "a.jpg", "category": "boat"}]', "'boat' is no category"),
        ('[{"file": "a.jpg", "category": ["book"]}]', "is no category"),
        ('[{"file": "a.jpg", "category": "book", "specifications": []}]', "`specifications` has to be an object"),
        ('[{"file": "a.jpg", "category": "book"}, {"file": "a.jpg", "category": "book"}]', "two entries for a.jpg"),
    ],
)
def test_a_broken_truth_is_said(tmp_path: Path, content: str, says: str) -> None:
    """What is no truth file is refused with a sentence."""
    path = tmp_path / "truth.json"
    path.write_text(content)
    with pytest.raises(EvaluationRefusedError, match=says):
        load_truth(path, SHAPES, MAPPING)


def test_the_page_about_it_holds(tmp_path: Path) -> None:
    """The entry that docs/evaluation.md shows is wholly known, and its commands are understood."""
    text = (SAMPLES.parent.parent / "docs" / "evaluation.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    (photo,) = truth(tmp_path, *json.loads(shown))
    assert len(photo.known) == 6
    assert not photo.unmapped
    assert [parsed(line).command for line in typed(text)] == ["evaluate", "requests", "evaluate"]
