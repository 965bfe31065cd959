"""Clothing, shoes and textiles."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import care, composition, must_hold

check = must_hold(
    composition.fibres_add_up,
    care.washing_temperature_of_symbol,
)


@hookimpl
def register_extractors(register):
    register("apparel", schema=SCHEMAS / "apparel.json", prompt=PROMPTS / "apparel.md", check=check)
