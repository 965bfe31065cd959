"""No nutrition table that is computed and rounded by the rules is found wrong, whatever food it is of."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.checking import at_most, q, wrong

# Regulation (EU) 1169/2011, annex XIV: kJ and kcal a gram.
FACTORS = {
    **{"fat": (37, 9), "sugars": (17, 4), "starch": (17, 4), "polyols": (10, 2.4), "erythritol": (0, 0)},
    **{"protein": (17, 4), "fibre": (8, 2), "acids": (13, 3), "alcohol": (29, 7)},
}
# Tenths of a gram in 100 g. No food is a third alcohol and says nothing of it, and none is a tenth acid.
shares = st.fixed_dictionaries({name: st.integers(0, 1000) for name in FACTORS} | {"water": st.integers(1, 1000)})


def food(drawn):
    """Grams in 100 g of each."""
    total = sum(drawn.values())
    grams = {name: 100 * share / total for name, share in drawn.items()}
    return grams | {"acids": grams["acids"] / 10, "alcohol": grams["alcohol"] / 3}


def european(amount):
    """EU guidance on tolerances, section 5: below 0.5 g "< 0.5 g", below 10 g to 0.1 g, above to 1 g."""
    return at_most(0.5, "g") if amount < 0.5 else q(round(amount, 1) if amount < 10 else round(amount), "g")


def american(amount, *, fat=False):
    """21 CFR 101.9(c): below 0.5 g nothing; fat below 5 g to 0.5 g, all else to 1 g."""
    return q(0 if amount < 0.5 else round(2 * amount) / 2 if fat and amount < 5 else round(amount), "g")


def european_table(grams, share=1.0):
    """The table of so large a share of 100 g, in the order of labels."""
    parts = {name: share * amount for name, amount in grams.items()}
    kj, kcal = (sum(parts[name] * factors[unit] for name, factors in FACTORS.items()) for unit in (0, 1))
    rows = {"fat": parts["fat"], "sugars": parts["sugars"], "protein": parts["protein"], "fibre": parts["fibre"]}
    rows["carbohydrate"] = sum(parts[name] for name in ("sugars", "starch", "polyols", "erythritol"))
    rows["polyols"] = parts["polyols"] + parts["erythritol"]
    return {
        "energy_kj": q(round(kj), "kJ"),
        "energy_kcal": q(round(kcal), "kcal"),
        **{name: european(amount) for name, amount in rows.items()},
    }


def american_table(grams, share):
    """Fibre is among the carbohydrate, and may count nothing; energy to 5 up to 50 kcal, above to 10."""
    parts = {name: share * amount for name, amount in grams.items()}
    kcal = sum(parts[name] * factors[1] for name, factors in FACTORS.items() if name != "fibre")
    carbohydrate = sum(parts[name] for name in ("sugars", "starch", "polyols", "erythritol", "fibre"))
    step = 5 if kcal <= 50 else 10
    return {
        "energy_kcal": q(0 if kcal < 5 else step * round(kcal / step), "kcal"),
        "fat": american(parts["fat"], fat=True),
        "carbohydrate": american(carbohydrate),
        "fibre": american(parts["fibre"]),
        "sugars": american(parts["sugars"]),
        "protein": american(parts["protein"]),
    }


@settings(deadline=None)
@given(shares, st.sets(st.sampled_from(["fibre", "polyols", "sugars"])), st.integers(5, 300))
def test_a_european_label_is_never_found_wrong(drawn, untold, serving):
    """Both columns, whatever rows a label leaves out."""
    columns = {"nutrition_per_100g": european_table(food(drawn)), "serving_size": q(serving, "g")}
    columns["nutrition_per_serving"] = european_table(food(drawn), serving / 100)
    for table in ("nutrition_per_100g", "nutrition_per_serving"):
        for name in untold:
            del columns[table][name]
    assert wrong("grocery", columns | {"net_content": q(1, "kg")}) == []


@settings(deadline=None)
@given(shares, st.integers(5, 300))
def test_an_american_label_is_never_found_wrong(drawn, serving):
    """A serving's table, its figures rounded as coarsely as the rule allows."""
    table = american_table(food(drawn), serving / 100)
    assert wrong("grocery", {"nutrition_per_serving": table, "serving_size": q(serving, "g")}) == []
