"""Drinks; their nutrition table must agree with itself, and hold the energy of their alcohol."""

from extractors import PROMPTS, SCHEMAS, grocery, hookimpl

# 7 kcal a gram (Regulation (EU) 1169/2011, annex XIV) by 0.789 g a millilitre.
_KCAL_PER_PERCENT = 7 * 0.789


@hookimpl
def register_extractors(register):
    register("beverage", schema=SCHEMAS / "beverage.json", prompt=PROMPTS / "beverage.md", check=check)


def check(product):
    """Errors: what is wrong within a nutrition table, and less energy in 100 ml than the printed alcohol has alone."""
    yield from grocery.check(product)
    specifications = product["specifications"]
    strength = specifications.get("percentage_of_alcohol_by_volume", {}).get("value", 0)
    energy = specifications.get("nutrition_per_100g", {}).get("energy_kcal", {}).get("value")
    # The strength may be off by a degree (the same Regulation, annex XII), and the energy be rounded.
    least = _KCAL_PER_PERCENT * (strength - 1) - 3
    if energy is not None and energy < least:
        message = f"{strength} % alcohol alone has more than {energy} kcal in 100 ml: one of them is misread."
        path = "specifications.percentage_of_alcohol_by_volume"
        yield {"path": path, "message": message, "severity": "error"}
