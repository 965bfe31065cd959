"""The files that recordings stand in: VCR's cassettes, written so that people can read them and say where they're from.

VCR (vcrpy) keeps HTTP requests with their responses, and plays them back below botocore. Ours keep the whole body of a
request but for the photo, of which the SHA-256 stands there; credentials, dates and signatures don't get in.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from vcr.cassette import Cassette
from vcr.persisters.filesystem import CassetteNotFoundError
from vcr.record_mode import RecordMode
from vcr.request import Request

from tests.recordings.scenes import RecordingRefusedError

CASSETTES = Path(__file__).resolve().parent / "cassettes"
_KEPT_HEADERS = ("Accept", "Content-Type")
_HASHED = "sha256:"


class ReadableFile:
    """VCR's persister: bodies stand in the file as JSON, not as JSON within a string."""

    @staticmethod
    def load_cassette(cassette_path: str, serializer: Any) -> tuple[list[Any], list[Any], dict[str, Any]]:
        """Requests, responses and metadata. Raises CassetteNotFoundError."""
        del serializer  # VCR hands one over; the file is JSON in any case
        try:
            kept = json.loads(Path(cassette_path).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise CassetteNotFoundError(f"There is no recording {cassette_path}.") from error
        requests = [Request(**{**pair["request"], "body": _packed(pair["request"]["body"])}) for pair in kept["calls"]]
        responses = [
            {**pair["response"], "body": {"string": _packed(pair["response"]["body"])}} for pair in kept["calls"]
        ]
        return requests, responses, {"provenance": kept["provenance"]}

    @staticmethod
    def save_cassette(cassette_path: str, cassette_dict: dict[str, Any], serializer: Any) -> None:
        """Write the file, for people: indented, with letters as letters."""
        del serializer
        calls = [
            {
                "request": {
                    "method": request.method,
                    "uri": request.uri,
                    "headers": dict(request.headers),
                    "body": _unpacked(request.body),
                },
                "response": _readable(response),
            }
            for request, response in zip(cassette_dict["requests"], cassette_dict["responses"], strict=True)
        ]
        kept = {"provenance": cassette_dict["metadata"]["provenance"], "calls": calls}
        Path(cassette_path).write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _readable(response: dict[str, Any]) -> dict[str, Any]:
    """The response with its body as JSON. It will be played without the blanks it may have had: its length says so."""
    body = _unpacked(response["body"]["string"])
    length = [str(len(_packed(body)))]
    headers = {
        name: length if name.lower() == "content-length" else values for name, values in response["headers"].items()
    }
    return {**response, "headers": headers, "body": body}


def _packed(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _unpacked(body: bytes) -> Any:
    return json.loads(body)


def without_photo_and_secrets(request: Request) -> Request:
    """The request as it's kept and compared. (VCR may hand it in again: twice is as once.)"""
    headers = {name: request.headers.get(name) for name in _KEPT_HEADERS}
    request.headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in headers.items()}
    body = json.loads(request.body)
    for message in body["messages"]:
        for block in message["content"]:
            if block["type"] == "image" and not block["source"]["data"].startswith(_HASHED):
                photo = base64.b64decode(block["source"]["data"])
                block["source"]["data"] = _HASHED + hashlib.sha256(photo).hexdigest()
    request.body = json.dumps(body)
    return request


# `serializer` gives the files' names their ending.
VCR_CONFIG = MappingProxyType(
    {
        "persister": ReadableFile,
        "serializer": "json",
        "match_on": ("method", "uri", "body"),
        "before_record_request": without_photo_and_secrets,
    }
)


def open_cassette(file: Path) -> Cassette:
    """What stands in the file, for reading. Raises RecordingRefusedError if there is none."""
    cassette = Cassette.load(path=str(file), persister=ReadableFile, record_mode=RecordMode.NONE)
    if not cassette.rewound:
        raise RecordingRefusedError(f"There is no recording {file.stem} yet: give its answers with --answer.")
    return cassette


def vcr_request(request: AWSPreparedRequest) -> Request:
    """What botocore is about to send, as VCR sees it."""
    return Request(request.method, request.url, request.body, dict(request.headers))


def fail_on_strangers(client: Any, cassette: Cassette) -> None:
    """Fail the test, and say how to mend that, when this client asks what the cassette doesn't answer."""

    def check(request: AWSPreparedRequest, **_: Any) -> None:
        asked = cassette.filter_request(vcr_request(request))
        if cassette.can_play_response_for(asked):
            return
        name, turn = Path(cassette.path).stem, cassette.play_count
        if turn < len(cassette):
            wanted = cassette.requests[turn]
            places = differences(
                {"uri": wanted.uri, "body": json.loads(wanted.body)}, {"uri": asked.uri, "body": json.loads(asked.body)}
            )
            place = next((path for path, _, _ in places), "nothing but its turn")
            what = f"was made for another request: call {turn + 1} now differs at {place}"
        else:
            what = f"is played to its end ({turn} of {turn} calls), and the service makes one more"
        # A failure of pytest's is no Exception, so that the service doesn't take it for one of Bedrock's.
        pytest.fail(
            f"The recording {name} {what}. With an AWS account: npm run record -- {name}. Without one, if its answers "
            f"still are right: npm run record -- --author {name} (tests/recordings/README.md).",
            pytrace=False,
        )

    client.meta.events.register_first("before-send.bedrock-runtime.InvokeModel", check)


def differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two JSON values differ: the path, and what stands there in each; None where there is nothing."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            yield from differences(old.get(name), new.get(name), f"{path}.{name}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list):
        for index, (one, other) in enumerate(zip_longest(old, new)):
            yield from differences(one, other, f"{path}.{index}")
    elif old != new:
        yield path, old, new
