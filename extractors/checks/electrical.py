"""Rating plates and batteries: watts, volts and amperes; watt-hours, volts and ampere-hours."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from extractors.checks.findings import Finding, error, proof
from extractors.checks.quantities import Quantity, exactly, quantity

# A three-phase plate gives 3 x 230 V or 1.73 x 400 V, a maximum stands beside a rated current: true, up to here.
_MOST_PHASES = 3.3
# 36 V of two batteries of 18 V, 60 V and 20 V of one battery, watt-hours of both in the box: true, and multiples.
_MULTIPLES = (1 / 3, 1 / 2, 1, 2, 3)
# "20 V max" and "18 V" are one battery: its voltage when full and under load, so that 36 Wh may stand by 20 V 2 Ah.
_NOMINAL = 0.12


def input_power(said: Mapping[str, Any]) -> Iterator[Finding]:
    """What goes in is no more than volts by amperes, in all phases.

    It may be much less: motors, chargers and lamps have a power factor, and a plate names the most that a wire bears.
    Where it's the product, within 2 % or the range of a mains voltage, all three are proven.
    """
    volts, amperes, watts = _electrical(said, "input_voltage", "input_current", "power")
    if volts and amperes and watts:
        if watts.low - watts.step > _MOST_PHASES * volts.high * (amperes.high + amperes.step):
            figures = f"{_of(volts)} V by {_of(amperes)} A can't be {_of(watts)} W"
            yield error(f"{figures}: one of them is misread.", watts, volts, amperes)
        else:
            yield from _product(volts, amperes, watts)


def output_power(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Where what comes out is volts by amperes, all three are proven. (Power may be of several outputs: no error.)"""
    volts, amperes, watts = _electrical(said, "output_voltage", "output_current", "output_power")
    if volts and amperes and watts:
        yield from _product(volts, amperes, watts)


def battery_energy(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Watt-hours are volts by ampere-hours, but for a lost point or a wrong unit.

    Power banks print the capacity at 5 V beside 3.7 V of their cells: true, and off by half. So an error is only what
    is off by more than the number of cells or batteries explains.
    """
    yield from _battery(said, lambda ratio, _rounding: 0.3 <= ratio <= 3.4)


def tool_battery_energy(said: Mapping[str, Any]) -> Iterator[Finding]:
    """A tool's battery pack: watt-hours are volts by ampere-hours, once or by the number of packs, full or nominal."""
    yield from _battery(
        said, lambda ratio, rounding: any(abs(ratio - n) <= _NOMINAL * n + rounding for n in _MULTIPLES)
    )


def _battery(said: Mapping[str, Any], possible: Callable[[float, float], bool]) -> Iterator[Finding]:
    volts = exactly(said, "voltage", "battery_voltage")
    charge = exactly(said, "charge", "battery_capacity")
    energy = exactly(said, "energy", "battery_energy")
    if not (volts and charge and energy):
        return
    expected = volts.low * charge.low
    if not possible(energy.low / expected, 0.5 / expected):
        figures = f"{volts.low:g} V by {charge.low:g} Ah are {expected:g} Wh, not {energy.low:g} Wh"
        yield error(f"{figures}: one of them is misread.", energy, volts, charge)
    elif abs(energy.low - expected) <= energy.step + 0.005 * expected and energy.step <= 0.05 * expected:
        yield proof(f"{volts.low:g} V by {charge.low:g} Ah are {energy.low:g} Wh.", energy, volts, charge)


def _electrical(said: Mapping[str, Any], *names: str) -> list[Quantity | None]:
    found = zip((quantity(said, name) for name in names), ("voltage", "current", "power"), strict=True)
    return [one if one and one.is_a(dimension) and one.high > 0 else None for one, dimension in found]


def _product(volts: Quantity, amperes: Quantity, watts: Quantity) -> Iterator[Finding]:
    narrow = volts.high <= 1.1 * volts.low and amperes.exact and watts.exact
    low, high = 0.98 * volts.low * amperes.low, 1.02 * volts.high * amperes.high
    if narrow and low <= watts.low <= high and watts.step <= 0.05 * watts.low:
        yield proof(f"{_of(volts)} V by {_of(amperes)} A are {_of(watts)} W.", watts, volts, amperes)


def _of(found: Quantity) -> str:
    return f"{found.low:g}" if found.exact else f"{found.low:g}-{found.high:g}"
