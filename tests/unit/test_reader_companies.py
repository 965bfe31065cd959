"""Companies' names and addresses: at their label, by a brand, at the head of a plate. The pages are made up."""

from typing import Any

import pytest

from local.page import Line
from tests.unit.pages import line, lines, page, read, request, specifications

TEXT = {"type": "string"}
FIELDS: dict[str, Any] = {
    "maker": {**TEXT, "description": 'Company name, without address. "Made by", "Hersteller"'},
    "maker_address": {**TEXT, "description": "Printed after the name."},
    "seller": {**TEXT, "description": 'With address. "Imported by"'},
    "model": {**TEXT, "description": '"Model"'},
}
BRAND = line("Holmbury", top=20, height=60)


def companies(*printed: Line) -> dict[str, Any]:
    """What is read for maker, address and seller."""
    return specifications(page(*printed), FIELDS)


@pytest.mark.parametrize(
    "address",
    [
        "Werkstr. 5, 42697 Solingen",
        "4 Weir Lane, Ludlow SY8 1QT",
        "Via Roma 18, 31015 Conegliano (TV)",
        "29550 Plonévez",
    ],
)
def test_an_address_ends_with_its_postcode_and_town(address: str) -> None:
    """In the company's line, in the one below, or over both."""
    first, _, last = address.partition(" ")
    for printed in (
        [f"Hersteller: Tann Werke GmbH, {address}"],
        ["Hersteller: Tann Werke GmbH,", address],
        [f"Hersteller: Tann Werke GmbH, {first}", last],
    ):
        assert companies(*lines(*printed)) == {"maker": "Tann Werke GmbH", "maker_address": address}


def test_an_american_house_number_is_no_postcode() -> None:
    """ "2200 Alder St" goes on to its state and ZIP code."""
    found = companies(*lines("Made by: Rivox Inc.,", "2200 Alder St,", "Portland, OR 97205"))
    assert found["maker_address"] == "2200 Alder St, Portland, OR 97205"


@pytest.mark.parametrize(
    "below",
    [
        "Keep in a dry place",
        "Werkstr. 5, Solingen",
        "Model: WK-1750 S",
        "Tel. 030: 5550 1924, 10115 Berlin",
        "www.tann.example, 42697 Solingen",
        "Lot 42697 of 2000",
    ],
)
def test_what_has_no_postcode_with_a_town_is_no_address(below: str) -> None:
    """Other print below a company's name isn't taken for its address."""
    assert "maker_address" not in companies(*lines("Made by: Tann Werke GmbH", below))


def test_a_seller_is_given_with_its_address() -> None:
    """As its description wants it; it isn't the maker."""
    printed = lines("Imported by Fenmoor Outfitters Ltd,", "4 Tannery Row, Kendal LA9 9QQ")
    assert companies(*printed) == {"seller": "Fenmoor Outfitters Ltd, 4 Tannery Row, Kendal LA9 9QQ"}
    colon = lines("Imported by: Fenmoor Outfitters Ltd,", "4 Tannery Row, Kendal LA9 9QQ")
    assert companies(*colon) == companies(*printed)


def test_who_sells_under_his_own_name_is_the_maker() -> None:
    """A company whose name the pack bears large needs no label."""
    printed = lines("Holmbury Foods Ltd,", "4 Weir Lane, Ludlow SY8 1QT", top=200)
    assert companies(BRAND, *printed) == {
        "maker": "Holmbury Foods Ltd",
        "maker_address": "4 Weir Lane, Ludlow SY8 1QT",
    }


@pytest.mark.parametrize(
    "printed",
    [
        ["Pathway Stores, Inc.", "200 Milk Street, Carteret, NJ 07008"],
        ["Packed for:", "Holmbury Foods Ltd"],
        ["Imported by", "Holmbury Foods Ltd, 4 Weir Lane, Ludlow SY8 1QT"],
        ["Holmbury is a mark of Grand Foods Ltd"],
        ["Preserves Ltd, Harbour Row, Dunbar EH42 1HX"],
        ["Holmbury Foods Ltd", "Holmbury Logistics GmbH"],
    ],
)
def test_other_companies_are_no_makers(printed: list[str]) -> None:
    """One of another name, with another part, within a sentence, the end of a name, or one of two."""
    assert "maker" not in companies(BRAND, *lines(*printed, top=200))


def test_a_plate_is_headed_by_its_maker() -> None:
    """The company in the first line is the brand too, where labels follow right below, and only there."""
    schema = {
        "type": "object",
        "properties": {"brand": TEXT, "specifications": {"type": "object", "properties": FIELDS}},
    }
    plate = read(page(*lines("Rivox Audio Corporation", "Model: RX-3")), request(schema))
    assert plate == {"brand": "Rivox Audio", "specifications": {"maker": "Rivox Audio Corporation", "model": "RX-3"}}
    letter = read(page(*lines("Rivox Audio Corporation", "presents its catalogue", "Model: RX-3")), request(schema))
    assert letter == {"specifications": {"model": "RX-3"}}


def test_an_unsure_address_is_left_out() -> None:
    """A faint line may have a wrong letter."""
    faint = line("Werkstr. 5, 42697 Solingen", top=50, score=0.9)
    assert companies(line("Hersteller: Tann Werke GmbH,"), faint) == {"maker": "Tann Werke GmbH"}
