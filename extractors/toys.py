"""Toys and games."""

from extractors import PROMPTS, SCHEMAS, hookimpl


@hookimpl
def register_extractors(register):
    register("toys", schema=SCHEMAS / "toys.json", prompt=PROMPTS / "toys.md")
