"""Toys and games."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import composition, electrical, must_hold

check = must_hold(
    composition.fibres_add_up,
    electrical.input_power,
    electrical.battery_energy,
)


@hookimpl
def register_extractors(register):
    register("toys", schema=SCHEMAS / "toys.json", prompt=PROMPTS / "toys.md", check=check)
