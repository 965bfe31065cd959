"""Medicines and supplements; German PZN and PPN must have their check digits, and PPN and GTIN hold the PZN."""

from extractors import PROMPTS, SCHEMAS, hookimpl


@hookimpl
def register_extractors(register):
    register("health", schema=SCHEMAS / "health.json", prompt=PROMPTS / "health.md", check=check)


def check(product):
    """Errors where PPN or PZN has a wrong check digit, or PPN or GTIN holds another PZN (IFA's specifications)."""
    specifications = product["specifications"]
    pzn, ppn = specifications.get("pzn", ""), specifications.get("ppn", "")
    if ppn and sum(place * ord(sign) for place, sign in enumerate(ppn[:10], 2)) % 97 != int(ppn[10:]):
        yield _error("ppn", f"PPN {ppn} has wrong check digits: one is misread.")
    if len(pzn) != 8:  # Austria's have seven digits, and German ones of before 2013
        return
    if sum(place * int(digit) for place, digit in enumerate(pzn[:7], 1)) % 11 != int(pzn[7]):
        yield _error("pzn", f"PZN {pzn} has a wrong check digit: one is misread.")
    if ppn and ppn[2:10] != pzn:
        yield _error("ppn", f"PPN {ppn} holds another number than PZN {pzn}: one is misread.")
    # An NTIN, the PZN in the form of a GTIN-13, begins with 4150.
    gtin = specifications.get("gtin", "").lstrip("0")
    if gtin.startswith("4150") and len(gtin) == 13 and gtin[4:12] != pzn:
        yield _error("gtin", f"GTIN {gtin} holds another number than PZN {pzn}: one is misread.")


def _error(name, message):
    return {"path": f"specifications.{name}", "message": message, "severity": "error"}
