"""A model's answer -> what it recorded, and the better of an answer and its repair."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.catalog import Extractor, Finding
from pipeline.errors import AnswerUnusable
from pipeline.faults import faults_in

_LONGEST = 300  # characters of what the model said
_DEEPEST = 32  # levels of an answer; a product has five


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model recorded, and its faults. `tool_use`: its block in the answer; `truncated`: tokens ran out."""

    product: Mapping[str, Any]
    faults: tuple[Finding, ...]
    tool_use: Mapping[str, Any]
    truncated: bool = False


def parsed(body: bytes) -> Mapping[str, Any]:
    """The JSON object in a response's body; raises AnswerUnusable if it is none."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise AnswerUnusable("malformed_answer", f"The model's answer is not JSON: {error}") from error
    if not isinstance(message, dict):
        raise AnswerUnusable("malformed_answer", "The model's answer is not a JSON object.")
    return message


def tool_input(message: Mapping[str, Any], tool: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The call of this tool in the answer: its block and its input, fit to be stored and sent on.

    Raises AnswerUnusable, saying what came instead.
    """
    blocks = message.get("content")
    blocks = [block for block in blocks if isinstance(block, Mapping)] if isinstance(blocks, list) else []
    calls = [block for block in blocks if block.get("type") == "tool_use"]
    if message.get("stop_reason") == "refusal":
        raise AnswerUnusable("refused", "The model refused to read this photo.", _prose(blocks))
    if not calls:
        code = "truncated" if message.get("stop_reason") == "max_tokens" else "no_tool_call"
        reason = _short(message.get("stop_reason"))
        raise AnswerUnusable(code, f"The model recorded nothing (stop reason {reason}).", _prose(blocks))
    call = calls[0]
    if call.get("name") != tool:
        raise AnswerUnusable("wrong_tool", f"The model called the tool {_short(call.get('name'))}, not {tool!r}.")
    if not isinstance(call.get("input"), Mapping) or not isinstance(call.get("id"), str):
        raise AnswerUnusable(
            "malformed_answer", f"The model's call of {tool!r} has no id, or an input that is no object."
        )
    call = _proper(call)
    return call, call["input"]


def _proper(node: Any, levels_left: int = _DEEPEST) -> Any:
    """The same without what Python's JSON reader takes, but JSON, UTF-8 and DynamoDB don't.

    NaN, Infinity and 1e999 are no numbers, and what is nested without end is no value: they become null, which no field
    takes for one. Half of a surrogate pair is no character: it becomes `?`.
    """
    if isinstance(node, str):
        return node.encode("utf-8", "replace").decode("utf-8")
    if isinstance(node, float) and not math.isfinite(node):
        return None
    if isinstance(node, (dict, list)) and not levels_left:
        return None
    if isinstance(node, dict):
        return {_proper(name): _proper(value, levels_left - 1) for name, value in node.items()}
    return [_proper(item, levels_left - 1) for item in node] if isinstance(node, list) else node


def judge(message: Mapping[str, Any], extractor: Extractor) -> Reading:
    """What the answer records, with every fault. Raises AnswerUnusable where nothing is recorded."""
    tool_use, product = tool_input(message, extractor.tool["name"])
    truncated = message.get("stop_reason") in ("max_tokens", "model_context_window_exceeded")
    return Reading(product, faults_in(product, extractor), tool_use, truncated)


def repaired(first: Reading, second: Reading, extractor: Extractor) -> Reading:
    """The better of an answer and its repair.

    A faulty field takes the repair's value, or goes if the model now leaves it out; all others stay. If that has as
    many faults as before, or if the repair itself was cut off, the first answer stands.
    """
    if second.truncated:
        return first
    product = _patched(first, second.product, extractor.tool["input_schema"]["properties"])
    candidate = Reading(product, faults_in(product, extractor), second.tool_use)
    return candidate if len(candidate.faults) < len(first.faults) else first


def _patched(first: Reading, again: Mapping[str, Any], envelope: Mapping[str, Any]) -> Mapping[str, Any]:
    product = dict(first.product)
    specifications = product.get("specifications")
    specifications = dict(specifications) if isinstance(specifications, Mapping) else {}
    new = again.get("specifications")
    new = new if isinstance(new, Mapping) else {}
    foreseen = envelope["specifications"].get("properties", {})
    for found in first.faults:
        path = found["path"]
        if path.startswith("specifications."):
            inside = path.removeprefix("specifications.")
            _replace(specifications, new, inside)
            if inside.partition(".")[0] not in foreseen:  # a name of the model's own may come back as another
                specifications = {**new, **specifications}
        elif path.partition(".")[0] in envelope.keys() - {"specifications"}:
            _replace(product, again, path)
        else:  # about the whole, or a field in a wrong place: that goes, and what is new fills what is missing
            _replace(product, {}, path)
            product = {**again, **product}
            specifications = {**new, **specifications}
    return {**product, "specifications": specifications}


def _replace(old: dict[str, Any], new: Mapping[str, Any], path: str) -> None:
    """Take the new value of the field that the path begins with; its name may hold a dot."""
    for name in [name for name in old if f"{path}.".startswith(f"{name}.")]:
        del old[name]
    old.update({name: value for name, value in new.items() if f"{path}.".startswith(f"{name}.")})


def _short(value: Any) -> str:
    return repr(value)[:_LONGEST]


def _prose(blocks: list[Mapping[str, Any]]) -> str:
    text = " ".join(str(block.get("text", "")) for block in blocks if block.get("type") == "text").strip()
    return _short(text) if text else ""
