"""Garden seeds: packets of vegetable, herb and flower seed. A plugin of Product OCR that needs nothing but pluggy."""

from pathlib import Path

import pluggy

hookimpl = pluggy.HookimplMarker("product_ocr")

_HERE = Path(__file__).resolve().parent
_GRAMS = {"g": 1.0, "kg": 1000.0, "mg": 0.001}
# A packet says "approx." of its seeds, and they differ from harvest to harvest. A misread digit is further off.
_TOLERANCE = 0.5


@hookimpl
def register_extractors(register):
    """Add the category `garden_seeds`."""
    register("garden_seeds", schema=_HERE / "schema.json", prompt=_HERE / "prompt.md", check=check)


def check(product):
    """Findings that the schema can't see.

    Errors: a range that ends before it begins, and seed that is to be sown before it was packed. A warning: seeds that
    don't weigh what the packet weighs.
    """
    printed = product["specifications"]
    for name, value in printed.items():
        if isinstance(value, dict) and value.get("min_value", 0) > value.get("max_value", float("inf")):
            low, high = value["min_value"], value["max_value"]
            yield _finding(name, f"It can't go from {low} to {high}: one of them is misread.", "error")
    packed, sow_by = printed.get("packaging_date", ""), printed.get("sow_by_date", "")
    known = min(len(packed), len(sow_by))  # 2026 and 2026-03 are compared by the year
    if sow_by[:known] < packed[:known]:
        yield _finding("sow_by_date", f"Packed in {packed}, to be sown by {sow_by}: one is misread.", "error")
    yield from _weighed(printed)


def _weighed(printed):
    """A thousand seeds have their weight (ISTA's thousand-seed weight); so have the seeds of the packet."""
    content, thousand = _grams(printed.get("net_content")), _grams(printed.get("thousand_seed_weight"))
    seeds = printed.get("number_of_items")
    if content and thousand and seeds:
        expected = seeds * thousand / 1000
        if abs(expected - content) > _TOLERANCE * content:
            message = f"{seeds} seeds weigh about {expected:.3g} g, the packet {content:.3g} g: look at all three."
            yield _finding("number_of_items", message, "warning")


def _grams(quantity):
    """A mass in grams; None for what is absent, a volume, or in ounces."""
    if quantity and quantity["unit"] in _GRAMS:
        return quantity["value"] * _GRAMS[quantity["unit"]]
    return None


def _finding(name, message, severity):
    return {"path": f"specifications.{name}", "message": message, "severity": severity}
