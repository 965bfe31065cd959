"""A Bedrock on loopback: InvokeModel in Bedrock's wire form, answered by whatever is handed in.

    with BedrockEmulator() as emulator:
        client = boto3.client("bedrock-runtime", endpoint_url=emulator.url, ...)

Bodies and headers are those of botocore's bedrock-runtime service model and of Anthropic's Messages API as Bedrock
speaks it. It isn't Claude: the only model it knows is `offline-reader`, unless it is told to go by another name.
"""

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from local.reader import OfflineReader
from local.refusals import Refusal, input_tokens, require

MODEL = "offline-reader"

_log = logging.getLogger(__name__)


class BedrockEmulator:
    """A server on 127.0.0.1 from `with` until its end; `url` is the `endpoint_url` of a client.

    `answer` is given the request's body, and gives the message: its `content` and, where they are to differ from
    a plain tool call's, `stop_reason` or any other of its fields. It may raise `Refusal` to answer an error.
    """

    def __init__(
        self,
        answer: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None,
        port: int = 0,
        model: str = MODEL,
    ) -> None:
        """`answer`: by default the offline reader's. `port`: 0 takes a free one. `model`: the id that it answers to."""
        self._server = _Server(("127.0.0.1", port), _Invocation)
        self._server.answer = answer or OfflineReader().answer
        self._server.model = model
        self._thread = threading.Thread(target=self._server.serve_forever, name="bedrock-emulator", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens, as http://127.0.0.1:PORT."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    answer: Callable[[dict[str, Any]], Mapping[str, Any]]
    model: str


class _Invocation(BaseHTTPRequestHandler):
    """One request a connection; `POST /model/{modelId}/invoke` is the only one known."""

    server: _Server

    def do_POST(self) -> None:
        started = time.monotonic()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            message = self._invoke(body)
        except Refusal as refusal:
            self._send(refusal.status, {"message": str(refusal)}, {"x-amzn-ErrorType": refusal.code})
        except Exception as error:  # noqa: BLE001  # a bug of the answerer is the client's 500, as it would be at AWS
            _log.exception("The answerer failed.")
            fault = {"message": f"The emulator's answerer failed: {type(error).__name__}: {error}"}
            self._send(500, fault, {"x-amzn-ErrorType": "InternalServerException"})
        else:
            usage = message["usage"]
            counts = {
                "X-Amzn-Bedrock-Input-Token-Count": usage["input_tokens"],
                "X-Amzn-Bedrock-Output-Token-Count": usage["output_tokens"],
                "X-Amzn-Bedrock-Cache-Read-Input-Token-Count": usage["cache_read_input_tokens"],
                "X-Amzn-Bedrock-Cache-Write-Input-Token-Count": usage["cache_creation_input_tokens"],
                "X-Amzn-Bedrock-Invocation-Latency": round(1000 * (time.monotonic() - started)),
            }
            self._send(200, message, {name: str(count) for name, count in counts.items()})

    def _invoke(self, body: bytes) -> dict[str, Any]:
        steps = self.path.split("/")
        if len(steps) != 4 or steps[1] != "model" or steps[3] != "invoke":
            raise Refusal(404, "UnknownOperationException", f"The emulator only knows InvokeModel, not {self.path}.")
        if unquote(steps[2]) != self.server.model:
            problem = "Could not resolve the foundation model from the provided model identifier."
            raise Refusal(404, "ResourceNotFoundException", problem)
        request = require(body)
        return message(self.server.answer(request), self.server.model, input_tokens(request))

    def _send(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        payload = json.dumps(body, ensure_ascii=False).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)
        except (BrokenPipeError, ConnectionResetError):
            _log.info("The client was gone before its answer was ready.")

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the function's own log says what was asked."""


def message(answer: Mapping[str, Any], model: str, tokens_in: int) -> dict[str, Any]:
    """`answer` as a whole Anthropic message in Bedrock's form: ids, model and usage are added where it has none."""
    content = [
        {"id": f"toolu_bdrk_01{uuid.uuid4().hex[:22]}", **block} if block["type"] == "tool_use" else dict(block)
        for block in answer["content"]
    ]
    return {
        "model": model,
        "id": f"msg_bdrk_01{uuid.uuid4().hex[:22]}",
        "type": "message",
        "role": "assistant",
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {
            "input_tokens": tokens_in,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": -(-len(json.dumps(content, ensure_ascii=False)) // 4),
        },
        **answer,
        "content": content,
    }
