"""Whatever a model answers becomes a product that the table takes, and what had to go is said."""

import json
from decimal import Decimal

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from pipeline.answers import parsed, tool_input
from pipeline.items import to_item
from pipeline.storable import storable
from tests.wire import JAM, calls

ITEM = 400 * 1024  # bytes; DynamoDB developer guide, "Constraints"
FOR_THE_REST = 150 * 1024  # of the row: 60 findings of at most 600 characters, the key, the error message

ANY_CHARACTER = st.characters(exclude_categories=())  # lone surrogates, too
names = st.text(ANY_CHARACTER, max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(ANY_CHARACTER),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(names, below, max_size=4),
    max_leaves=20,
)
products = st.dictionaries(
    st.sampled_from(["product_name", "brand", "specifications", "other_category", "category"]) | names,
    json_values,
)


def read(product):
    """The product as the pipeline has it: through a model's wire form."""
    message = parsed(json.dumps(calls("record_grocery", product)).encode())
    return tool_input(message, "record_grocery")[1]


def stored(product):
    return storable(read(product), "grocery")


def bytes_in(value):
    """What DynamoDB counts for an attribute value (developer guide, "Item sizes and formats")."""
    [(kind, content)] = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(Decimal(content).as_tuple().digits) // 2 + 3
    if kind == "L":
        return 3 + sum(1 + bytes_in(item) for item in content)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + bytes_in(item) for name, item in content.items())
    return 1


def nodes_in(value):
    yield value
    if isinstance(value, (dict, list)):
        for below in value.values() if isinstance(value, dict) else value:
            yield from nodes_in(below)


def check_takable(product):
    """The rules by which DynamoDB takes the row's product."""
    item = to_item({"product_specifications": product})
    assert bytes_in(item["product_specifications"]) < ITEM - FOR_THE_REST
    names = [name for node in nodes_in(product) if isinstance(node, dict) for name in node]
    assert all(0 < len(name.encode()) <= 65_535 for name in names)
    TypeSerializer().serialize(json.loads(json.dumps(product), parse_float=Decimal))


@given(products)
def test_whatever_a_model_records_the_table_takes(product):
    """Any JSON that a model puts in its tool call can be stored; the row's product has its category and no null."""
    kept, findings = stored(product)
    check_takable(kept)
    assert kept["category"] == "grocery"
    assert isinstance(kept["specifications"], dict)
    assert None not in list(nodes_in(kept))
    assert all(found["severity"] == "error" for found in findings)


def test_a_good_product_is_stored_as_it_was_read():
    """What fits is not touched, and the service adds the category."""
    product = {"product_name": "Plum jam", "brand": "Orchard Lane", "specifications": JAM}
    assert stored(product) == ({**product, "category": "grocery"}, [])


def test_what_is_in_a_wrong_place_is_kept_among_the_specifications():
    """A stray property, a name that is no text and a model's own confidence are kept where they can be seen."""
    kept, findings = stored(
        {"product_name": 4711, "confidence_score": 95, "gtin": "2012345678903", "specifications": {"color": "red"}}
    )
    specifications = {"product_name": 4711, "confidence_score": 95, "gtin": "2012345678903", "color": "red"}
    assert kept == {"category": "grocery", "specifications": specifications}
    assert findings == []


@pytest.mark.parametrize("specifications", ["a jar", ["a", "jar"], 5])
def test_specifications_that_are_no_object_are_kept(specifications):
    """A text or list in the place of the specifications is still there to be looked at."""
    assert stored({"specifications": specifications})[0]["specifications"] == {"specifications": specifications}


@pytest.mark.parametrize("number", [10**38, -(10**38), 1e126, 1e-131, 5e-324])
def test_a_number_that_the_table_can_not_hold_is_left_out_and_told(number):
    """A number out of DynamoDB's range is named in a finding; its neighbours stay."""
    kept, [found] = stored({"specifications": {"weight": {"value": number, "unit": "g"}}})
    assert kept["specifications"] == {"weight": {"unit": "g"}}
    assert (found["path"], "left out" in found["message"]) == ("specifications.weight.value", True)


@pytest.mark.parametrize("number", [10**38 - 1, 9.9e124, 1.1e-130, 0.1, -0.0, 1 / 3])
def test_a_number_in_range_is_kept(number):
    """Every number that DynamoDB takes is stored as it was read."""
    kept, findings = stored({"specifications": {"weight": number}})
    check_takable(kept)
    assert (kept["specifications"]["weight"], findings) == (number, [])


def test_nesting_and_names_beyond_the_table_are_left_out_and_told():
    """What is nested too deeply, has no name or a name of a megabyte goes, with a finding for each."""
    deep = "deep"
    for _ in range(20):
        deep = {"a": deep}
    kept, findings = stored({"specifications": {"deep": deep, "": 1, "n" * 1_000_000: 2, "color": "red"}})
    check_takable(kept)
    assert kept["specifications"]["color"] == "red"
    assert len(findings) == 3
    assert all(len(found["path"]) <= 300 for found in findings)


@pytest.mark.parametrize("character", ["x", "ж", "漢", "😀", "\0", '"'])
def test_half_a_megabyte_fits_and_says_what_went(character):
    """500 KB of answer end in a row that the table takes: the largest fields go, the small ones stay, and it's told."""
    specifications = {f"text_{index}": character * 5_000 for index in range(100)} | JAM
    kept, [found] = stored({"specifications": specifications})
    check_takable(kept)
    assert JAM.items() <= kept["specifications"].items()
    assert "too large for the table" in found["message"]
    assert len(json.dumps(kept)) < 210_000  # of the megabyte that a retry message may have


def test_ten_thousand_fields_are_kept_while_they_fit():
    """Many small fields are no reason to throw any away."""
    specifications = {f"field_{index}": index for index in range(8_000)}
    assert stored({"specifications": specifications})[0]["specifications"] == specifications


def test_an_endless_name_is_no_name():
    """A product name of 300 KB is kept no longer as one, and can't push the row over its limit."""
    kept, findings = stored({"product_name": "x" * 300_000, "brand": "y" * 300_000, "specifications": JAM})
    check_takable(kept)
    assert kept == {"category": "grocery", "specifications": JAM}
    assert findings
