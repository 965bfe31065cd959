"""Answers written by hand, brought into the form in which Bedrock would have sent them.

An answer is the input of the tool that the request forces, as JSON; or `{"error": NAME, "message": TEXT}` for one of
Bedrock's exceptions (botocore's service model has their HTTP status). Around it everything is as Bedrock sends it
(Bedrock user guide and API reference, InvokeModel; issues that show its responses), with these estimates:

- tokens as `local.refusals.input_tokens` counts them (4 characters, or 28 x 28 px, a token), and 589 for the use of a
  tool; a marked prefix is written to the cache by the first call that is answered, and read from it by a later one;
- 3 characters of JSON an output token; 900 ms and 15 more an output token.

Ids and times are made from the recording's name and date: authored twice, a recording is the same.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from math import ceil
from typing import Any
from urllib.parse import unquote

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse
from vcr.cassette import Cassette

from local.refusals import input_tokens
from tests.recordings.cassettes import vcr_request
from tests.recordings.scenes import RecordingRefusedError

Answer = Mapping[str, Any]
_TOOL_USE_TOKENS = 589  # Sonnet 4.6's own prompt for a forced tool (Anthropic documentation, tool use pricing)
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def answers_in(cassette: Cassette) -> list[Answer]:
    """The answers that a cassette holds, in the form in which they're written by hand."""
    answers: list[Answer] = []
    for response in cassette.responses:
        body = json.loads(response["body"]["string"])
        if "message" in body:
            [kind] = response["headers"]["x-amzn-ErrorType"]
            answers.append({"error": kind.partition(":")[0], "message": body["message"]})
        else:
            answers.append(body["content"][0]["input"])
    return answers


def answer_by_hand(client: Any, cassette: Cassette, name: str, answers: Sequence[Answer], at: datetime) -> None:
    """Let this client get the answers in turn, as if Bedrock had sent them at that time, and put them on the cassette.

    Nothing leaves the process. RecordingRefusedError is raised through the client when the answers are used up.
    """
    cached: set[str] = set()

    def respond(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        turn = len(cassette)
        if turn == len(answers):
            raise RecordingRefusedError(_one_more(json.loads(request.body), name, turn))
        mark = f"{name} {turn}"
        answer = answers[turn]
        if "error" in answer:
            status, headers, body = _error(answer, client)
        else:
            status, headers, body = 200, *_message(request, answer, mark, cached)
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Date": format_datetime(at, usegmt=True),
            "Content-Type": "application/json",
            "Content-Length": str(len(text)),
            "Connection": "keep-alive",
            "x-amzn-RequestId": str(uuid.uuid5(uuid.NAMESPACE_URL, mark)),
            **headers,
        }
        reason = "OK" if status == 200 else answer["error"]
        response = {
            "status": {"code": status, "message": reason},
            "headers": {header: [value] for header, value in headers.items()},
            "body": {"string": text},
        }
        cassette.append(vcr_request(request), response)
        return AWSResponse(request.url, status, headers, MockRawResponse(text))

    client.meta.events.register_first("before-send.bedrock-runtime.InvokeModel", respond)


def _one_more(asked: Mapping[str, Any], name: str, given: int) -> str:
    """Why the answers that were given aren't enough: mostly there is something wrong with the last."""
    turn = asked["messages"][-1]["content"][0]
    if turn["type"] != "tool_result":
        return f"The service asks for answer {given + 1} of {name}. Add its file behind --answer."
    faults = "\n".join(line for line in turn["content"].splitlines() if line.startswith("- "))
    return (
        f"{name} is not recorded: the service finds faults in answer {given}, and would ask again (a repair turn). "
        f"Mend the answer; or, if you mean to record that, add the next answer's file behind --answer.\n{faults}"
    )


def _error(answer: Answer, client: Any) -> tuple[int, dict[str, str], dict[str, Any]]:
    shape = client.meta.service_model.shape_for(answer["error"])
    kind = f"{answer['error']}:http://internal.amazon.com/coral/com.amazon.bedrock/"
    return shape.metadata["error"]["httpStatusCode"], {"x-amzn-ErrorType": kind}, {"message": answer["message"]}


def _message(
    request: AWSPreparedRequest, answer: Answer, mark: str, cached: set[str]
) -> tuple[dict[str, str], dict[str, Any]]:
    asked = json.loads(request.body)
    [model] = re.findall(r"anthropic\.(.+?)(?:-v\d+(?::\d+)?)?$", unquote(request.url.split("/")[-2]))
    tool, system = json.dumps(asked["tools"]), asked["system"][0]
    prefix = _TOOL_USE_TOKENS + ceil((len(tool) + len(system["text"])) / 4) if "cache_control" in system else 0
    written, read = (0, prefix) if tool in cached else (prefix, 0)
    cached.add(tool)
    fresh = input_tokens(asked) + _TOOL_USE_TOKENS - prefix
    output = ceil(len(json.dumps(answer, ensure_ascii=False)) / 3)
    message = {
        "model": model,
        "id": f"msg_bdrk_01{_id(mark + ' message')}",
        "type": "message",
        "role": "assistant",
        "content": [
            {
                "type": "tool_use",
                "id": f"toolu_bdrk_01{_id(mark + ' tool use')}",
                "name": asked["tool_choice"]["name"],
                "input": answer,
            }
        ],
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {
            "input_tokens": fresh,
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": read,
            "cache_creation": {"ephemeral_5m_input_tokens": written, "ephemeral_1h_input_tokens": 0},
            "output_tokens": output,
        },
    }
    headers = {
        "X-Amzn-Bedrock-Invocation-Latency": 900 + 15 * output,
        "X-Amzn-Bedrock-Input-Token-Count": fresh,
        "X-Amzn-Bedrock-Output-Token-Count": output,
        "X-Amzn-Bedrock-Cache-Read-Input-Token-Count": read,
        "X-Amzn-Bedrock-Cache-Write-Input-Token-Count": written,
    }
    return {name: str(value) for name, value in headers.items()}, message


def _id(mark: str) -> str:
    """22 characters, as Anthropic's ids have them, that depend on the mark alone."""
    number, letters = int.from_bytes(hashlib.sha256(mark.encode()).digest()), ""
    while len(letters) < 22:
        number, digit = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[digit]
    return letters
