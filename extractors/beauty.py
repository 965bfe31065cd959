"""Cosmetics and personal care."""

from extractors import PROMPTS, SCHEMAS, hookimpl


@hookimpl
def register_extractors(register):
    register("beauty", schema=SCHEMAS / "beauty.json", prompt=PROMPTS / "beauty.md")
