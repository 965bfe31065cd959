"""Cleaning, laundry and home care."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import amounts, dates, hazards, must_hold

check = must_hold(
    hazards.diamonds_of_statements,
    amounts.net_content_of_items,
    dates.in_order,
)


@hookimpl
def register_extractors(register):
    register("household", schema=SCHEMAS / "household.json", prompt=PROMPTS / "household.md", check=check)
