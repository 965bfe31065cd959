"""Printed pages made up for the tests, and what the offline reader makes of them."""

import base64
from typing import Any

from local.page import Line, Page
from local.reader import OfflineReader
from tests.wire import a_photo


def line(text: str, left: float = 20, top: float = 20, height: float = 20, score: float = 0.99) -> Line:
    """A line as wide as its letters are."""
    return Line(text, score, left, top, len(text) * height / 2, height)


def lines(*texts: str, left: float = 20, top: float = 20, height: float = 20) -> list[Line]:
    """Lines one below the other."""
    return [line(text, left, top + 1.5 * height * index, height) for index, text in enumerate(texts)]


def page(*printed: Line) -> Page:
    """A page of 1000 x 1000 px."""
    return Page(tuple(sorted(printed, key=lambda one: (one.middle, one.left))), 1000, 1000)


def request(schema: dict[str, Any], description: str = "Record it.") -> dict[str, Any]:
    """A body that forces one tool with this schema and shows a picture."""
    data = base64.b64encode(a_photo()).decode()
    photo = {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": data}}
    return {
        "tools": [{"name": "record", "description": description, "input_schema": schema}],
        "tool_choice": {"type": "tool", "name": "record"},
        "messages": [{"role": "user", "content": [photo]}],
    }


def read(printed: Page, asked: dict[str, Any]) -> dict[str, Any]:
    """What the reader's tool call holds."""
    (call,) = OfflineReader(lambda _: printed).answer(asked)["content"]
    assert call["name"] == "record"
    return call["input"]


def specifications(printed: Page, properties: dict[str, Any], **shared: Any) -> dict[str, Any]:
    """What the reader gives for these properties of `specifications`."""
    schema = {
        "type": "object",
        "properties": {
            "product_name": {"type": "string"},
            "brand": {"type": "string"},
            "specifications": {"type": "object", "properties": properties},
        },
        "required": ["specifications"],
        "$defs": shared,
    }
    return read(printed, request(schema))["specifications"]
