"""Quantities as numbers that can be compared: ranges and limits as intervals, units of one dimension in one unit.

The units are a table and not the library `pint`: its import takes 0.19 s of CPU and its registry 0.1 to 0.2 s more,
with 19 MB of memory (pint 0.24, Python 3.11), where the import of boto3 takes 0.19 to 0.28 s. Every cold start
would be twice as long, for two dozen factors that don't change.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from extractors.checks.findings import Field, is_number, path_to

# By the SI Brochure (9th edition), and NIST Special Publication 811, annex B, for what isn't SI. Fluid ounces, pints
# and gallons are not here: British and American ones differ, and a label doesn't say which it means.
_UNITS = {
    **{unit: ("mass", grams) for unit, grams in {"µg": 1e-6, "mg": 1e-3, "g": 1, "kg": 1e3}.items()},
    **{unit: ("mass", grams) for unit, grams in {"oz": 28.349523125, "lb": 453.59237}.items()},
    **{unit: ("volume", millilitres) for unit, millilitres in {"ml": 1, "cl": 10, "dl": 100, "l": 1e3}.items()},
    # The thermochemical calorie (ISO 31-4, annex A), which food labels count with.
    **{unit: ("food energy", kilojoules) for unit, kilojoules in {"kJ": 1, "kcal": 4.184}.items()},
    **{unit: ("voltage", volts) for unit, volts in {"mV": 1e-3, "V": 1, "kV": 1e3}.items()},
    **{unit: ("current", amperes) for unit, amperes in {"mA": 1e-3, "A": 1}.items()},
    # What a plate gives in VA is the apparent power, which volts by amperes are.
    **{unit: ("power", watts) for unit, watts in {"mW": 1e-3, "W": 1, "kW": 1e3, "VA": 1}.items()},
    **{unit: ("charge", hours) for unit, hours in {"mAh": 1e-3, "Ah": 1}.items()},
    **{unit: ("energy", hours) for unit, hours in {"Wh": 1, "kWh": 1e3}.items()},
}


@dataclass(frozen=True)
class Quantity(Field):
    """A quantity from `low` to `high`, in g, ml, kJ, V, A, W, Ah or Wh: the same unless a range or limit is printed.

    `step` is half a unit of its last digit: how far it may have been rounded. A unit that the table doesn't have is a
    dimension of its own.
    """

    low: float
    high: float
    step: float
    dimension: str

    @property
    def exact(self) -> bool:
        """Whether it is one figure, neither a range nor a limit."""
        return self.low == self.high

    @property
    def place(self) -> float:
        """What its first printed digit counts, in its dimension's unit: 10 of 66.3 g, 0.1 of 400 mg; 0 of a range."""
        if not (self.exact and self.low > 0):
            return 0
        return float(10.0 ** math.floor(math.log10(self.printed)) * self.low / self.printed)

    def is_a(self, dimension: str) -> bool:
        """Whether it is of this dimension."""
        return self.dimension == dimension


def quantity(specifications: Mapping[str, Any], *names: str) -> Quantity | None:
    """The quantity at that path, such as `nutrition_per_100g`, `fat`; None if there is none.

    `{"max_value": 0.5}` ("< 0.5 g") reaches from nothing to 0.5, `{"min_value": 70}` from 70 on.
    """
    node: Any = specifications
    for name in names:
        node = node.get(name) if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or not isinstance(node.get("unit"), str):
        return None
    value, least, most = (_end(node.get(name)) for name in ("value", "min_value", "max_value"))
    given = [end for end in (value, least, most) if end is not None]
    if not given:
        return None
    dimension, factor = _UNITS.get(node["unit"], (node["unit"], 1))
    low = min(given) if value is not None or least is not None else min(0, *given)
    high = max(given) if value is not None or most is not None else math.inf
    printed = given[0] if low == high else _range(least, most)
    step = max(map(half_step, given)) * factor
    return Quantity(path_to(*names), printed, low * factor, high * factor, step, dimension)


def _end(value: Any) -> float | None:
    return value if is_number(value) else None


def exactly(specifications: Mapping[str, Any], dimension: str, *names: str) -> Quantity | None:
    """The quantity at that path if it is one figure above nothing, and of this dimension."""
    found = quantity(specifications, *names)
    return found if found and found.exact and found.low > 0 and found.is_a(dimension) else None


def half_step(value: float) -> float:
    """Half a unit of a number's last digit: 0.05 of 37.3, 0.5 of 12. Of 1.0 as of 1: JSON drops its nought."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return float(Decimal("0.5").scaleb(min(exponent, 0) if isinstance(exponent, int) else 0))


def apart(one: Quantity, other: Quantity) -> float:
    """By how much two intervals miss each other: 0 if they meet."""
    return max(0, one.low - other.high, other.low - one.high)


def _range(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return f"at most {most}" if least is None else f"at least {least}"
    return f"{least}-{most}"
