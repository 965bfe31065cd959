"""Household appliances."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import amounts, electrical, must_hold, noise

check = must_hold(
    electrical.input_power,
    noise.noise_class_of_level,
    amounts.volumes_add_up,
)


@hookimpl
def register_extractors(register):
    register("appliance", schema=SCHEMAS / "appliance.json", prompt=PROMPTS / "appliance.md", check=check)
