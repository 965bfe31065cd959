"""What a request asks: its photo, what is to be chosen from, what a repair turn says is wrong."""

import re
from collections.abc import Mapping
from typing import Any

from local.refusals import blocks, picture


def choices_in(schema: Mapping[str, Any]) -> tuple[str, dict[str, str]] | None:
    """The one property that is to be chosen from a list, and its choices with the line that describes each."""
    properties = schema.get("properties", {})
    if len(properties) != 1:
        return None
    ((name, only),) = properties.items()
    if not isinstance(only, Mapping) or not isinstance(only.get("enum"), list):
        return None
    lines = dict(line.split(":", 1) for line in str(only.get("description", "")).splitlines() if ":" in line)
    return name, {str(choice): lines.get(str(choice), str(choice)) for choice in only["enum"]}


def photo_in(request: Mapping[str, Any]) -> bytes | None:
    """The first picture that the request shows."""
    images = (
        picture(block) for message in request["messages"] for block in blocks(message) if block.get("type") == "image"
    )
    return next(images, None)


def faults_in(request: Mapping[str, Any]) -> str:
    """What a repair turn says is wrong, if the last message is one."""
    results = [block for block in blocks(request["messages"][-1]) if block.get("type") == "tool_result"]
    return "\n".join(str(block.get("content", "")) for block in results if block.get("is_error"))


def is_named(path: tuple[str, ...], faults: str) -> bool:
    """A fault stands at this path, above or below it; paths may be written with dots, slashes or brackets."""
    for written in re.findall(r"[\w./\[\]]+", faults):
        named = tuple(re.findall(r"\w+", written))
        depth = min(len(named), len(path))
        if depth and named[:depth] == path[:depth] and (depth > 1 or len(path) == 1):
            return True
    return False
