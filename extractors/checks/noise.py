"""Decibels: of a tool at the ear and in all, of an appliance beside its class."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.checks.findings import Finding, error, text
from extractors.checks.quantities import quantity

# Where classes B, C and D begin, in dB(A): annex II of Regulations (EU) 2019/2014 (washing machines, spinning),
# 2019/2017 (dishwashers) and 2019/2016 (refrigerators). What only such a label carries tells which of them it is.
_LIMITS = {
    "spin_drying_efficiency_class": (73, 77, 81),
    "place_settings": (39, 45, 51),
    "refrigerator_volume": (30, 36, 42),
    "freezer_volume": (30, 36, 42),
}
_ROUNDING = 0.5  # labels print whole decibels


def noise_class_of_level(said: Mapping[str, Any]) -> Iterator[Finding]:
    """On an EU energy label the noise class is that of the decibels beside it. (A class is wide: it proves little.)"""
    noise_class, level = text(said, "noise_class"), quantity(said, "sound_power_level")
    limits = next((limits for name, limits in _LIMITS.items() if name in said), None)
    if not (noise_class and noise_class.printed in ("A", "B", "C", "D") and level and level.exact and limits):
        return
    at = "ABCD".index(noise_class.printed)
    lowest, highest = (0, *limits)[at], (*limits, math.inf)[at]
    if not lowest - _ROUNDING <= level.low <= highest + _ROUNDING:
        shown = f"{level.printed} dB can't be of noise class {noise_class.printed} on such a label"
        yield error(f"{shown}: one of them is misread.", level, noise_class)


def sound_power_above_pressure(said: Mapping[str, Any]) -> Iterator[Finding]:
    """The power is what a tool emits to all sides, the pressure what of it reaches the ear (EN 62841-1, annex I)."""
    pressure, power = quantity(said, "sound_pressure_level"), quantity(said, "sound_power_level")
    if pressure and power and pressure.exact and power.exact and power.low < pressure.low:
        shown = f"Sound power ({power.printed} dB) can't be below sound pressure ({pressure.printed} dB)"
        yield error(f"{shown}: one is misread.", power, pressure)
