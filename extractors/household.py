"""Cleaning, laundry and home care; a hazard statement must stand beside its diamond."""

import re

from extractors import PROMPTS, SCHEMAS, hookimpl

# Regulation (EC) 1272/2008 (CLP), annex V: which diamond a statement's hazard class is shown by. Only classes for which
# no rule of precedence (article 26) lets the diamond be left out, but that GHS01 makes GHS02 optional.
_DIAMONDS = {
    "GHS02": {"H222", "H223", "H224", "H225", "H226", "H228"},
    "GHS05": {"H314", "H318"},
    "GHS06": {"H300", "H301", "H310", "H311", "H330", "H331"},
    "GHS08": {"H304", "H334", "H340", "H341", "H350", "H351", "H360", "H361", "H370", "H371", "H372", "H373"},
    "GHS09": {"H400", "H410", "H411"},
}


@hookimpl
def register_extractors(register):
    register("household", schema=SCHEMAS / "household.json", prompt=PROMPTS / "household.md", check=check)


def check(product):
    """A warning when diamonds are recorded, but not the one that a recorded H code calls for."""
    specifications = product["specifications"]
    seen = set(specifications.get("hazard_pictograms", ()))
    printed = re.findall(r"\bH[0-9]{3}", " ".join(specifications.get("hazard_statements", ())))
    for diamond, codes in _DIAMONDS.items():
        shown = diamond in seen or (diamond == "GHS02" and "GHS01" in seen)
        if seen and not shown and (calling := codes & set(printed)):
            message = (
                f"{' and '.join(sorted(calling))} stands beside {diamond}: a diamond or a code is misread or missed."
            )
            yield {"path": "specifications.hazard_pictograms", "message": message, "severity": "warning"}
