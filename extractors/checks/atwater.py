"""The energy of a nutrition table against what its nutrients hold (Regulation (EU) 1169/2011, annex XIV)."""

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.checks.findings import Finding, error, proof
from extractors.checks.nutrition import HEAVIEST, TABLES, mass_of_100
from extractors.checks.quantities import Quantity, exactly, quantity

# kcal a gram
_FAT, _CARBOHYDRATE, _PROTEIN, _ALCOHOL, _FIBRE, _POLYOLS = 9, 4, 4, 7, 2, 2.4
_KILOJOULES = 4.184
_DENSITY = 0.789  # g of alcohol a millilitre, at 20 °C
# What no row tells: fibre has 2 kcal a gram, organic acids 3, and alcohol that isn't said (a liqueur's, up to 43 % of
# the mass) 7 in less of it.
_UNTOLD = 3
# The lowest factors that are in use for a whole food: 21 CFR 101.9(c)(1)(i) also allows specific factors (Merrill and
# Watt: protein of vegetables 2.44) and measured energy (almonds, a quarter below).
_LEAST = 0.6
_ROUNDING = 15  # kcal: fat by 0.5 g, carbohydrate and protein by 0.5 g each, the energy by 5, as in 21 CFR 101.9(c)


def energy_of_nutrients(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Energy lies between what fat, protein and sugars hold at least and what all that there is can hold at most.

    Starch isn't counted at the lower end: what is called carbohydrate may be a polyol or erythritol, of 0 kcal, and
    American tables count fibre among it. Near the sum itself, energy and the nutrients that carry it are proven.
    """
    for table in TABLES:
        energy = exactly(said, "food energy", table, "energy_kcal") or exactly(said, "food energy", table, "energy_kj")
        fat, carbohydrate, protein = (_grams(said, table, name) for name in ("fat", "carbohydrate", "protein"))
        if not (energy and fat and carbohydrate and protein):
            continue
        kcal = energy.low / _KILOJOULES
        carriers = [(_FAT, fat), (_CARBOHYDRATE, carbohydrate), (_PROTEIN, protein)]
        sugars = _grams(said, table, "sugars")
        least = _FAT * fat.low + _PROTEIN * protein.low + (_CARBOHYDRATE * sugars.low if sugars else 0)
        if kcal < _LEAST * least - _ROUNDING:
            parts = [field for field in (fat, protein, sugars) if field]
            yield error(f"{_named(parts)} alone hold more than {kcal:.0f} kcal: one is misread.", energy, *parts)
            continue
        alcohol = _alcohol(said, table)
        told = sum(factor * nutrient.high for factor, nutrient in carriers)
        mass = _mass(said, table)
        if mass is not None and not alcohol:
            rest = max(0, mass - sum(nutrient.low for _, nutrient in carriers))
            if kcal > 1.05 * told + _UNTOLD * rest + _ROUNDING:
                most = f"{mass:g} g with so much fat, carbohydrate and protein hold less than {kcal:.0f} kcal"
                yield error(f"{most}: one is misread.", energy, fat, carbohydrate, protein)
                continue
        yield from _proven(said, table, energy, kcal, carriers)


def _proven(
    said: Mapping[str, Any], table: str, energy: Quantity, kcal: float, carriers: list[tuple[int, Quantity]]
) -> Iterator[Finding]:
    """A proof where the energy is the sum of its nutrients within 1.5 % and rounding."""
    tolerance = 0.015 * kcal + 3
    fibre, polyols = _grams(said, table, "fibre"), _grams(said, table, "polyols")
    total = sum(factor * nutrient.low for factor, nutrient in carriers)
    unsure = sum(factor * (nutrient.high - nutrient.low) for factor, nutrient in carriers)  # "< 0.5 g" of fat
    # Polyols are among the carbohydrate; fibre is beside it, but in American tables, which count it among it.
    total -= (_CARBOHYDRATE - _POLYOLS) * polyols.low if polyols else 0
    sums = (total, total + _FIBRE * fibre.low) if fibre else (total,)
    # A first digit that is misread by one must be more than what is let pass to either side.
    let_pass = 2 * tolerance + unsure
    borne_out = [nutrient for factor, nutrient in carriers if factor * nutrient.place > let_pass]
    fits = any(one - tolerance <= kcal <= one + unsure + tolerance for one in sums)
    if borne_out and fits and energy.place > let_pass * _KILOJOULES:
        yield proof(f"{_named(borne_out)} hold the {kcal:.0f} kcal.", energy, *borne_out)


def energy_of_alcohol(said: Mapping[str, Any]) -> Iterator[Finding]:
    """100 ml of a drink have at least the energy of their alcohol.

    The strength may be off by a degree (the same Regulation, annex XII), and the energy be rounded.
    """
    strength = quantity(said, "percentage_of_alcohol_by_volume")
    energy = quantity(said, TABLES[0], "energy_kcal") or quantity(said, TABLES[0], "energy_kj")
    if strength and energy and energy.is_a("food energy"):
        kcal = energy.high / _KILOJOULES
        if kcal < _ALCOHOL * _DENSITY * (strength.low - 1) - 3:
            shown = f"{strength.printed} % alcohol alone has more than {kcal:.0f} kcal in 100 ml"
            yield error(f"{shown}: one of them is misread.", strength, energy)


def _alcohol(said: Mapping[str, Any], table: str) -> bool:
    """Whether it's said that there is alcohol in it: then energy is more than a table's rows tell."""
    strength = quantity(said, "percentage_of_alcohol_by_volume") or _grams(said, table, "alcohol")
    return bool(strength and strength.high > 0)


def _mass(said: Mapping[str, Any], table: str) -> float | None:
    """The most grams that a table's column is of, or None if that isn't said."""
    if table == TABLES[0]:
        return mass_of_100(said)
    size = quantity(said, "serving_size")
    if not size or not (size.is_a("mass") or size.is_a("volume")):
        return None
    return size.high * (HEAVIEST if size.is_a("volume") else 1)


def _grams(said: Mapping[str, Any], table: str, name: str) -> Quantity | None:
    found = quantity(said, table, name)
    return found if found and found.is_a("mass") else None


def _named(fields: list[Quantity]) -> str:
    return ", ".join(f"{field.path.rpartition('.')[2]} ({field.printed})" for field in fields)
