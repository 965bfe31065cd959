"""What each piece of evidence does to the confidence. The readings are judged by the real grocery extractor."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.barcodes import Barcode
from pipeline.catalog import load_catalog
from pipeline.confidence import Confidence, Evidence, assess
from pipeline.corroboration import OtherText
from pipeline.examining import Examination
from pipeline.faults import fault
from pipeline.plugins import load_plugins
from tests.wire import records

GROCERY = load_catalog(load_plugins())["grocery"]
NET = {"net_content": {"value": 340, "unit": "g"}}
GTIN = "5000159484695"


def confidence(specifications: Mapping[str, Any], evidence: Evidence | None = None, **envelope: Any) -> Confidence:
    evidence = evidence or Evidence()
    examination = Examination(GROCERY, tuple(evidence.barcodes))
    return assess(examination.reading(records("grocery", specifications, **envelope)), [], GROCERY, evidence)


def of_net(evidence: Evidence | None = None, **envelope: Any) -> float:
    return confidence(NET, evidence, **envelope).fields["specifications.net_content"]


def table(kj: float, kcal: float) -> dict[str, Any]:
    energy = {"energy_kj": {"value": kj, "unit": "kJ"}, "energy_kcal": {"value": kcal, "unit": "kcal"}}
    return {"nutrition_per_100g": {**energy, "fat": {"value": 9.1, "unit": "g"}}}


def test_the_models_word_orders_its_fields() -> None:
    """Clear is likelier right than partial, and partial than inferred; a field that isn't named is clear."""
    clear, partial, inferred = (of_net(legibility={"net_content": word}) for word in ("clear", "partial", "inferred"))
    assert clear > partial > inferred
    assert of_net() == clear


def test_without_the_models_word_all_begin_alike() -> None:
    """Where legibility isn't asked for a field is neither clear nor in doubt."""
    silent = of_net(Evidence(legibility_asked=False))
    assert of_net(legibility={"net_content": "partial"}) < silent < of_net()


def test_inferred_values_say_so() -> None:
    """A value that isn't printed as such has its source on the row."""
    assert confidence(NET, legibility={"net_content": "inferred"}).sources == {"specifications.net_content": "inferred"}
    assert confidence(NET, legibility={"net_content": "partial"}).sources == {}


def test_a_check_digit_proves_much() -> None:
    """A GTIN whose check digit is right is likelier right than a text of as many characters."""
    found = confidence({"gtin": GTIN, "batch_lot_number": GTIN}).fields
    assert found["specifications.gtin"] > found["specifications.batch_lot_number"]


def test_bars_prove_all() -> None:
    """What a barcode of the photo says is as good as certain, and says where it's from; whatever the model thought."""
    bars = Evidence(barcodes=(Barcode("ean_13", GTIN, GTIN, None),))
    found = confidence({"gtin": "5000159484696"}, bars, legibility={"gtin": "partial"})
    assert found.fields["specifications.gtin"] == 0.999
    assert found.sources == {"specifications.gtin": "barcode"}


def test_arithmetic_bears_out_what_it_holds_for() -> None:
    """Of a table whose energies are the same both gain; the row beside them, compared with nothing, does not."""
    holds, alone = (
        {name.rpartition(".")[2]: one for name, one in confidence(specifications).fields.items()}
        for specifications in (table(1000, 239), {"nutrition_per_100g": {"energy_kj": {"value": 1000, "unit": "kJ"}}})
    )
    assert holds["energy_kj"] >= alone["energy_kj"]
    assert holds["fat"] <= holds["energy_kj"]


def test_what_contradicts_itself_is_hardly_likely() -> None:
    """kJ and kcal that can't both be right pull both down, and the product with them; the fat between them stays."""
    right, wrong = confidence(table(1000, 239)), confidence(table(1000, 1239))
    for name in ("energy_kj", "energy_kcal"):
        assert wrong.fields[f"specifications.nutrition_per_100g.{name}"] < 0.6
    assert wrong.fields["specifications.nutrition_per_100g.fat"] > 0.9
    assert wrong.score < right.score - 0.1


def test_a_fault_of_the_schema_makes_a_value_unlikely() -> None:
    """A date that is none is hardly what is printed."""
    assert confidence({"best_before_date": "soon"}).fields["specifications.best_before_date"] < 0.6


def test_another_reader_bears_out_or_doubts() -> None:
    """A value that an OCR sees, too, gains; one that it doesn't see loses, and is named."""
    seen, unseen = (Evidence(other_text=OtherText(text)) for text in ("Net 340 g", "Net 350 g"))
    assert of_net(seen) > of_net() > of_net(unseen)
    assert "specifications.net_content" in confidence(NET, unseen).unseen
    assert "specifications.net_content" not in confidence(NET, seen).unseen


def test_an_odd_word_doubts_a_short_text_more_than_a_long_one() -> None:
    """A reader that overlooks a word now and then has missed one of sixty by chance; one of two hardly."""
    sure = confidence({"ingredients": "Plums, " * 60, "brand_owner": "Oakhill Farm"})
    sees = Evidence(other_text=OtherText(f"{'Plums, ' * 60} Oakbill Farm Plum jam, Orchard Lane"))
    found = confidence({"ingredients": "Plums, " * 59 + "pears", "brand_owner": "Oakhill Farm"}, sees)
    short, long = "specifications.brand_owner", "specifications.ingredients"
    assert found.fields[short] < sure.fields[short] - 0.3
    assert found.fields[long] >= sure.fields[long] - 0.1
    assert not {short, long} & set(found.unseen)


def test_a_reader_that_overlooks_much_says_little() -> None:
    """What one that sees all else doesn't see is doubted more than what one that sees hardly anything doesn't see."""
    rest = {"batch_lot_number": "L6114", "ingredients": "Plums, sugar, lemon juice, pectin", "storage": "cool and dry"}
    printed = " ".join(["Plum jam, Orchard Lane", *rest.values()])
    sharp, blunt = (
        confidence({**NET, **rest}, Evidence(other_text=OtherText(text))).fields["specifications.net_content"]
        for text in (f"{printed} 350 g", "350 g")
    )
    assert sharp < blunt - 0.1
    assert blunt < of_net()


def test_a_word_of_the_schema_is_not_looked_for() -> None:
    """A symbol is recorded as "do not bleach": that another reader has no such words proves nothing."""
    apparel = load_catalog(load_plugins())["apparel"]
    reading = Examination(apparel).judged({"specifications": {"bleaching": "do not bleach", "color": "red"}}, {})
    found = assess(reading, [], apparel, Evidence(other_text=OtherText("100 % wool")))
    assert found.unseen == ["specifications.color"]


def test_a_date_is_looked_for_by_its_figures() -> None:
    """DEC 2018 is recorded as 2018-12; it doubts 2013-12, and as it may be another month, bears nothing out."""
    printed = Evidence(other_text=OtherText("Best before: DEC 2018"))
    right, wrong = (confidence({"best_before_date": date}, printed) for date in ("2018-12", "2013-12"))
    assert "specifications.best_before_date" not in right.unseen
    assert "specifications.best_before_date" in wrong.unseen
    alone = confidence({"best_before_date": "2018-12"}).fields["specifications.best_before_date"]
    assert right.fields["specifications.best_before_date"] == alone > wrong.fields["specifications.best_before_date"]


def test_a_poor_photo_lowers_what_was_read_from_it() -> None:
    """The worse the photo, the less likely each value; what the bars say excepted."""
    good, middling, poor = (of_net(Evidence(quality=quality)) for quality in (1.0, 0.5, 0.0))
    assert good > middling > poor
    bars = Evidence(quality=0.0, barcodes=(Barcode("ean_13", GTIN, GTIN, None),))
    assert confidence({"gtin": GTIN}, bars).fields["specifications.gtin"] == 0.999


def test_a_long_text_is_likelier_wrong_somewhere() -> None:
    """Five hundred characters are five hundred chances to misread one."""
    short, long = (
        confidence({"ingredients": text}).fields["specifications.ingredients"]
        for text in ("Plums", "Plums, sugar, " * 35)
    )
    assert long < short - 0.2


def test_the_products_is_the_share_that_is_likely_right() -> None:
    """It's the mean of its fields; nothing read is no confidence; an error about no field halves it."""
    found = confidence(NET)
    assert found.score == pytest.approx(sum(found.fields.values()) / len(found.fields), abs=0.001)
    assert confidence({}, product_name=None, brand=None).score <= 0.6
    empty = Examination(GROCERY).judged({"specifications": {}}, {})
    assert assess(empty, [], GROCERY, Evidence()).score == 0
    reading = Examination(GROCERY).reading(records("grocery", NET))
    cut = assess(reading, [fault("", "The answer was cut off.")], GROCERY, Evidence())
    assert cut.score == pytest.approx(found.score / 2, abs=0.001)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda below: st.lists(below) | st.dictionaries(st.text(), below),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), anything), anything, st.floats(0, 1))
def test_whatever_was_read_has_a_confidence(specifications: dict[str, Any], said: Any, quality: float) -> None:
    """However odd the answer, each field's confidence lies between 0 and 1, and so does the product's."""
    found = confidence(specifications, Evidence(quality=quality), legibility=said)
    assert 0 <= found.score <= 1
    assert all(0 < one < 1 for one in found.fields.values())
