"""Electrical and electronic devices, parts, media and accessories."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import electrical, must_hold

check = must_hold(
    electrical.input_power,
    electrical.output_power,
    electrical.battery_energy,
)


@hookimpl
def register_extractors(register):
    register("electronics", schema=SCHEMAS / "electronics.json", prompt=PROMPTS / "electronics.md", check=check)
