"""A model's answer -> what it recorded."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pipeline.errors import AnswerUnusable
from pipeline.fields import concerns, dotted, fields_of

LEGIBILITY = "legibility"
LEGIBILITY_WORDS = ("clear", "partial", "inferred")
_LONGEST = 300  # characters of what the model said
_MOST_WORDS = 200  # of legibility: the schema allows 60, and each is compared with each field
_DEEPEST = 32  # levels of an answer; a product has five


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model recorded, as it came.

    `tool_use`: its block in the message; `truncated`: tokens ran out; `legibility`: by a field's dotted path the
    model's word for how it reads, which is clear where there is none.
    """

    product: Mapping[str, Any]
    tool_use: Mapping[str, Any]
    truncated: bool
    legibility: Mapping[str, str]


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


def recorded(message: Mapping[str, Any], tool: str) -> Answer:
    """What the answer records. Raises AnswerUnusable where that is nothing."""
    tool_use, given = tool_input(message, tool)
    truncated = message.get("stop_reason") in ("max_tokens", "model_context_window_exceeded")
    product = {name: value for name, value in given.items() if name != LEGIBILITY}
    return Answer(product, tool_use, truncated, _legibility(given.get(LEGIBILITY), product))


def _legibility(said: Any, product: Mapping[str, Any]) -> dict[str, str]:
    """By each field's path what the model says of how it reads, if it says one of the words; a table's is its rows'."""
    said = islice(said.items(), _MOST_WORDS) if isinstance(said, Mapping) else ()
    words = {name: word for name, word in said if word in LEGIBILITY_WORDS}
    return {
        dotted(path): word
        for path in fields_of(product)
        for name, word in words.items()
        if concerns(name, path[1:] or path) or concerns(name, path)
    }


def _short(value: Any) -> str:
    return repr(value)[:_LONGEST]


def _prose(blocks: list[Mapping[str, Any]]) -> str:
    text = " ".join(str(block.get("text", "")) for block in blocks if block.get("type") == "text").strip()
    return _short(text) if text else ""
