"""JSON Schema, for answers. Not loaded before it's needed: nothing else of a cold start takes as long to import."""

from collections.abc import Mapping
from typing import Any

import jsonschema

from pipeline.errors import PluginRefused
from pipeline.formats import CHECKS


def _format_checker() -> jsonschema.FormatChecker:
    checker = jsonschema.FormatChecker(formats=())  # without the draft's own, such as "date" and "email"
    for name, holds in CHECKS.items():
        # What isn't a string passes, as JSON Schema has it: that is for `type` to refuse.
        checker.checks(name)(lambda value, holds=holds: not isinstance(value, str) or holds(value))
    return checker


_FORMATS = _format_checker()


def validator_for(schema: Mapping[str, Any], where: str) -> jsonschema.Draft202012Validator:
    """What finds an answer's faults. Raises PluginRefused, beginning with `where`, if the schema itself is wrong."""
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        # Its path in the category's own file, which `merged` has put into the envelope.
        path = ".".join(map(str, error.path)).removeprefix("properties.specifications.")
        raise PluginRefused(f"{where}: not a JSON Schema at {path}: {error.message}.") from error
    return jsonschema.Draft202012Validator(schema, format_checker=_FORMATS)
