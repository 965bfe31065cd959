"""Drinks."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import amounts, atwater, columns, dates, must_hold, nutrition

check = must_hold(
    nutrition.energy_in_kj_and_kcal,
    nutrition.parts_within_wholes,
    nutrition.salt_of_sodium,
    nutrition.nutrients_within_the_mass,
    atwater.energy_of_nutrients,
    atwater.energy_of_alcohol,
    columns.serving_is_its_share,
    amounts.net_content_of_items,
    dates.in_order,
    dates.vintage_before_its_end,
)


@hookimpl
def register_extractors(register):
    register("beverage", schema=SCHEMAS / "beverage.json", prompt=PROMPTS / "beverage.md", check=check)
