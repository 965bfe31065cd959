"""Power and hand tools."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import electrical, must_hold, noise

check = must_hold(
    electrical.input_power,
    electrical.tool_battery_energy,
    noise.sound_power_above_pressure,
)


@hookimpl
def register_extractors(register):
    register("tools", schema=SCHEMAS / "tools.json", prompt=PROMPTS / "tools.md", check=check)
