"""What would have been made up or misread, caught on the way to its row, end to end; and what that does to the trust.

The label is drawn by the test, with a real barcode. What another reader sees on it is what is printed.
"""

from dataclasses import replace
from typing import Any

import pytest
from PIL import Image, ImageDraw
from zxingcpp import BarcodeFormat

from extractors import hookimpl
from tests.pictures import encoded
from tests.symbols import drawn
from tests.wire import calls, records
from tests.world import World

GTIN = "5000159484695"
PRINT = "Orchard Lane Plum jam 340 g Energy 1010 kJ 239 kcal Fat 0,1 g Carbohydrate 58 g Sugars 57 g Protein 0,4 g"
ENERGY = {"energy_kj": {"value": 1010, "unit": "kJ"}, "energy_kcal": {"value": 239, "unit": "kcal"}}
TABLE = {
    **ENERGY,
    "fat": {"value": 0.1, "unit": "g"},
    "carbohydrate": {"value": 58, "unit": "g"},
    "sugars": {"value": 57, "unit": "g"},
    "protein": {"value": 0.4, "unit": "g"},
}
TRUE = {"gtin": GTIN, "net_content": {"value": 340, "unit": "g"}, "nutrition_per_100g": TABLE}


class SeesThePrint:
    """Another reader of the photo."""

    @hookimpl
    def read_text(self) -> str:
        return f"{PRINT} {GTIN}"


def label() -> bytes:
    """A label with its barcode, upright and sharp."""
    picture = Image.new("L", (900, 700), 255)
    ImageDraw.Draw(picture).multiline_text((40, 40), PRINT.replace(" Energy", "\nEnergy"), fill=0, font_size=26)
    picture.paste(drawn(BarcodeFormat.EAN13, GTIN), (60, 260))
    return encoded(picture.convert("RGB"), "JPEG")


def read(world: World, *specifications: dict[str, Any], **envelope: Any) -> dict[str, Any]:
    """The row of the label, for a model that answers this, and then that."""
    key = f"grocery/{len(world.rows())}.jpg"
    event = world.put(key, label())
    world.models.answers(*(records("grocery", each, **envelope) for each in specifications))
    world.handle(event)
    world.models.forget()
    return world.row(key)


@pytest.fixture
def world(world: World) -> World:
    """The service, with another reader beside the model."""
    world.services.plugins.register(SeesThePrint())
    return world


def test_a_true_answer_is_trusted(world: World) -> None:
    """What is printed is completed without a finding; the bars bear the GTIN out, and the row has them."""
    row = read(world, TRUE)
    assert (row["processing_status"], row["findings"]) == ("completed", [])
    assert row["barcodes"] == [{"symbology": "ean_13", "text": GTIN, "gtin": GTIN}]
    assert row["field_sources"] == {"specifications.gtin": "barcode"}
    assert row["confidence_source"] == "computed"
    assert row["confidence_score"] == row["product_specifications"]["confidence_score"] > 0.95
    assert row["usage"]["paid_calls"] == 1


def test_a_number_beyond_measure_is_no_trouble_to_compare(world: World) -> None:
    """A figure of 400 digits, which no float holds, is left out of the row, and of what another reader is asked for."""
    absurd = {**TRUE, "weight": {"value": 10**400, "unit": "g"}}
    row = read(world, absurd, absurd)
    assert row["processing_status"] == "needs_review"
    assert row["product_specifications"]["specifications"]["gtin"] == GTIN


def test_a_wrong_digit_is_mended_by_the_bars(world: World) -> None:
    """A misread digit of the GTIN is taken from the bars, unpaid; a warning says what was read."""
    row = read(world, {**TRUE, "gtin": "5000159434695"})
    assert (row["processing_status"], row["usage"]["paid_calls"]) == ("completed", 1)
    assert row["product_specifications"]["specifications"]["gtin"] == GTIN
    [finding] = row["findings"]
    assert (finding["path"], finding["severity"]) == ("specifications.gtin", "warning")
    assert "5000159434695" in finding["message"]


def test_swapped_energies_go_back_once_and_are_mended(world: World) -> None:
    """kJ and kcal in each other's place can't be: the model is asked about these two alone, and reads them right."""
    swapped = {"energy_kj": {"value": 239, "unit": "kJ"}, "energy_kcal": {"value": 1010, "unit": "kcal"}}
    row = read(world, {**TRUE, "nutrition_per_100g": {**TABLE, **swapped}}, {"nutrition_per_100g": ENERGY})
    assert (row["processing_status"], row["usage"]["paid_calls"]) == ("completed", 2)
    assert row["product_specifications"]["specifications"]["nutrition_per_100g"] == TABLE
    said = world.models.requests[-1]["messages"][-1]["content"][0]["content"]
    assert "nutrition_per_100g.energy_kj" in said
    assert "nutrition_per_100g.energy_kcal" in said
    assert "net_content" not in said


def test_swapped_energies_that_stay_are_for_a_person(world: World) -> None:
    """Read so twice they stand on the row, as an error with both figures, and pull the confidence down."""
    swapped = {"energy_kj": {"value": 239, "unit": "kJ"}, "energy_kcal": {"value": 1010, "unit": "kcal"}}
    wrong = {**TRUE, "nutrition_per_100g": {**TABLE, **swapped}}
    trusted, row = read(world, TRUE), read(world, wrong, wrong)
    assert row["processing_status"] == "needs_review"
    energies = [f"specifications.nutrition_per_100g.energy_{unit}" for unit in ("kj", "kcal")]
    assert any(found["severity"] == "error" and set(energies) <= found["values"].keys() for found in row["findings"])
    assert row["confidence_score"] < trusted["confidence_score"] - 0.05
    for path in energies:
        assert row["field_confidence"][path] < 0.75 < trusted["field_confidence"][path]


def test_an_invented_brand_is_told(world: World) -> None:
    """A brand that stands nowhere on the label isn't seen by the other reader: a warning, and less confidence."""
    trusted, row = read(world, TRUE), read(world, TRUE, brand="Fruttissima")
    assert [(found["path"], found["severity"]) for found in row["findings"]] == [("brand", "warning")]
    assert row["field_confidence"]["brand"] < 0.8 < trusted["field_confidence"]["brand"]
    assert row["confidence_score"] < trusted["confidence_score"]


def test_what_is_inferred_says_so(world: World) -> None:
    """A value that isn't printed as such is marked, and trusted less."""
    row = read(world, {**TRUE, "color": "red"}, legibility={"color": "inferred"})
    assert row["field_sources"]["specifications.color"] == "inferred"
    assert row["field_confidence"]["specifications.color"] < row["field_confidence"]["specifications.net_content"]


def test_below_the_bound_a_person_looks(world: World) -> None:
    """An answer without a fault, of which little is sure, needs review, and says what bound it is below."""
    guesswork = {name: "inferred" for name in ("product_name", "brand", "ingredients")}
    said = {"product_name": "Pflaumenmus", "brand": "Obsthof"}
    row = read(world, {"ingredients": "plums, sugar, pectin, acid"}, legibility=guesswork, **said)
    assert row["processing_status"] == "needs_review"
    assert all(found["severity"] == "warning" for found in row["findings"])
    assert any("reviewBelow" in found["message"] for found in row["findings"])


def test_a_poor_photo_says_why_to_take_it_anew(world: World) -> None:
    """A photo that can't be sharp has its retake reasons on the row, beside what was read all the same."""
    small = encoded(Image.new("RGB", (120, 90), "white"), "JPEG")
    event = world.put("grocery/small.jpg", small)
    world.models.answers(records("grocery", {}))
    world.handle(event)
    row = world.row("grocery/small.jpg")
    assert "too_small" in row["retake_reasons"]
    assert row["product_specifications"]["product_name"] == "Plum jam"


def test_nothing_but_a_barcode_is_told(world: World) -> None:
    """Where the bars are all that could be read, the row asks for another photo; it is completed all the same."""
    event = world.put("grocery/bars.jpg", label())
    world.models.answers(calls("record_grocery", {"specifications": {}}))
    world.handle(event)
    row = world.row("grocery/bars.jpg")
    assert (row["processing_status"], row["confidence_score"]) == ("completed", 0.999)
    assert row["product_specifications"]["specifications"] == {"gtin": GTIN}
    assert row["retake_reasons"] == ["only_a_barcode"]
    assert any("photograph the front" in found["message"] for found in row["findings"])


def test_a_poor_photo_is_refused_unpaid_where_that_is_wanted(world: World) -> None:
    """With refusePoorPhotos nothing is paid for it: the row has failed, with what to do."""
    world.replace(settings=replace(world.services.settings, refuse_poor_photos=True))
    event = world.put("grocery/small.jpg", encoded(Image.new("RGB", (120, 90), "white"), "JPEG"))
    world.handle(event)
    row = world.row("grocery/small.jpg")
    assert (row["processing_status"], row["paid_calls"]) == ("failed", 0)
    assert row["error_code"] in row["retake_reasons"]
    assert world.models.requests == []


class SeesNothing:
    """Another reader, that can make out nothing on any photo."""

    @hookimpl(tryfirst=True)
    def read_text(self) -> str:
        return " \n"


def test_a_reader_that_sees_nothing_speaks_against_nothing(world: World) -> None:
    """An empty text is none: the answer is as sure as without another reader."""
    world.services.plugins.register(SeesNothing())
    row = read(world, TRUE)
    assert row["findings"] == []
    assert row["field_confidence"]["product_name"] == pytest.approx(0.916, abs=0.002)


def test_a_name_that_is_nearly_the_schemas_is_told(world: World) -> None:
    """A value under a name of the model's own that is nearly one of the schema's has a warning that names it."""
    row = read(world, {**TRUE, "ingredient": "plums"})
    assert row["processing_status"] == "completed"
    [message] = [
        one["message"]
        for one in row["findings"]
        if one["path"] == "specifications.ingredient" and "meant" in one["message"]
    ]
    assert message == "The schema has no ingredient: is ingredients meant?"
    both = read(world, {**TRUE, "ingredient": "plums", "ingredients": "plums, sugar", "ripeness": "ripe"})
    assert not any("meant" in found["message"] for found in both["findings"])
