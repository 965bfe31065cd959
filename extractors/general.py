"""Any product that fits no other category."""

from extractors import PROMPTS, SCHEMAS, hookimpl


@hookimpl
def register_extractors(register):
    register("general", schema=SCHEMAS / "general.json", prompt=PROMPTS / "general.md")
