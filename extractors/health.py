"""Medicines and supplements; a German PZN must have its check digit, and be the one in the PPN and the GTIN."""

from extractors import PROMPTS, SCHEMAS, hookimpl


@hookimpl
def register_extractors(register):
    register("health", schema=SCHEMAS / "health.json", prompt=PROMPTS / "health.md", check=check)


def check(product):
    """Errors at a PZN with a wrong check digit, and at a PPN or GTIN that holds another PZN (IFA's specifications)."""
    specifications = product["specifications"]
    pzn = specifications.get("pzn", "")
    if len(pzn) != 8:  # Austria's have seven digits, and German ones of before 2013
        return
    if sum(place * int(digit) for place, digit in enumerate(pzn[:7], 1)) % 11 != int(pzn[7]):
        yield _error("pzn", f"PZN {pzn} has a wrong check digit: one is misread.")
    ppn = specifications.get("ppn", "")
    if ppn and ppn[2:10] != pzn:
        yield _error("ppn", f"PPN {ppn} holds another number than PZN {pzn}: one is misread.")
    # An NTIN, the PZN in the form of a GTIN-13, begins with 4150.
    gtin = specifications.get("gtin", "").lstrip("0")
    if gtin.startswith("4150") and len(gtin) == 13 and gtin[4:12] != pzn:
        yield _error("gtin", f"GTIN {gtin} holds another number than PZN {pzn}: one is misread.")


def _error(name, message):
    return {"path": f"specifications.{name}", "message": message, "severity": "error"}
