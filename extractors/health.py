"""Medicines and supplements."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import atwater, codes, dates, must_hold, nutrition

check = must_hold(
    codes.german_pharmacy_numbers,
    codes.national_drug_codes,
    nutrition.energy_in_kj_and_kcal,
    nutrition.parts_within_wholes,
    nutrition.salt_of_sodium,
    nutrition.servings_of_the_pack,
    atwater.energy_of_nutrients,
    dates.in_order,
)


@hookimpl
def register_extractors(register):
    register("health", schema=SCHEMAS / "health.json", prompt=PROMPTS / "health.md", check=check)
