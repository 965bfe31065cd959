"""Care symbols of textiles (ISO 3758, ASTM D5489)."""

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.checks.findings import Finding, error, text
from extractors.checks.quantities import quantity

# Cold water to boiling, by the scale that is printed; ISO's symbols go from 30 to 95 °C, words down to 20.
_WATER = {"°C": (10, 100), "°F": (50, 212)}
_HAND = {"°C": 50, "°F": 122}  # ISO's hand is for 40 °C at most; ASTM's may have a dot more


def washing_temperature_of_symbol(said: Mapping[str, Any]) -> Iterator[Finding]:
    """What must not be washed has no washing temperature, what is washed by hand no hot one; and water is liquid."""
    washing, temperature = text(said, "washing"), quantity(said, "washing_temperature")
    if not temperature or temperature.dimension not in _WATER:
        return
    low, high = _WATER[temperature.dimension]
    shown = f"{temperature.printed} {temperature.dimension}"
    if temperature.exact and not low <= temperature.low <= high:
        yield error(f"Nothing is washed at {shown}: a digit is misread.", temperature)
    elif washing and washing.printed == "do not wash":
        yield error(f"What must not be washed has no temperature ({shown}): one is misread.", washing, temperature)
    elif washing and washing.printed == "hand wash" and temperature.low > _HAND[temperature.dimension]:
        yield error(f"Nobody washes by hand at {shown}: symbol or number is misread.", washing, temperature)
