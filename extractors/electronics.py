"""Electrical and electronic devices, parts, media and accessories."""

from extractors import PROMPTS, SCHEMAS, hookimpl


@hookimpl
def register_extractors(register):
    register("electronics", schema=SCHEMAS / "electronics.json", prompt=PROMPTS / "electronics.md")
