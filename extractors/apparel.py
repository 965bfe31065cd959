"""Clothing, shoes and textiles: the fibres of a part must add up."""

from itertools import groupby

from extractors import PROMPTS, SCHEMAS, hookimpl


@hookimpl
def register_extractors(register):
    register("apparel", schema=SCHEMAS / "apparel.json", prompt=PROMPTS / "apparel.md", check=check)


def check(product):
    """An error when a part's fibres are more than 100 %; a warning when they are less, for a line may be missing."""
    fibres = product["specifications"].get("textile_composition", ())
    # In the label's order: a suit has two shells, and the next part ends the first of them.
    for part, entries in groupby(fibres, key=lambda fibre: fibre.get("part", "")):
        shares = [entry.get("percentage", {}).get("value") for entry in entries]
        if None in shares:  # "other fibres", or a leather without a figure: nothing to add up
            continue
        total = round(sum(shares), 2)
        # Shares may be rounded one by one: three thirds are printed as 33 % each.
        if abs(total - 100) > 1:
            which, severity = f" of {part}" if part else "", "error" if total > 100 else "warning"
            message = f"The fibres{which} add up to {total:g} %, not 100 %: one is misread, missing or of another part."
            yield {"path": "specifications.textile_composition", "message": message, "severity": severity}
