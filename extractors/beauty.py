"""Cosmetics and personal care."""

from extractors import PROMPTS, SCHEMAS, hookimpl
from extractors.checks import amounts, dates, must_hold

check = must_hold(
    amounts.net_content_of_items,
    dates.in_order,
)


@hookimpl
def register_extractors(register):
    register("beauty", schema=SCHEMAS / "beauty.json", prompt=PROMPTS / "beauty.md", check=check)
