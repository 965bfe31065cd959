"""What Bedrock refuses of an InvokeModel body, in its words, and what the body counts in tokens.

The rules are those of the Anthropic Messages API and of botocore's service model (a body is at most 25,000,000 bytes);
sizes of pictures after Anthropic's vision guide.
"""

import base64
import binascii
import io
import json
import math
import re
from collections.abc import Iterator
from typing import Any

from PIL import Image

_MAX_BODY = 25_000_000
_MAX_PICTURE_BASE64 = 5 * 1024 * 1024
_MAX_EDGE = 8000
_TILE = 28
_TEXT_PER_TOKEN = 4  # characters; English comes near it
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}


class Refusal(Exception):
    """An error for the client: HTTP status, exception name as in the service model, and Bedrock's sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def require(body: bytes) -> dict[str, Any]:
    """The body as an object, or Refusal (ValidationException) with the first fault found in it."""
    if len(body) > _MAX_BODY:
        raise _invalid(
            "1 validation error detected: Value at 'body' failed to satisfy constraint: "
            f"Member must have length less than or equal to {_MAX_BODY}"
        )
    try:
        request = json.loads(body)
    except ValueError as cause:
        raise _invalid("Malformed input request, please reformat your input and try again.") from cause
    if not isinstance(request, dict):
        raise _invalid("Malformed input request: expected an object, please reformat your input and try again.")
    for field in ("anthropic_version", "max_tokens", "messages"):
        if field not in request:
            raise _invalid(f"{field}: Field required")
    if request["anthropic_version"] != "bedrock-2023-05-31":
        raise _invalid("Invalid API version")
    if not isinstance(request["max_tokens"], int) or request["max_tokens"] < 1:
        raise _invalid("max_tokens: must be greater than or equal to 1")
    _require_tools(request)
    _require_messages(request["messages"])
    return request


def _require_tools(request: dict[str, Any]) -> None:
    tools = request.get("tools") or []
    for index, tool in enumerate(tools):
        where = f"tools.{index}.custom"
        if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", str(tool.get("name", ""))):
            raise _invalid(f"{where}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'")
        schema = tool.get("input_schema")
        if not isinstance(schema, dict) or schema.get("type") != "object":
            raise _invalid(f"{where}.input_schema.type: Field required")
        if schema.keys() & {"oneOf", "allOf", "anyOf"}:
            raise _invalid(
                f"{where}.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level"
            )
    choice = request.get("tool_choice") or {}
    if choice.get("type") == "tool" and choice.get("name") not in [tool["name"] for tool in tools]:
        raise _invalid(f"Tool '{choice.get('name')}' not found in provided tools")


def _require_messages(messages: Any) -> None:
    if not isinstance(messages, list) or not messages:
        raise _invalid("messages: at least one message is required")
    called: set[str] = set()
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("content"), str | list):
            raise _invalid(f"messages.{index}: Input should be a valid dictionary with role and content")
        if message.get("role") not in ("user", "assistant"):
            raise _invalid(f"messages.{index}.role: Input should be 'user' or 'assistant'")
        answered = [block.get("tool_use_id") for block in blocks(message) if block.get("type") == "tool_result"]
        if any(use not in called for use in answered):
            raise _invalid(
                f"messages.{index}.content.0: unexpected `tool_use_id` found in `tool_result` blocks: "
                f"{', '.join(map(str, answered))}. Each `tool_result` block must have a corresponding `tool_use` block "
                "in the previous message."
            )
        called = {block["id"] for block in blocks(message) if block.get("type") == "tool_use"}
        for place, block in enumerate(blocks(message)):
            if block.get("type") == "image":
                _require_picture(block, f"messages.{index}.content.{place}.image.source.base64")


def _require_picture(block: dict[str, Any], where: str) -> None:
    source = block.get("source", {})
    if source.get("media_type") not in _FORMATS:
        raise _invalid(f"{where}.media_type: Input should be {' or '.join(map(repr, _FORMATS))}")
    if len(source.get("data", "")) > _MAX_PICTURE_BASE64:
        size = f"{len(source['data'])} bytes > {_MAX_PICTURE_BASE64} bytes"
        raise _invalid(f"{where}: image exceeds 5 MB maximum: {size}")
    try:
        with Image.open(io.BytesIO(picture(block)), formats=tuple(_FORMATS.values())) as opened:
            size_px, actual = opened.size, opened.format
            if max(size_px) > _MAX_EDGE:
                raise _invalid(f"{where}.data: image dimensions exceed max allowed size: {_MAX_EDGE} pixels")
            if actual != _FORMATS[source["media_type"]]:
                raise _invalid(f"{where}.data: Image does not match the provided media type {source['media_type']}")
            opened.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as cause:  # Pillow's, on bad bytes
        raise _invalid("Could not process image") from cause


def _invalid(message: str) -> Refusal:
    return Refusal(400, "ValidationException", message)


def blocks(message: dict[str, Any]) -> list[dict[str, Any]]:
    """A message's content blocks; a plain string is one text block."""
    content = message.get("content", [])
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def picture(block: dict[str, Any]) -> bytes:
    """The bytes of an image block; ValueError if they aren't base64."""
    try:
        return base64.b64decode(block["source"]["data"], validate=True)
    except (KeyError, binascii.Error) as cause:
        raise ValueError("The image block holds no base64 data.") from cause


def input_tokens(request: dict[str, Any]) -> int:
    """About what the body counts: pictures by 28 x 28 px tiles, text (tools too) by 4 characters a token."""
    letters = len(json.dumps(request.get("tools", []))) + sum(
        len(block["text"]) for block in blocks({"content": request.get("system", [])})
    )
    tiles = 0
    for block in _all_blocks(request):
        if block.get("type") == "image":
            with Image.open(io.BytesIO(picture(block))) as opened:
                tiles += math.ceil(opened.width / _TILE) * math.ceil(opened.height / _TILE)
        else:
            letters += len(json.dumps(block, ensure_ascii=False))
    return tiles + math.ceil(letters / _TEXT_PER_TOKEN)


def _all_blocks(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for message in request["messages"]:
        yield from blocks(message)
