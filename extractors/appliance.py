"""Household appliances; on an EU energy label the noise class must fit the decibels beside it."""

import math

from extractors import PROMPTS, SCHEMAS, hookimpl

# Where classes B, C and D begin, in dB(A): annex II of Regulations (EU) 2019/2014 (washing machines, spinning),
# 2019/2017 (dishwashers) and 2019/2016 (refrigerators). What only such a label carries tells which of them it is.
_NOISE_LIMITS = {
    "spin_drying_efficiency_class": (73, 77, 81),
    "place_settings": (39, 45, 51),
    "refrigerator_volume": (30, 36, 42),
    "freezer_volume": (30, 36, 42),
}
_ROUNDING = 0.5  # labels print whole decibels


@hookimpl
def register_extractors(register):
    register("appliance", schema=SCHEMAS / "appliance.json", prompt=PROMPTS / "appliance.md", check=check)


def check(product):
    """An error when noise class and sound power level can't stand on one energy label."""
    said = product["specifications"]
    noise_class, level = said.get("noise_class"), said.get("sound_power_level", {}).get("value")
    limits = next((limits for name, limits in _NOISE_LIMITS.items() if name in said), None)
    if not noise_class or level is None or limits is None:
        return
    at = "ABCD".index(noise_class)
    lowest, highest = (0, *limits)[at], (*limits, math.inf)[at]
    if not lowest - _ROUNDING <= level <= highest + _ROUNDING:
        message = f"{level} dB can't be of noise class {noise_class} on such a label: one of them is misread."
        yield {"path": "specifications.sound_power_level", "message": message, "severity": "error"}
