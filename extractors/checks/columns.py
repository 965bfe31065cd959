"""The two columns of a nutrition table: a serving has its share of what 100 g have."""

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.checks.findings import Finding, error, proof
from extractors.checks.nutrition import TABLES
from extractors.checks.quantities import Quantity, quantity

_COARSE, _FINE = 0.06, 0.01  # kcal are rounded to fives and kJ to tens, too: that is no error, but no proof
_FIVES = 0.0025  # g: half a step of five milligrams
_ENOUGH = 3  # as many rows, and twice as many as those that don't, must fit before the others can be called misread


def serving_is_its_share(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Each row of the serving is that of 100 g by the serving's size, within the rounding of both.

    A serving may be told as prepared, with milk or drained: then few rows fit, and nothing is found. Only where most
    rows fit is one that doesn't an error; those that fit within rounding and 1 % are proven.
    """
    size, basis = quantity(said, "serving_size"), quantity(said, "nutrient_basis_quantity")
    if not (size and size.exact and size.low > 0 and (size.is_a("mass") or size.is_a("volume"))):
        return
    if basis and (basis.dimension != size.dimension or basis.low != 100):
        return
    share = size.low / 100
    rows = [pair for pair in _rows(said) if pair[0].low > 0 and _telling(*pair)]
    fitting = [pair for pair in rows if _fits(*pair, share, _COARSE)]
    others = [pair for pair in rows if pair not in fitting]
    if len(fitting) < max(_ENOUGH, 2 * len(others)) or abs(share - 1) < 0.05:
        return
    for whole, serving in others:
        shown = f"{serving.printed} in {size.printed} can't go with {whole.printed} in 100"
        yield error(f"{shown}: one is misread.", serving, whole, size)
    tight = [pair for pair in fitting if _fits(*pair, share, _FINE)]
    if len(tight) >= _ENOUGH:
        yield proof(
            f"The serving's rows are {share:g} of those of 100.", size, *(field for pair in tight for field in pair)
        )


def _rows(said: Mapping[str, Any]) -> Iterator[tuple[Quantity, Quantity]]:
    """What both columns tell in one figure each, of one dimension."""
    per_100 = said.get(TABLES[0])
    for name in per_100 if isinstance(per_100, Mapping) else ():
        whole, serving = (quantity(said, table, name) for table in TABLES)
        if whole and serving and whole.exact and serving.exact and whole.dimension == serving.dimension:
            yield whole, serving


def _telling(whole: Quantity, serving: Quantity) -> bool:
    """Whether rounding leaves of both figures enough to compare: at most a tenth of each is rounded away."""
    return whole.low >= 10 * whole.step and serving.low >= 10 * serving.step


def _fits(whole: Quantity, serving: Quantity, share: float, tolerance: float) -> bool:
    """Within the rounding of both, and a tolerance besides."""
    off = abs(serving.low - share * whole.low)
    rounding = share * whole.step + serving.step + (_FIVES if _in_fives(serving) else 0)
    return off <= rounding + tolerance * max(serving.low, share * whole.low)


def _in_fives(serving: Quantity) -> bool:
    """Whether it may be milligrams rounded to fives, as 21 CFR 101.9(c) has sodium and cholesterol."""
    return serving.is_a("mass") and serving.step < _FIVES and serving.printed % 5 == 0
