"""The checks of the built-in extractors: each with what it must notice and what it must let pass."""

import pytest

from pipeline.catalog import load_catalog
from pipeline.plugins import load_plugins


@pytest.fixture(scope="module")
def catalog():
    return load_catalog(load_plugins())


def grams(value):
    return {"value": value, "unit": "g"}


def energy(kj, kcal):
    return {"energy_kj": {"value": kj, "unit": "kJ"}, "energy_kcal": {"value": kcal, "unit": "kcal"}}


def paths(extractor, specifications):
    """Where the check of this extractor finds errors."""
    found = list(extractor.check({"specifications": specifications}))
    assert all(finding["severity"] == "error" and finding["message"] for finding in found)
    return [finding["path"] for finding in found]


@pytest.mark.parametrize(
    "numbers",
    [
        {"isbn": "978-0-14-001399-3", "isbn_10": "0-14-001399-7"},
        {"isbn": "9780804429573", "isbn_10": "080442957X"},
        {"isbn": "9780804429573", "isbn_10": "080442957x"},
        {"isbn": "979-10-90636-07-1"},
        {"isbn_10": "0-14-001399-7"},
        {"isbn": "9780306406158", "isbn_10": "0-14-001399-7"},  # unsound: the schema's finding, not this one's
        {},
    ],
)
def test_isbns_of_one_book_pass(catalog, numbers):
    """Both forms of one book's ISBN, or one form alone, give no finding."""
    assert paths(catalog["book"], numbers) == []


@pytest.mark.parametrize(
    "numbers",
    [
        {"isbn": "978-0-306-40615-7", "isbn_10": "0-14-001399-7"},
        {"isbn": "979-10-90636-07-1", "isbn_10": "0-14-001399-7"},  # 979 has no ISBN-10
    ],
)
def test_isbns_of_two_books_are_found(catalog, numbers):
    """Two sound ISBNs that name different books are an error at the ISBN-10."""
    assert paths(catalog["book"], numbers) == ["specifications.isbn_10"]


@pytest.mark.parametrize(("kj", "kcal"), [(2085, 497), (417, 99), (1.3, 0.3), (0, 0), (3700, 900), (850, 200), (4, 0)])
def test_energy_within_the_rounding_of_labels_passes(catalog, kj, kcal):
    """kJ and kcal as labels round them agree."""
    assert paths(catalog["grocery"], {"nutrition_per_100g": energy(kj, kcal)}) == []


@pytest.mark.parametrize(("kj", "kcal"), [(497, 2085), (2085, 447), (2085, 49.7), (208, 497), (417, 999), (0, 99)])
def test_energy_that_disagrees_is_found(catalog, kj, kcal):
    """A digit or a column misread in kJ or kcal is an error, in the table where it stands."""
    assert paths(catalog["grocery"], {"nutrition_per_serving": energy(kj, kcal)}) == [
        "specifications.nutrition_per_serving.energy_kj"
    ]


@pytest.mark.parametrize(
    "table",
    [
        {"carbohydrate": grams(66.3), "sugars": grams(37.3), "fat": grams(22.6), "saturated_fat": grams(11.6)},
        {"carbohydrate": grams(12), "sugars": grams(12)},
        {"sugars": grams(37.3)},
        {
            "carbohydrate": grams(37),
            "sugars": grams(12),
            "added_sugars": grams(12),
            "fat": grams(8),
            "trans_fat": grams(0),
        },
        {"carbohydrate": grams(0.4), "sugars": {"max_value": 0.5, "unit": "g"}},
        {"fat": grams(1), "saturated_fat": {"value": 500, "unit": "mg"}},
        {"energy_kj": {"value": 417, "unit": "kJ"}},
        {},
    ],
)
def test_a_part_within_its_whole_passes(catalog, table):
    """Sugars within carbohydrate, saturates within fat, and what can't be compared, give no finding."""
    assert paths(catalog["grocery"], {"nutrition_per_100g": table}) == []


@pytest.mark.parametrize(
    ("table", "part"),
    [
        ({"carbohydrate": grams(6.63), "sugars": grams(37.3)}, "sugars"),
        ({"fat": grams(2.6), "saturated_fat": grams(11.6)}, "saturated_fat"),
        ({"fat": grams(2.6), "trans_fat": grams(5)}, "trans_fat"),
        ({"carbohydrate": grams(30), "sugars": grams(1.2), "added_sugars": grams(10)}, "added_sugars"),
    ],
)
def test_a_part_larger_than_its_whole_is_found(catalog, table, part):
    """Sugars above carbohydrate, or saturates above fat, and the like, are an error at the part."""
    assert paths(catalog["grocery"], {"nutrition_per_100g": table}) == [f"specifications.nutrition_per_100g.{part}"]


def test_both_tables_are_checked_apart(catalog):
    """Each nutrition table is measured by its own numbers alone."""
    specifications = {
        "nutrition_per_100g": energy(2085, 497) | {"sugars": grams(37.3)},
        "nutrition_per_serving": energy(438, 104) | {"carbohydrate": grams(13.9)},
    }
    assert paths(catalog["grocery"], specifications) == []


@pytest.mark.parametrize("category", ["general", "electronics", "beauty"])
def test_a_category_without_a_check_finds_nothing(catalog, category):
    """An extractor needs no check of its own."""
    assert paths(catalog[category], {"gtin": "5449000039231"}) == []
