"""Units that measure the same thing, so that 1.5 kg is 1500 g.

The factors are exact by definition (NIST Handbook 44, appendix C: pound, ounce, US fluid ounce, pint, gallon, inch and
foot; psi by pound-force and inch), but for a month, which is a twelfth of a year and no number of days.
"""

_MEASURES: dict[str, dict[str, float]] = {
    "mass": {"µg": 1e-6, "mg": 1e-3, "g": 1, "kg": 1000, "oz": 28.349523125, "lb": 453.59237},
    "volume": {
        "ml": 1, "cl": 10, "dl": 100, "l": 1000, "cm³": 1, "fl oz": 29.5735295625, "pt": 473.176473, "gal": 3785.411784,
    },
    "length": {"mm": 1, "cm": 10, "m": 1000, "in": 25.4, "ft": 304.8},
    "voltage": {"mV": 1e-3, "V": 1, "kV": 1000},
    "current": {"mA": 1e-3, "A": 1},
    "power": {"mW": 1e-3, "W": 1, "kW": 1000},
    "frequency": {"Hz": 1, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9},
    "charge": {"mAh": 1e-3, "Ah": 1},
    "energy": {"J": 1, "kJ": 1000, "kcal": 4184, "Wh": 3600, "kWh": 3_600_000},
    "rate": {"rpm": 1, "1/min": 1},
    "flow": {"l/min": 1, "m³/h": 1000 / 60},
    "pressure": {"kPa": 1, "bar": 100, "MPa": 1000, "psi": 6.894757293168},
    "data": {"KB": 1, "MB": 1e3, "GB": 1e6, "TB": 1e9},
    "time": {"s": 1, "min": 60, "h": 3600, "day": 86_400, "week": 604_800},
    "calendar": {"month": 1, "year": 12},
}  # fmt: skip
_BY_UNIT = {unit: (measure, factor) for measure, units in _MEASURES.items() for unit, factor in units.items()}


def in_base(amount: float, unit: str) -> tuple[float, str]:
    """The amount in its measure's smallest common unit, and which measure it is; other units stand for themselves."""
    if unit == "°F":
        return (amount - 32) / 1.8, "°C"
    measure, factor = _BY_UNIT.get(unit, (unit, 1))
    return amount * factor, measure
