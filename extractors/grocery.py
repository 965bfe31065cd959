"""Food."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import amounts, atwater, columns, dates, must_hold, nutrition

check = must_hold(
    nutrition.energy_in_kj_and_kcal,
    nutrition.parts_within_wholes,
    nutrition.salt_of_sodium,
    nutrition.nutrients_within_the_mass,
    nutrition.servings_of_the_pack,
    atwater.energy_of_nutrients,
    columns.serving_is_its_share,
    amounts.net_content_of_items,
    amounts.drained_weight_within_net,
    dates.in_order,
)


@hookimpl
def register_extractors(register):
    register("grocery", schema=SCHEMAS / "grocery.json", prompt=PROMPTS / "grocery.md", check=check)
