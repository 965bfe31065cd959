"""Any product that fits no other category."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import amounts, dates, electrical, must_hold

check = must_hold(
    amounts.net_content_of_items,
    electrical.input_power,
    electrical.battery_energy,
    dates.in_order,
)


@hookimpl
def register_extractors(register):
    register("general", schema=SCHEMAS / "general.json", prompt=PROMPTS / "general.md", check=check)
