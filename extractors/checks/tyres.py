"""Tyres: load index, speed symbol and size, and the week of their DOT code."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.checks.findings import Finding, error, proof, text
from extractors.checks.quantities import quantity

# UN Regulation 54, annex 4 (and ETRTO's manual): kg by load index 80 to 159; 80 indices are ten times as much.
# fmt: off
_LOADS = (
    450, 462.5, 475, 487.5, 500, 515, 530, 545, 560, 580, 600, 615, 630, 650, 670, 690, 710, 730, 750, 775,
    800, 825, 850, 875, 900, 925, 950, 975, 1000, 1030, 1060, 1090, 1120, 1150, 1180, 1215, 1250, 1285, 1320, 1360,
    1400, 1450, 1500, 1550, 1600, 1650, 1700, 1750, 1800, 1850, 1900, 1950, 2000, 2060, 2120, 2180, 2240, 2300, 2360,
    2430, 2500, 2575, 2650, 2725, 2800, 2900, 3000, 3075, 3150, 3250, 3350, 3450, 3550, 3650, 3750, 3875, 4000, 4125,
    4250, 4375,
)
# fmt: on
# UN Regulation 30, paragraph 2.29, and 54, 2.28: km/h by speed symbol.
_SPEEDS = {
    **{f"A{step}": 5 * step for step in range(1, 9)},
    **{"B": 50, "C": 60, "D": 65, "E": 70, "F": 80, "G": 90, "J": 100, "K": 110, "L": 120, "M": 130, "N": 140},
    **{"P": 150, "Q": 160, "R": 170, "S": 180, "T": 190, "U": 200, "H": 210, "V": 240, "W": 270, "Y": 300},
}


def load_of(index: int) -> float:
    """The kilograms that a load index from 0 to 279 stands for; the smaller ones are rounded to 2.5 on a tyre."""
    return _LOADS[index % 80] * 10.0 ** (index // 80 - 1)


def load_index_of_maximum_load(said: Mapping[str, Any]) -> Iterator[Finding]:
    """A tyre's load index stands for its maximum load, within 1 % (pounds are rounded): then both are proven.

    American P-metric tyres carry up to 2 % less than their index; further off than two indices (2.9 % each), one of
    both is misread.
    """
    index, most = text(said, "load_index"), quantity(said, "maximum_load")
    symbol = text(said, "speed_symbol")
    # Farm tyres (up to 65 km/h) also print what they carry at other speeds (UN Regulation 106).
    slow = symbol and _SPEEDS.get(symbol.printed, 999) <= 65
    single = re.match(r"[0-9]{2,3}(?=/|$)", index.printed) if index else None
    if not (index and single and int(single[0]) < 280 and most and most.exact and most.is_a("mass")) or slow:
        return
    stands_for = load_of(int(single[0]))
    kilograms = most.low / 1000
    off = abs(kilograms / stands_for - 1)
    if off > 0.06:
        meant = f"Load index {single[0]} stands for {stands_for:g} kg, not {kilograms:.5g} kg"
        yield error(f"{meant}: one is misread.", index, most)
    elif off <= 0.01:
        yield proof(f"Load index {single[0]} stands for {kilograms:.5g} kg.", index, most)


def speed_symbol_of_size(said: Mapping[str, Any]) -> Iterator[Finding]:
    """A size with ZR is of tyres for 240 km/h and more (UN Regulation 30, paragraph 3.1.12)."""
    size, symbol = text(said, "tyre_size"), text(said, "speed_symbol")
    if size and symbol and re.search(r"[0-9 ]ZR", size.printed) and _SPEEDS.get(symbol.printed, 240) < 240:
        speed = f"{_SPEEDS[symbol.printed]} km/h ({symbol.printed})"
        yield error(f"A tyre of {size.printed} is not for {speed}: one of them is misread.", symbol, size)


def dot_week(said: Mapping[str, Any]) -> Iterator[Finding]:
    """A whole tyre identification number ends with week and year (49 CFR 574.5): a week from 01 to 53.

    On the outer sidewall its date may be missing: with ten characters and more it's there.
    """
    code = text(said, "dot_code")
    signs = re.sub(r"^DOT(-R)?| ", "", code.printed) if code else ""
    date = re.search(r"[0-9]{4}$", signs)
    if code and date and len(signs) >= 10 and not 1 <= int(date[0][:2]) <= 53:
        yield error(f"{code.printed} ends with week {date[0][:2]}: there is none.", code)
