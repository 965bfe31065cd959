"""Clothing, shoes and textiles: the fibres of a part must add up."""

from collections import defaultdict

from extractors import PROMPTS, SCHEMAS, hookimpl


@hookimpl
def register_extractors(register):
    register("apparel", schema=SCHEMAS / "apparel.json", prompt=PROMPTS / "apparel.md", check=check)


def check(product):
    """An error when a part's fibres are more than 100 %; a warning when they are less, for a line may be missing."""
    parts = defaultdict(list)
    for entry in product["specifications"].get("textile_composition", ()):
        parts[entry.get("part", "")].append(entry.get("percentage", {}).get("value"))
    for part, shares in parts.items():
        if None in shares:  # "other fibres", or a leather without a figure: nothing to add up
            continue
        total = round(sum(shares), 2)
        # Shares may be rounded one by one: three thirds are printed as 33 % each.
        if abs(total - 100) > 1:
            which, severity = f" of {part}" if part else "", "error" if total > 100 else "warning"
            message = f"The fibres{which} add up to {total:g} %, not 100 %: one is misread, missing or of another part."
            yield {"path": "specifications.textile_composition", "message": message, "severity": severity}
