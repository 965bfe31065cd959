"""Tyres, fluids, batteries and parts of vehicles."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import amounts, dates, electrical, hazards, must_hold, tyres

check = must_hold(
    tyres.load_index_of_maximum_load,
    tyres.speed_symbol_of_size,
    tyres.dot_week,
    electrical.battery_energy,
    amounts.net_content_of_items,
    hazards.diamonds_of_statements,
    dates.in_order,
)


@hookimpl
def register_extractors(register):
    register("automotive", schema=SCHEMAS / "automotive.json", prompt=PROMPTS / "automotive.md", check=check)
