"""Power and hand tools; a battery's watt-hours must fit its volts and ampere-hours."""

from extractors import PROMPTS, SCHEMAS, hookimpl

# "20 V max" and "18 V" are one battery: its voltage when full and under load, so that 36 Wh may stand by 20 V 2 Ah.
_NOMINAL = 0.12
# 36 V of two batteries of 18 V, 60 V and 20 V of one battery, watt-hours of both in the box: true, and multiples.
_MULTIPLES = (1 / 3, 1 / 2, 1, 2, 3)


@hookimpl
def register_extractors(register):
    register("tools", schema=SCHEMAS / "tools.json", prompt=PROMPTS / "tools.md", check=check)


def check(product):
    """Errors where a battery's figures disagree, and where sound power is below the sound pressure that it makes."""
    said = product["specifications"]
    volts, charge, energy = (said.get(f"battery_{name}", {}) for name in ("voltage", "capacity", "energy"))
    if (volts.get("unit"), energy.get("unit")) == ("V", "Wh") and "value" in volts and charge:
        ampere_hours = charge["value"] / (1000 if charge["unit"] == "mAh" else 1)
        expected = volts["value"] * ampere_hours
        if not any(abs(energy["value"] - n * expected) <= _NOMINAL * n * expected + 0.5 for n in _MULTIPLES):
            figures = f"{volts['value']} V by {ampere_hours:g} Ah are {expected:g} Wh, not {energy['value']} Wh"
            yield _error("battery_energy", f"{figures}: one of them is misread.")
    pressure, power = (said.get(f"sound_{name}_level", {}).get("value") for name in ("pressure", "power"))
    # EN 62841-1, annex I: the power is what the tool emits to all sides, the pressure what of it reaches the ear.
    if pressure is not None and power is not None and power < pressure:
        yield _error("sound_power_level", f"Sound power ({power} dB) can't be below sound pressure ({pressure} dB).")


def _error(name, message):
    return {"path": f"specifications.{name}", "message": message, "severity": "error"}
