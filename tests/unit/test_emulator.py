"""The Bedrock emulator, asked by a real boto3 client as the function asks Bedrock."""

import base64
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import anthropic.types
import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from PIL import Image

from local.emulator import BedrockEmulator
from local.refusals import Refusal

TOOL = {"name": "record_thing", "description": "Record it.", "input_schema": {"type": "object", "properties": {}}}


def picture(size: tuple[int, int] = (60, 30), form: str = "PNG") -> dict[str, Any]:
    """An image block of a plain picture."""
    held = io.BytesIO()
    Image.new("RGB", size, "white").save(held, form)
    data = base64.b64encode(held.getvalue()).decode()
    return {"type": "image", "source": {"type": "base64", "media_type": f"image/{form.lower()}", "data": data}}


def body(**changes: Any) -> dict[str, Any]:
    """A whole InvokeModel body, with some fields changed; a field that is None is left out."""
    whole = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 100,
        "tools": [TOOL],
        "tool_choice": {"type": "tool", "name": "record_thing", "disable_parallel_tool_use": True},
        "system": [{"type": "text", "text": "Read."}],
        "messages": [{"role": "user", "content": [picture(), {"type": "text", "text": "Go."}]}],
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


def called(request: Mapping[str, Any]) -> dict[str, Any]:
    """An answerer that calls the tool with nothing."""
    return {"content": [{"type": "tool_use", "name": request["tools"][0]["name"], "input": {"seen": True}}]}


def client_of(emulator: BedrockEmulator) -> Any:
    """A boto3 client with made-up credentials that doesn't retry."""
    return boto3.client(
        "bedrock-runtime",
        endpoint_url=emulator.url,
        region_name="eu-central-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture(scope="module")
def bedrock() -> Iterator[Any]:
    """A client of an emulator whose answerer calls the tool."""
    with BedrockEmulator(called) as emulator:
        yield client_of(emulator)


def ask(client: Any, request: Any, model: str = "offline-reader") -> dict[str, Any]:
    """What the model answers, with the response's headers under `headers`."""
    response = client.invoke_model(modelId=model, body=json.dumps(request))
    answer = json.loads(response["body"].read())
    return {**answer, "headers": response["ResponseMetadata"]["HTTPHeaders"]}


def test_an_answer_is_a_message_in_bedrocks_form(bedrock: Any) -> None:
    """The answer parses as the anthropic package's Message, with Bedrock's ids and the model's name."""
    answer = ask(bedrock, body())
    message = anthropic.types.Message.model_validate(answer, strict=True)
    assert message.model == "offline-reader"
    assert message.id.startswith("msg_bdrk_")
    assert message.stop_reason == "tool_use"
    (call,) = message.content
    assert isinstance(call, anthropic.types.ToolUseBlock)
    assert call.id.startswith("toolu_bdrk_")
    assert call.input == {"seen": True}


def test_the_headers_count_what_the_body_counts(bedrock: Any) -> None:
    """Bedrock's token headers say what `usage` says, and the latency is a number."""
    answer = ask(bedrock, body())
    headers = answer["headers"]
    assert headers["content-type"] == "application/json"
    assert headers["x-amzn-bedrock-input-token-count"] == str(answer["usage"]["input_tokens"])
    assert headers["x-amzn-bedrock-output-token-count"] == str(answer["usage"]["output_tokens"])
    assert int(headers["x-amzn-bedrock-invocation-latency"]) >= 0
    assert headers["x-amzn-requestid"]


def test_a_picture_counts_by_its_tiles(bedrock: Any) -> None:
    """A picture of 56 x 57 px counts 2 x 3 tiles of 28 px, and one of a single tile five less."""
    small, large = (
        ask(bedrock, body(messages=[{"role": "user", "content": [picture(size)]}]))["usage"]["input_tokens"]
        for size in ((28, 28), (56, 57))
    )
    assert large - small == 5


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"anthropic_version": None}, "anthropic_version: Field required"),
        ({"max_tokens": None}, "max_tokens: Field required"),
        ({"max_tokens": 0}, "max_tokens: must be greater"),
        ({"messages": None}, "messages: Field required"),
        ({"messages": []}, "at least one message"),
        ({"messages": ["hello"]}, "messages.0"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, "messages.0.content.0.image"),
        ({"tools": [{**TOOL, "name": "no spaces"}]}, "tools.0.custom.name"),
        ({"tools": [{**TOOL, "input_schema": {"type": "object", "anyOf": []}}]}, "anyOf at the top level"),
        ({"tool_choice": {"type": "tool", "name": "other"}}, "Tool 'other' not found"),
    ],
)
def test_a_body_that_lacks_something_is_refused(bedrock: Any, changes: dict[str, Any], said: str) -> None:
    """What is wrong with a body is a ValidationException that names the place."""
    with pytest.raises(bedrock.exceptions.ValidationException, match=said):
        ask(bedrock, body(**changes))


def test_a_picture_that_cannot_be_decoded_is_refused(bedrock: Any) -> None:
    """Bytes that are no picture are answered as Bedrock answers them, and so is a wrong media type."""
    broken = picture()
    broken["source"]["data"] = base64.b64encode(b"hello").decode()
    with pytest.raises(bedrock.exceptions.ValidationException, match="Could not process image"):
        ask(bedrock, body(messages=[{"role": "user", "content": [broken]}]))
    mislabelled = picture()
    mislabelled["source"]["media_type"] = "image/jpeg"
    with pytest.raises(bedrock.exceptions.ValidationException, match="does not match the provided media type"):
        ask(bedrock, body(messages=[{"role": "user", "content": [mislabelled]}]))


def test_a_body_that_is_no_json_object_is_refused(bedrock: Any) -> None:
    """A list, and bytes that are no JSON, are malformed."""
    with pytest.raises(bedrock.exceptions.ValidationException, match="Malformed input request"):
        ask(bedrock, ["messages"])
    with pytest.raises(bedrock.exceptions.ValidationException, match="Malformed input request"):
        bedrock.invoke_model(modelId="offline-reader", body=b"{")


def test_a_tool_result_needs_its_call(bedrock: Any) -> None:
    """A tool_result whose tool_use isn't in the turn before is refused; with it, it's answered."""
    call = {"type": "tool_use", "id": "toolu_1", "name": "record_thing", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "is_error": True, "content": "no"}
    first = body()["messages"]
    turns = [*first, {"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    assert ask(bedrock, body(messages=turns))["content"]
    with pytest.raises(bedrock.exceptions.ValidationException, match="unexpected `tool_use_id`"):
        ask(bedrock, body(messages=[*first, {"role": "user", "content": [result]}]))


def test_another_model_is_not_found(bedrock: Any) -> None:
    """The emulator never passes for Claude: only `offline-reader` answers; ids come URL-encoded."""
    with pytest.raises(bedrock.exceptions.ResourceNotFoundException):
        ask(bedrock, body(), model="global.anthropic.claude-sonnet-4-20250514-v1:0")


def test_a_refusal_of_the_answerer_is_the_clients_error() -> None:
    """An answerer can make any fault of the service, which boto3 raises by its name."""

    def throttle(_: Mapping[str, Any]) -> dict[str, Any]:
        raise Refusal(429, "ThrottlingException", "Too many tokens, please wait.")

    with BedrockEmulator(throttle) as emulator:
        client = client_of(emulator)
        with pytest.raises(client.exceptions.ThrottlingException, match="please wait"):
            ask(client, body())


def test_a_bug_of_the_answerer_is_a_500() -> None:
    """An answerer that breaks answers InternalServerException, and the next request is served."""
    answers = iter([1, 2])

    def breaks_once(request: Mapping[str, Any]) -> dict[str, Any]:
        if next(answers) == 1:
            raise KeyError("colour")
        return called(request)

    with BedrockEmulator(breaks_once) as emulator:
        client = client_of(emulator)
        with pytest.raises(client.exceptions.InternalServerException, match="colour"):
            ask(client, body())
        assert ask(client, body())["stop_reason"] == "tool_use"


def test_an_answer_may_be_prose_or_cut_off() -> None:
    """What the answerer sets of a message stands as it is: text, another stop_reason, its own usage."""
    usage = {"input_tokens": 1, "output_tokens": 2, "cache_creation_input_tokens": 3, "cache_read_input_tokens": 4}
    prose = {"content": [{"type": "text", "text": "A jar."}], "stop_reason": "max_tokens", "usage": usage}
    with BedrockEmulator(lambda _: prose) as emulator:
        answer = ask(client_of(emulator), body())
    assert anthropic.types.Message.model_validate(answer).stop_reason == "max_tokens"
    assert answer["usage"] == usage
    assert answer["headers"]["x-amzn-bedrock-cache-read-input-token-count"] == "4"


def test_it_listens_on_loopback_and_stops() -> None:
    """It's reached under 127.0.0.1 while `with` lasts, and no longer."""
    with BedrockEmulator(called) as emulator:
        client = client_of(emulator)
        assert emulator.url.startswith("http://127.0.0.1:")
        ask(client, body())
    with pytest.raises(Exception, match="Could not connect"):
        ask(client, body())


def test_another_operation_is_unknown() -> None:
    """Converse isn't emulated, and the answer says so."""
    with BedrockEmulator(called) as emulator, pytest.raises(ClientError, match="only knows InvokeModel"):
        client_of(emulator).converse(modelId="offline-reader", messages=[{"role": "user", "content": [{"text": "x"}]}])
