"""The offline reader finds values by the words of whatever schema it is handed. The pages are made up."""

from typing import Any

import pytest

from tests.unit.pages import line, lines, page, specifications

TEXT = {"type": "string"}
AMOUNT = {"type": "object", "properties": {"value": {}, "unit": {"enum": ["g", "kg", "oz", "ml"]}}}
RANGE = {"type": "object", "properties": {"value": {}, "min_value": {}, "max_value": {}, "unit": {"enum": ["V"]}}}


def labelled(kind: dict[str, Any], *words: str) -> dict[str, Any]:
    """A property of this kind whose description quotes these label words."""
    return {**kind, "description": "As printed. " + ", ".join(f'"{word}"' for word in words)}


def test_a_new_property_is_found_by_its_name_title_and_quoted_words() -> None:
    """No code knows these properties: their schema alone says what their labels are."""
    printed = page(*lines("Thread count: TC-200", "Webart: Köper 3/1", "Ply: P-4"))
    properties = {"thread_count": TEXT, "weave": labelled(TEXT, "Webart"), "strands": {**TEXT, "title": "Ply"}}
    assert specifications(printed, properties) == {"thread_count": "TC-200", "weave": "Köper 3/1", "strands": "P-4"}


def test_labels_are_known_without_spaces_accents_and_case() -> None:
    """OCR drops spaces and accents, and packs shout."""
    printed = page(line("POIDSNET : 340 G"))
    assert specifications(printed, {"mass": labelled(AMOUNT, "Poids net")}) == {"mass": {"value": 340, "unit": "g"}}


def test_definitions_are_followed() -> None:
    """A local $ref is put in place, and what stands beside it wins."""
    narrowed = {"$ref": "#/$defs/amount", "properties": {"unit": {"enum": ["kg"]}}, "title": "Load"}
    printed = page(line("Load 340 g"), line("Load 12 kg", top=60))
    assert specifications(printed, {"load": narrowed}, amount=AMOUNT) == {"load": {"value": 12, "unit": "kg"}}


def test_values_stand_right_of_their_label_or_below_it() -> None:
    """A plate's second column, and the line under a label with a colon."""
    table = page(line("Typ"), line("WK-1750 S", left=200), line("Gewicht", top=60), line("2 kg", left=200, top=60))
    wanted = {"model": labelled(TEXT, "Typ"), "weight": labelled(AMOUNT, "Gewicht")}
    assert specifications(table, wanted) == {"model": "WK-1750 S", "weight": {"value": 2, "unit": "kg"}}
    below = page(*lines("Manufactured by:", "Softline Pvt. Ltd"))
    assert specifications(below, {"maker": labelled(TEXT, "Manufactured by")}) == {"maker": "Softline Pvt. Ltd"}


def test_rows_are_followed_along_their_tilt() -> None:
    """On a photo taken askew the value of a row stands higher than its label, level with another's."""
    tilt = -0.1
    names = [line("Fat", top=100), line("Salt", top=130)]
    values = [line("3 g", left=300, top=70), line("1 g", left=300, top=100)]
    askew = [type(one)(one.text, one.score, one.left, one.top, one.width, one.height, tilt) for one in names + values]
    wanted = {"fat": AMOUNT, "salt": AMOUNT}
    found = specifications(page(*askew), wanted)
    assert found == {"fat": {"value": 3, "unit": "g"}, "salt": {"value": 1, "unit": "g"}}


def test_translations_and_remarks_between_label_and_value_are_passed_over() -> None:
    """ "Input / Eingang (USB-C): 5 V" has one label and one value."""
    printed = page(line("Input / Eingang (USB-C): 5 V"))
    assert specifications(printed, {"input": labelled(RANGE, "Eingang")}) == {"input": {"value": 5, "unit": "V"}}


def test_what_a_family_of_properties_shares_is_a_label_of_all() -> None:
    """Two input_ properties quote "Eingang", so the third is looked for at that word too."""
    current = {"type": "object", "properties": {"value": {}, "unit": {"enum": ["A"]}}}
    kind = {"type": "string", "enum": ["AC", "DC"], "description": "~ is AC, ⎓ is DC."}
    wanted = {
        "input_voltage": labelled(RANGE, "Eingang"),
        "input_current": labelled(current, "Eingang"),
        "input_kind": kind,
    }
    found = specifications(page(line("EINGANG: 100-240V~ 1,5A")), wanted)
    assert found == {
        "input_voltage": {"min_value": 100, "max_value": 240, "unit": "V"},
        "input_current": {"value": 1.5, "unit": "A"},
        "input_kind": "AC",
    }


def test_a_list_of_substances_runs_on_until_it_ends() -> None:
    """A text runs on over lines, hyphens are joined, and the next statement isn't part of it."""
    printed = page(*lines("Zutaten: Mehl, Sonnen-", "blumenöl, Salz.", "Vor Licht schützen."))
    found = specifications(printed, {"ingredients": labelled(TEXT, "Zutaten")})
    assert found == {"ingredients": "Mehl, Sonnenblumenöl, Salz."}


def test_a_text_ends_where_another_label_begins() -> None:
    """Be it one that the schema doesn't know; only an open end, as a comma, goes on over it."""
    wanted = {"upper": labelled(TEXT, "Upper")}
    assert specifications(page(*lines("Upper: Leather and textile", "Sole: Rubber")), wanted) == {
        "upper": "Leather and textile"
    }
    wanted = {"ingredients": labelled(TEXT, "Zutaten")}
    printed = page(*lines("Zutaten: Kakaobutter, Zucker,", "Emulgator: Lecithin."))
    assert specifications(printed, wanted) == {"ingredients": "Kakaobutter, Zucker, Emulgator: Lecithin."}


def test_languages_are_not_mixed() -> None:
    """A text ends before the same in another language; where the two can't be parted there is none."""
    wanted = {"ingredients": labelled(TEXT, "Zutaten")}
    one_line = page(line("Zutaten: Thunfisch, Salz. Ingredienten: tonijn"))
    assert specifications(one_line, wanted) == {"ingredients": "Thunfisch, Salz."}
    open_end = page(*lines("Zutaten: Thunfisch,", "Salz. Ingredienten: tonijn"))
    assert specifications(open_end, wanted) == {"ingredients": "Thunfisch, Salz."}
    mixed = page(*lines("Zutaten: Thunfisch, Salz", "olive, sel. TON. Ingredienten: tonijn"))
    assert specifications(mixed, wanted) == {}


def test_a_text_ends_where_a_label_begins_a_sentence() -> None:
    """ "Contains" opens the next statement wherever in the line it stands, but not as one in a row of substances."""
    wanted = {"ingredients": labelled(TEXT, "Ingredients"), "scent": labelled(TEXT, "Parfum")}
    wanted["allergens"] = labelled({"type": "array", "items": TEXT}, "Contains")
    printed = page(*lines("Ingredients: plums, sugar,", "pectin. Contains sulphites"))
    assert specifications(printed, wanted)["ingredients"] == "plums, sugar, pectin."
    printed = page(*lines("Ingredients: soap, enzymes,", "acids. Parfum, Limonene"))
    assert specifications(printed, wanted) == {"ingredients": "soap, enzymes, acids. Parfum, Limonene"}


def test_a_second_label_is_no_part_of_the_value() -> None:
    """ "Style No. / Art.-Nr.: NS-1" has two labels of one field; behind another's label stands another's value."""
    wanted = {"mpn": labelled(TEXT, "Style No.", "Art.-Nr.")}
    assert specifications(page(line("Style No. / Art.-Nr.: NS-40871-39")), wanted) == {"mpn": "NS-40871-39"}
    assert specifications(page(line("Style No. / Codice art.: NS-40871-39")), wanted) == {"mpn": "NS-40871-39"}
    assert specifications(page(line("Style No. NS-40871 Art.-Nr.: 39")), wanted) == {"mpn": "NS-40871"}
    wanted["lot"] = TEXT
    assert specifications(page(line("Style No. / Lot: B2611")), wanted) == {"lot": "B2611"}
    assert specifications(page(line("Style No. Weaver: NS-40871")), wanted) == {}


def test_a_share_is_no_code() -> None:
    """ "< 5 % soap, enzymes" is a text to its end, where "VT-65 B" is a code."""
    wanted = {"ingredients": labelled(TEXT, "Ingredients")}
    assert specifications(page(line("Ingredients: <5 % soap, enzymes, scent")), wanted) == {
        "ingredients": "<5 % soap, enzymes, scent"
    }


def test_a_code_ends_before_the_next_label_and_is_no_price() -> None:
    """ "REF AM-0316 Lot: B2611" holds one number, and "US $14.95" no size."""
    wanted = {"number": labelled(TEXT, "REF"), "size": labelled(TEXT, "US")}
    assert specifications(page(line("REF AM-0316 Lot:B2611")), wanted) == {"number": "AM-0316"}
    assert specifications(page(line("US $14.95")), wanted) == {}
    assert specifications(page(line("US 8")), wanted) == {"size": "8"}
    assert specifications(page(line("US 42 2/3 men")), wanted) == {"size": "42 2/3"}


def test_a_row_of_a_chart_says_nothing() -> None:
    """Of "EU 39 40 41" no size is this product's, in one line or in cells."""
    wanted = {"size": labelled(TEXT, "EU", "EUR")}
    assert specifications(page(line("EU 39 40 41")), wanted) == {}
    assert specifications(page(line("EU 39"), line("40", left=200)), wanted) == {}
    assert specifications(page(line("EUR"), line("39", left=100), line("40", left=200)), wanted) == {}
    assert specifications(page(line("EUR"), line("39", left=100), line("UK 6", left=200)), wanted) == {"size": "39"}


def test_a_code_needs_no_clear_words() -> None:
    """Faint print with figures is a code, and one to the right of its label goes before a paragraph below."""
    wanted = {"model": labelled(TEXT, "Typ")}
    assert specifications(page(line("Typ: WK-1750 S", score=0.94)), wanted) == {"model": "WK-1750 S"}
    below = [line("Do not put it into water ever!", top=50), line("Company Ltd, Solingen", top=80)]
    assert specifications(page(line("Typ"), line("WK-1750 S", left=300), *below), wanted) == {"model": "WK-1750 S"}


def test_a_label_may_be_the_unit() -> None:
    """ "57 kWh/100" is a figure whose unit is its label, in one line or parted; a figure farther off is another."""
    energy = {"properties": {"value": {}, "unit": {"enum": ["kWh"]}}, "description": '"kWh/100"'}
    for printed in ([line("57 kWh/100")], [line("57", height=30), line("kWh/100", left=55)]):
        assert specifications(page(*printed), {"per_100": energy}) == {"per_100": {"value": 57, "unit": "kWh"}}
    assert specifications(page(line("57"), line("kWh/100", left=200)), {"per_100": energy}) == {}


def test_codes_look_like_their_example() -> None:
    """A pattern's example shows the form that is looked for; digits alone look like anything, and two are in doubt."""
    size = {"type": "string", "pattern": r"^\d+/\d+ R\d+$", "examples": ["205/55 R16"]}
    index = {"type": "string", "pattern": r"^\d+$", "examples": ["91"]}
    assert specifications(page(line("195/65 R15 88H")), {"size": size, "index": index}) == {"size": "195/65 R15"}
    assert specifications(page(*lines("195/65 R15", "205/55 R16")), {"size": size}) == {}


def test_a_degree_is_no_class() -> None:
    """The C of 30 °C isn't grade C."""
    wanted = {"grade": {"type": "string", "enum": ["A", "B", "C"], "title": "Temperature"}}
    assert specifications(page(line("Temperature C")), wanted) == {"grade": "C"}
    assert specifications(page(line("Temperature: 30 °C")), wanted) == {}


def test_a_label_can_be_its_own_value() -> None:
    """A signal word says itself where it stands alone; two of them on a page, or one in a sentence, say nothing."""
    signal = {**labelled(TEXT, "Danger", "Warning"), "examples": ["Danger"]}
    assert specifications(page(line("Warning")), {"signal": signal}) == {"signal": "Warning"}
    assert specifications(page(line("Warning: hot surface")), {"signal": signal}) == {}
    assert specifications(page(*lines("Warning", "Danger")), {"signal": signal}) == {}
    route = {**labelled(TEXT, "For oral use"), "examples": ["For oral use"]}
    leaflet = page(line("For oral use. Read the leaflet."))
    assert specifications(leaflet, {"route": route}) == {"route": "For oral use"}
    assert specifications(leaflet, {"route": labelled(TEXT, "For oral use")}) == {}


def test_labels_stay_with_orders_only() -> None:
    """ "Store cool and dry" is an instruction; in "Colore verde salvia 412" the label isn't part of the colour."""
    wanted = {"storage_instructions": labelled(TEXT, "Store"), "colour": labelled(TEXT, "Colore")}
    assert specifications(page(*lines("Store cool and dry", "", "Colore verde salvia 412")), wanted) == {
        "storage_instructions": "Store cool and dry"
    }
    assert specifications(page(line("Keep cool. Store")), wanted) == {}


def test_what_is_counted_by_a_thing_is_not_the_thing() -> None:
    """ "72 Wh por batería" is no kind of battery, though the word closes its part of the line."""
    wanted = {"battery": labelled(TEXT, "batería")}
    assert specifications(page(line("72 Wh por batería")), wanted) == {}
    assert specifications(page(line("Con batería de litio")), wanted) == {}


def test_doubtful_words_are_left_out() -> None:
    """Words read unsurely, and a name that the page also prints with one other letter, are none."""
    wanted = {"maker": labelled(TEXT, "Maker")}
    assert specifications(page(line("Maker: Softesule Ltd")), wanted) == {"maker": "Softesule Ltd"}
    assert specifications(page(line("Maker: Softesule Ltd", score=0.95)), wanted) == {}
    assert specifications(page(line("Maker: Softesuie Ltd"), line("Softesule", top=400)), wanted) == {}
    assert specifications(page(line("Maker: Tensiottivi e tensioattivi")), wanted) == {}
    names = labelled({"type": "array", "items": TEXT}, "Suitable for")
    assert specifications(page(line("Suitable for: wool, let", score=0.95)), {"suits": names}) == {}


def test_what_figures_are_given_for_is_no_serving() -> None:
    """ "per 100 g portion" heads a table; "45 g portion" is a serving."""
    wanted = {"serving": labelled(AMOUNT, "portion")}
    assert specifications(page(line("PR. 100 g PORTION")), wanted) == {}
    assert specifications(page(line("45 g portion")), wanted) == {"serving": {"value": 45, "unit": "g"}}


def test_a_sentence_that_begins_with_its_label_keeps_it() -> None:
    """ "Do not open" is a warning as a whole; a word quoted small closes its sentence."""
    printed = page(line("Do not open the housing."), line("Nicht über 30°C lagern!", left=500, top=300))
    wanted = {"warnings": labelled(TEXT, "Do not"), "storage": labelled(TEXT, "lagern")}
    assert specifications(printed, wanted) == {
        "warnings": "Do not open the housing.",
        "storage": "Nicht über 30°C lagern",
    }


def test_lists_are_parted() -> None:
    """Commas and "and" part a list; words around it fall away, and a list of codes without letters is none."""
    printed = page(*lines("May contain traces of sesame, nuts and soya.", "Contents: 12"))
    texts = {"type": "array", "items": TEXT}
    wanted = {"traces": labelled(texts, "May contain"), "contents": labelled(texts, "Contents")}
    assert specifications(printed, wanted) == {"traces": ["sesame", "nuts", "soya"]}
    decimal = page(line("May contain: 2,8 g of nuts, soya"))
    assert specifications(decimal, wanted) == {"traces": ["2,8 g of nuts", "soya"]}


def test_a_list_stands_beside_its_label_rather_than_below() -> None:
    """In a plate of two columns, what stands under a label without a colon is another matter."""
    wanted = {"fits": labelled({"type": "array", "items": TEXT}, "Fits on")}
    below = line("Protects in the cold", top=50)
    assert specifications(page(line("Fits on"), below), wanted) == {}
    beside = line("diesel engines, petrol engines", left=300)
    assert specifications(page(line("Fits on"), below, beside), wanted) == {
        "fits": ["diesel engines", "petrol engines"]
    }


def test_counted_things_are_a_list_and_measures_none() -> None:
    """ "1 board, 84 cards" are things; "12 pieces" say how many, "150 g" how much."""
    wanted = {"contents": labelled({"type": "array", "items": TEXT}, "Contents")}
    assert specifications(page(line("Contents: 1 board, 84 cards")), wanted) == {"contents": ["1 board", "84 cards"]}
    assert specifications(page(line("Contents: 12 pieces")), wanted) == {}
    assert specifications(page(line("Contents: 150 g, 5.3 oz")), wanted) == {}


def test_things_are_counted_in_other_languages_too() -> None:
    """A line that is a count of what a label means, by the lexicon; not two counts, a dose, other things, none."""
    wanted = {"pieces": labelled({"type": "integer", "minimum": 1}, "capsules")}
    assert specifications(page(*lines("Zinc", "60 gélules")), wanted) == {"pieces": 60}
    for printed in (["60 gélules", "2 gélules"], ["NUR 2 KAPSELN AM TAG"], ["60 lanternes"], ["0 Kapseln"]):
        assert specifications(page(*lines(*printed)), wanted) == {}


def test_a_country_label_leads_wherever_it_stands() -> None:
    """Behind a web address as well, if it has its capital; in a sentence it has none."""
    wanted = {"origin": labelled({"type": "string", "format": "country"}, "Made in")}
    assert specifications(page(line("www.lunet.example Made in Italy")), wanted) == {"origin": "IT"}
    assert specifications(page(line("as good as if made in Italy")), wanted) == {}


def test_a_short_label_right_behind_a_colon_is_the_value() -> None:
    """ "SN-T" is a class here, not a serial number; "SN:" is a label."""
    wanted = {
        "climate": labelled({"type": "string", "pattern": "^[SNT-]{1,4}$"}, "Climate class"),
        "serial": labelled(TEXT, "SN"),
    }
    assert specifications(page(line("Climate class: SN-T")), wanted) == {"climate": "SN-T"}
    assert specifications(page(line("Climate class: T SN: 40127")), wanted) == {"climate": "T", "serial": "40127"}


def test_orders_are_kept_whole_and_may_be_cried() -> None:
    """Behind "Caution:" or "Caution!" all sentences are the warning; a material is one word."""
    wanted = {"warnings": labelled(TEXT, "Caution"), "material": labelled(TEXT, "Material")}
    order = "For external use only. Avoid contact with eyes."
    for sign in (":", "!", " !"):
        assert specifications(page(line(f"Caution{sign} {order}")), wanted) == {"warnings": order}
    assert specifications(page(line("Material: Steel. Avoid contact.")), wanted) == {"material": "Steel."}
    assert specifications(page(line("Caution!")), wanted) == {}


def test_counts_stand_before_their_label() -> None:
    """ "320 pages" and "Pages: 320" are the same; 0 pages, or figures in a sentence, are none."""
    wanted = {"pages": labelled({"type": "integer", "minimum": 1}, "pages")}
    assert specifications(page(line("Illustrated · 320 pages")), wanted) == {"pages": 320}
    assert specifications(page(line("Pages: 320")), wanted) == {"pages": 320}
    assert specifications(page(line("0 pages")), wanted) == {}
    assert specifications(page(line("Read 2 pages daily")), wanted) == {}
    assert specifications(page(line("58 g pages 3")), wanted) == {"pages": 3}
    assert specifications(page(line("per 100 g or portion")), {"serving": labelled(AMOUNT, "portion")}) == {}


def test_patterns_and_forms() -> None:
    """A pattern picks its value at the label; a quoted form with digits stands for values of that form."""
    wanted = {
        "mac": {"type": "string", "pattern": "^[0-9A-F]{12}$"},
        "ip_rating": {"type": "string", "pattern": "^IP[0-9X][0-9X]$"},
        "opened": {
            "properties": {"value": {}, "unit": {"enum": ["month", "year"]}},
            "description": 'Open jar: 12M is 12 months. "12M"',
        },
        "age": labelled(TEXT, "3+"),
    }
    printed = page(*lines("MAC: 28C2DD7922DC BC", "IP67", "24M", "6+"))
    assert specifications(printed, wanted) == {
        "mac": "28C2DD7922DC",
        "ip_rating": "IP67",
        "opened": {"value": 24, "unit": "month"},
        "age": "6+",
    }


def test_words_given_as_examples_are_looked_for() -> None:
    """ "such as" lists what may be printed; only what stands by itself counts."""
    texts = {"type": "array", "items": TEXT}
    wanted = {"marks": {**texts, "description": "Marks of conformity, such as CE, UL, organic."}}
    assert specifications(page(*lines("CE", "vegan · Organic")), wanted) == {"marks": ["CE", "Organic"]}
    assert specifications(page(line("CE PRODUIT EST FRAGILE")), wanted) == {}
    norms = {"norms": {**texts, "examples": [["EN 71"]]}}
    assert specifications(page(line("Tested after EN 71-1 and EN 352")), norms) == {"norms": ["EN 71-1", "EN 352"]}
    assert specifications(page(line("EN 352-2:1993")), norms) == {"norms": ["EN 352-2:1993"]}
    assert specifications(page(line("CE", score=0.7)), wanted) == {}
    assert specifications(page(line("CE回")), wanted) == {"marks": ["CE"]}  # OCR sees a sign in the drawing beside it
    form = {"form": {**TEXT, "description": "Such as tablets, capsules."}}
    assert specifications(page(line("Vitamin C · Tablets")), form) == {"form": "Tablets"}
    assert specifications(page(*lines("Tablets", "Capsules")), form) == {}
    assert specifications(page(line("Take two tablets daily")), form) == {}
    assert specifications(page(line("IT5", left=20), line("CE", left=25, top=42)), wanted) == {}  # a food works' oval


def test_numbers_are_told_by_their_check_digits() -> None:
    """A barcode's digits in parts, and each ISBN where its example's length says; a number is given once."""
    wanted = {
        "isbn": {"type": "string", "format": "isbn", "examples": ["978-0-306-40615-7"]},
        "isbn_10": {"type": "string", "format": "isbn", "examples": ["0-306-40615-2"]},
        "gtin": {"type": "string", "format": "gtin"},
    }
    book = page(
        line("ISBN 84-305-3267-6"), line("9", top=80), line("788430", left=50, top=80), line("532674", left=125, top=80)
    )
    assert specifications(book, wanted) == {"isbn": "9788430532674", "isbn_10": "84-305-3267-6"}
    assert specifications(page(line("4820024790635")), wanted) == {"gtin": "4820024790635"}
    assert specifications(page(line("4820024790636")), wanted) == {}


def test_the_declared_quantity_bears_its_sign() -> None:
    """A bare quantity belongs to the property that quotes ℮, which OCR reads as an e; without it, to none."""
    wanted = {"net_content": labelled(AMOUNT, "℮"), "serving": labelled(AMOUNT, "Portion")}
    assert specifications(page(line("200 mle")), wanted) == {"net_content": {"value": 200, "unit": "ml"}}
    assert specifications(page(line("200 ml")), wanted) == {}
    assert specifications(page(line("30 washes• 500 mle")), wanted) == {"net_content": {"value": 500, "unit": "ml"}}
    assert specifications(page(line("30 washes• 500 ml")), wanted) == {}


def test_the_columns_of_a_table_are_kept_apart() -> None:
    """Each nested object takes the figures below its own heading, also where one line holds both."""
    energy = {"type": "object", "properties": {"value": {}, "unit": {"enum": ["kJ"]}}, "title": "Energy"}
    nutrition = {"type": "object", "properties": {"energy": energy, "fat": AMOUNT}}
    wanted = {
        "per_100g": {**nutrition, "description": '"per 100 g"'},
        "per_serving": {**nutrition, "description": '"per serving"'},
    }
    printed = page(
        line("per 100 g   per 45 g serving", left=300),
        line("Energy", top=50),
        line("1874 kJ        843 kJ", left=300, top=50),
        line("Fat", top=80),
        line("17,2 g", left=300, top=80),
        line("7,7 g", left=470, top=80),
    )
    assert specifications(printed, wanted) == {
        "per_100g": {"energy": {"value": 1874, "unit": "kJ"}, "fat": {"value": 17.2, "unit": "g"}},
        "per_serving": {"energy": {"value": 843, "unit": "kJ"}, "fat": {"value": 7.7, "unit": "g"}},
    }


def test_a_table_says_what_its_figures_are_for() -> None:
    """A quantity that the schema ties to a table is that of its heading, and is given with the table only."""
    energy = {"type": "object", "properties": {"value": {}, "unit": {"enum": ["kcal"]}}, "title": "Energy"}
    group = {"type": "object", "properties": {"energy": energy}, "description": '"per 100 g", "per 100 ml"'}
    wanted = {"per_100": group, "basis": {**AMOUNT, "description": "What per_100 is given for."}}
    table = [line("per 100 ml", left=300), line("Energy", top=50), line("41 kcal", left=300, top=50)]
    assert specifications(page(*table), wanted) == {
        "per_100": {"energy": {"value": 41, "unit": "kcal"}},
        "basis": {"value": 100, "unit": "ml"},
    }
    assert specifications(page(line("per 100 ml", left=300)), wanted) == {}


def test_a_column_that_nobody_asks_for_is_left_alone() -> None:
    """Headed "100 ml" and "440 ml can", the can's figures are none per 100 ml, though they stand nearby."""
    energy = {"type": "object", "properties": {"value": {}, "unit": {"enum": ["kcal"]}}, "title": "Energy"}
    fat = {**AMOUNT, "title": "Fat"}
    group = {"type": "object", "properties": {"energy": energy, "fat": fat}, "description": '"per 100 ml"'}
    printed = page(
        line("100 ml   440 ml can", left=300),
        *(line("Energy", top=50), line("180 kcal", left=400, top=50)),
        *(line("Fat", top=80), line("0.1 g", left=300, top=80), line("0.4 g", left=400, top=80)),
    )
    assert specifications(printed, {"per_100": group}) == {"per_100": {"fat": {"value": 0.1, "unit": "g"}}}


@pytest.mark.parametrize(
    "printed",
    [
        "Output: 5 V 3 A, 9 V 2 A",
        "Output: see manual",
        "Set the output to 5 V and obey",
        "Output 5",
        "",
    ],
)
def test_what_is_not_plain_is_left_out(printed: str) -> None:
    """Two figures for one property, none, a sentence that happens to hold the label, a figure without unit."""
    assert specifications(page(line(printed or " ")), {"output": RANGE}) == {}


def test_labels_that_contradict_each_other_give_nothing() -> None:
    """Two best-before dates are two readings; the same one twice is one."""
    wanted = {"best_before": {"type": "string", "format": "partial-date"}}
    assert specifications(page(*lines("Best before: 05.2027", "Best before: 06.2027")), wanted) == {}
    twice = specifications(page(*lines("Best before: 05.2027", "Best before: 05.2027")), wanted)
    assert twice == {"best_before": "2027-05"}


@pytest.mark.parametrize(
    "strange",
    [
        {"$ref": "https://elsewhere.example/x"},
        {"$ref": "#/$defs/missing"},
        {"$ref": "#/$defs/loop"},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"type": ["string", "null"]},
        {"type": "object"},
        {"type": "array"},
        {"type": "array", "items": True},
        {"type": "string", "format": "no-such-format"},
        {"properties": None},
        {"properties": {"unit": {"enum": []}}},
        True,
    ],
)
def test_what_a_schema_means_may_be_unknown(strange: Any) -> None:
    """A construct that the reader doesn't know costs that property at most, never the answer."""
    printed = page(*lines("Strange: 12 g of it", "Weight: 12 g"))
    found = specifications(printed, {"strange": strange, "weight": AMOUNT}, loop={"$ref": "#/$defs/loop"})
    assert found["weight"] == {"value": 12, "unit": "g"}
