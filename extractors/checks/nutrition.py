"""What must hold within a nutrition table: one energy in two units, parts and wholes, salt and sodium, mass.

Rounding of labels: the EU's guidance document on tolerances (December 2012, section 5) and 21 CFR 101.9(c).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.checks.findings import Finding, error, number, proof
from extractors.checks.quantities import apart, quantity

TABLES = ("nutrition_per_100g", "nutrition_per_serving")
_PARTS = (
    ("sugars", "carbohydrate"),
    ("added_sugars", "sugars"),
    ("polyols", "carbohydrate"),
    ("starch", "carbohydrate"),
    ("saturated_fat", "fat"),
    ("monounsaturated_fat", "fat"),
    ("polyunsaturated_fat", "fat"),
    ("trans_fat", "fat"),
)
HEAVIEST = 1.4  # g a millilitre: syrup and honey; nothing that is sold by volume as food is heavier


def energy_in_kj_and_kcal(said: Mapping[str, Any]) -> Iterator[Finding]:
    """1 kcal is 4.184 kJ; labels add up factors of their own (annex XIV: 4.0 to 4.33 kJ a kcal), and round."""
    for table in TABLES:
        kj, kcal = quantity(said, table, "energy_kj"), quantity(said, table, "energy_kcal")
        if kj is None or kcal is None:
            continue
        if apart(kj, kcal) > 0.05 * kj.high + 5:
            yield error(f"{kj.printed} kJ and {kcal.printed} kcal are not the same energy: one is misread.", kj, kcal)
        # 2 %: fat alone has 4.11 kJ a kcal, carbohydrate and protein 4.25. Below 60 kJ a whole kcal is a coarse step.
        elif kj.exact and kcal.exact and kj.low >= 60 and apart(kj, kcal) <= 0.02 * kj.low + 2.5:
            yield proof(f"{kj.printed} kJ are {kcal.printed} kcal.", kj, kcal)


def parts_within_wholes(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Sugars are within carbohydrate, saturates within fat: no more than what the whole may have been rounded by.

    EU guidance rounds fat below 0.5 g to 0, but saturates only below 0.1 g: 0.4 g of 0 g is a true print.
    """
    for table in TABLES:
        for part_name, whole_name in _PARTS:
            part, whole = quantity(said, table, part_name), quantity(said, table, whole_name)
            if part and whole and part.dimension == whole.dimension and part.low > whole.high + whole.step:
                shown = f"{part_name} ({part.printed}) can't be more than {whole_name} ({whole.printed})"
                yield error(f"{shown}: one is misread.", part, whole)


def salt_of_sodium(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Salt is 2.5 times sodium (Regulation (EU) 1169/2011, annex I; Japan counts with 2.54), each rounded by itself."""
    for table in TABLES:
        salt, sodium = quantity(said, table, "salt"), quantity(said, table, "sodium")
        if not (salt and sodium and salt.is_a("mass") and sodium.is_a("mass")):
            continue
        off = max(0, salt.low - 2.5 * sodium.high, 2.5 * sodium.low - salt.high)
        if off > salt.step + 2.5 * sodium.step + 0.1 * salt.high + 0.02:
            shown = f"Salt ({salt.low:g} g) is not 2.5 times sodium ({sodium.low:g} g)"
            yield error(f"{shown}: one is misread.", salt, sodium)
        elif salt.exact and sodium.exact and salt.low >= 0.05 and off <= 0.03 * salt.low + 0.002:
            yield proof("Salt is 2.5 times sodium.", salt, sodium)


def nutrients_within_the_mass(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Fat, carbohydrate and protein in 100 g weigh no more than 100 g.

    5 g of tolerance: three times rounding, and protein, counted as 6.25 times nitrogen, may be more than there is. A
    serving may be told with the milk that is poured over it, so only the table per 100 g counts.
    """
    most = mass_of_100(said)
    fields = [quantity(said, TABLES[0], name) for name in ("fat", "carbohydrate", "protein")]
    parts = [part for part in fields if part and part.is_a("mass")]
    total = sum(part.low for part in parts)
    if most is not None and total > most + 5:
        yield error(f"Fat, carbohydrate and protein add up to {total:g} g in 100: one is misread.", *parts)


def mass_of_100(said: Mapping[str, Any]) -> float | None:
    """The most grams that the table per 100 is of: 100, or 140 where it's per 100 ml or may be.

    Without its basis, what is sold by weight is told by weight. None if the table is per something else.
    """
    basis = quantity(said, "nutrient_basis_quantity")
    if basis and not (basis.exact and basis.low == 100):
        return None
    by = basis or quantity(said, "net_content")
    return 100 if by and by.is_a("mass") else 100 * HEAVIEST


def servings_of_the_pack(said: Mapping[str, Any]) -> Iterator[Finding]:
    """Where servings by their size are the net content, all three are proven; "about 8 servings" need not be."""
    count, net = number(said, "number_of_servings_per_package"), quantity(said, "net_content")
    size = quantity(said, "serving_size")
    if not (count and size and net and size.dimension == net.dimension and count.printed > 1 and size.low > 0):
        return
    if abs(count.printed * size.low - net.low) <= 0.01 * net.low:
        yield proof(f"{count.printed} servings of {size.printed} are {net.printed}.", size, net, count)
