"""Tyres, fluids, batteries and parts of vehicles; a tyre's load index must fit its maximum load."""

from extractors import PROMPTS, SCHEMAS, hookimpl


@hookimpl
def register_extractors(register):
    register("automotive", schema=SCHEMAS / "automotive.json", prompt=PROMPTS / "automotive.md", check=check)


def check(product):
    """An error when a tyre's load index stands for another load than the maximum that is printed on it."""
    specifications = product["specifications"]
    index, most = specifications.get("load_index"), specifications.get("maximum_load", {})
    # Farm tyres (up to 65 km/h: A1 to D) also print what they carry at other speeds (UN Regulation 106).
    slow = specifications.get("speed_symbol", "").startswith(("A", "B", "C", "D"))
    if index is None or slow or most.get("unit") != "kg":
        return
    # UN Regulation 54, annex 4, in a formula: index 0 carries 45 kg, and 80 more carry ten times as much. The table is
    # rounded by up to 2 %, one index to the next is 2.9 %: further off than two, one of both is misread.
    single = int(index.partition("/")[0])
    kilograms = 45 * 10 ** (single / 80)
    if abs(most["value"] / kilograms - 1) > 0.06:
        message = f"Load index {single} stands for about {kilograms:.0f} kg, not {most['value']} kg: one is misread."
        yield {"path": "specifications.load_index", "message": message, "severity": "error"}
