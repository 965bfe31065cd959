"""The offline reader: answers a tool call from what OCR finds printed, in place of a model.

It knows no category, brand or product: what to look for it takes from the tool's schema, and what to give from the
page. It leaves out what it can't find. Reading order: `asked` and `fields` (what a request and its schema ask for),
`labels` and `layout` (where label words stand, and what at them), `labelled`, `texts` with `running`, `unlabelled` with
`listed`, `formed` and `coded`, `headed` with `cells`, `table`, `shares`, `companies`, `families`, `emphasised`,
`headline` (ways of finding values), `values` (reading them), `doubts`, `choose`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.ocr import Ocr
from local.page import Page
from local.reader.asked import choices_in, faults_in, is_named, photo_in
from local.reader.choose import choose
from local.reader.companies import companies
from local.reader.doubts import is_doubtful
from local.reader.emphasised import emphasised
from local.reader.families import families, profiles
from local.reader.fields import Field, fields_of
from local.reader.found import Found, nested
from local.reader.headed import headed
from local.reader.headline import headline
from local.reader.labelled import labelled
from local.reader.labels import anchors
from local.reader.layout import Layout
from local.reader.shares import shares
from local.reader.table import tables
from local.reader.unlabelled import unlabelled

_UNSAID = {"legibility", "other_category"}  # what no pack prints
_CLEAR = 0.9  # an OCR score: below it, one letter in so many words is likely to be another


class OfflineReader:
    """Answers InvokeModel bodies; `read` gives the printed page of a picture's bytes."""

    def __init__(self, read: Callable[[bytes], Page] | None = None) -> None:
        """`read`: by default on-device OCR."""
        self._read = read or Ocr()

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The message for this body: a call of the forced tool, or words where there's no tool or no picture."""
        tools = {tool["name"]: tool for tool in request.get("tools", [])}
        choice = request.get("tool_choice", {})
        name = choice.get("name") if choice.get("type") == "tool" else next(iter(tools), None)
        photo = photo_in(request)
        if name not in tools or photo is None:
            return _words(
                "The offline reader fills a tool's schema from a picture, and was given no "
                + ("picture." if name in tools else "tool.")
            )
        page = self._read(photo)
        call = {"type": "tool_use", "name": name, "input": fill(page, tools[name], faults_in(request))}
        return {"content": [call], "stop_reason": "tool_use"}


def fill(page: Page, tool: Mapping[str, Any], faults: str = "") -> dict[str, Any]:
    """The tool's input, as far as it's printed on the page; without the fields that `faults` names by their path."""
    schema = tool.get("input_schema", {})
    choices = choices_in(schema)
    if choices:
        field, descriptions = choices
        named = [name for name in descriptions if re.search(rf"\b{re.escape(name)}\b", str(tool.get("description")))]
        return {field: choose(page, descriptions, named[0] if named else list(descriptions)[-1])}
    found = _found(page, fields_of(schema))
    answer = nested(found, [one.field.path for one in found if is_named(one.field.path, faults)])
    properties = schema.get("properties", {})
    for required in schema.get("required", ()):
        if properties.get(required, {}).get("type") == "object":
            answer.setdefault(required, {})
    unclear = legibility(found) if "legibility" in properties else {}
    return {**answer, "legibility": unclear} if unclear else answer


def legibility(found: Iterable[Found]) -> dict[str, str]:
    """The values, by name, that stand in a line that the OCR was less sure of: `partial`."""
    return {
        ".".join(one.field.path).removeprefix("specifications."): "partial"
        for one in found
        if any(line.score < _CLEAR for line in one.lines)
    }


def _found(page: Page, fields: list[Field]) -> list[Found]:
    inner = [field for top in fields for field in (top.members or (top,)) if field.name not in _UNSAID]
    groups = [field for field in inner if field.members]
    plain = [field for field in inner if not field.members]
    layout = Layout(page, tuple(anchors(page, [*plain, *(one for group in groups for one in (group, *group.members))])))
    beneath, tabled = headed(layout, plain)
    found = {path: one for path, one in _labelled(layout, plain).items() if not tabled >= {*one.lines}}
    found |= {one.field.path: one for one in beneath}
    rest = [field for field in plain if field.path not in found]
    found |= {
        one.field.path: one
        for ways in (unlabelled(page, rest), tables(layout, groups, rest), shares(layout, rest), profiles(layout, rest))
        for one in ways
    }
    for more in (companies, families, emphasised):
        found |= {one.field.path: one for one in more(layout, plain, found)}
    by_name = {field.path: field for field in fields}
    used = [line for one in found.values() for line in one.lines]
    return [*headline(layout, by_name.get(("product_name",)), by_name.get(("brand",)), used), *found.values()]


def _labelled(layout: Layout, fields: list[Field]) -> dict[tuple[str, ...], Found]:
    """By path what labels say; a figure that two labels say differently is left out, of texts the first is taken."""
    found: dict[tuple[str, ...], Found] = {}
    for field in fields:
        read = (labelled(layout, anchor, field) for anchor in layout.anchors if field in anchor.fields)
        here = [one for one in read if one and not is_doubtful(one, layout.page)]
        if here and (field.is_text or field.is_list or all(one.value == here[0].value for one in here)):
            found[field.path] = here[0]
    return found


def _words(text: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}], "stop_reason": "end_turn"}
