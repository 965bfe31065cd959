"""Food and drink; a nutrition table must agree with itself."""

from extractors import PROMPTS, SCHEMAS, hookimpl

_PARTS = (("sugars", "carbohydrate"), ("added_sugars", "sugars"), ("saturated_fat", "fat"), ("trans_fat", "fat"))


@hookimpl
def register_extractors(register):
    register("grocery", schema=SCHEMAS / "grocery.json", prompt=PROMPTS / "grocery.md", check=check)


def check(product):
    """Errors in each nutrition table: kJ that doesn't fit kcal, and a part that is larger than its whole."""
    for table in ("nutrition_per_100g", "nutrition_per_serving"):
        facts = product["specifications"].get(table, {})
        amounts = {name: (fact["value"], fact["unit"]) for name, fact in facts.items() if "value" in fact}
        (kj, _), (kcal, _) = amounts.get("energy_kj", (None, "")), amounts.get("energy_kcal", (None, ""))
        # 1 kcal is 4.184 kJ, but labels add up rounded factors (Regulation (EU) 1169/2011, annex XIV: 4.0 to 4.25).
        if kj is not None and kcal is not None and abs(kj - 4.184 * kcal) > 0.05 * kj + 5:
            yield _error(table, "energy_kj", f"{kj} kJ and {kcal} kcal are not the same energy: one is misread.")
        for part, whole in _PARTS:
            (some, unit), (total, total_unit) = amounts.get(part, (0, "")), amounts.get(whole, (0, ""))
            if unit == total_unit and some > total:
                yield _error(table, part, f"{part} ({some} {unit}) can't be more than {whole} ({total} {unit}).")


def _error(table, name, message):
    return {"path": f"specifications.{table}.{name}", "message": message, "severity": "error"}
