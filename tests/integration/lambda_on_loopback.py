"""Lambda and AWS on loopback, as far as a packed function needs them: the Runtime API, and the services it calls."""

import json
import re
import subprocess
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from uuid import uuid4

_DEADLINE_MS = 4_000_000_000_000  # in 2096: the function has all the time it wants
_SECONDS_TO_ANSWER = 60


@dataclass(frozen=True)
class Request:
    """What a server was sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    """What it answers."""

    body: bytes | dict[str, Any] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def serving(answer: Callable[[Request], Response]) -> Iterator[str]:
    """An HTTP server on loopback for as long as the block runs; gives its HOST:PORT."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            response = answer(Request(self.command, self.path, dict(self.headers), body))
            content = response.body if isinstance(response.body, bytes) else json.dumps(response.body).encode()
            self.send_response(response.status)
            for name, value in {**response.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def handle(self) -> None:
            with suppress(ConnectionError):  # a client may go at any time: it is killed at the end of a test
                super().handle()

        do_GET = do_POST = do_PUT = _reply

        def log_message(self, *_: Any) -> None:
            """Say nothing: what matters is in the test's own words."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Outcome:
    """How an invocation ended: `response`, `error`, or `exit` of the process; with what was said."""

    kind: str
    content: Any


class RuntimeApi:
    """Lambda's Runtime API (Lambda developer guide, under that name): hands events out, takes results."""

    def __init__(self) -> None:
        self._events: Queue[Any] = Queue()
        self._outcomes: Queue[Outcome] = Queue()

    def __call__(self, request: Request) -> Response:
        if request.path.endswith("/invocation/next"):
            headers = {
                "Lambda-Runtime-Aws-Request-Id": str(uuid4()),
                "Lambda-Runtime-Deadline-Ms": str(_DEADLINE_MS),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:process",
                "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000",
                "Content-Type": "application/json",
            }
            return Response(self._events.get(), headers=headers)
        kind = "response" if request.path.endswith("/response") else "error"
        self._outcomes.put(Outcome(kind, json.loads(request.body)))
        return Response({"status": "OK"}, 202)

    def invoke(self, event: Any) -> Outcome:
        """Hand the event to the runtime client, and wait for how it ended."""
        self._events.put(event)
        return self._outcomes.get(timeout=_SECONDS_TO_ANSWER)

    @contextmanager
    def running(self, command: list[str], folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
        """Run a runtime client that asks this API, and stop it at the end of the block."""
        with (
            serving(self) as address,
            subprocess.Popen(  # noqa: S603  # the Python of this test session
                command,
                cwd=folder,
                env={**environment, "AWS_LAMBDA_RUNTIME_API": address},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
        ):
            # Whoever waits for an answer hears of the client's end, with all that it printed.
            watcher = Thread(target=lambda: self._outcomes.put(Outcome("exit", process.communicate()[0])))
            watcher.start()
            try:
                yield
            finally:
                process.kill()
                watcher.join()
                self._events.put({})  # lets go of a request for the next event


class Aws:
    """S3 with one photo, a table that agrees to everything, queues, and a Bedrock that answers once, then refuses."""

    def __init__(self, photo: bytes, answer: dict[str, Any]) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._photo = photo
        self._answer = answer

    def asked(self, service: str) -> list[dict[str, Any]]:
        """The JSON bodies that a service was sent ({} of a body that is none); `service` as signatures name it."""
        return [body for name, body in self.calls if name == service]

    def __call__(self, request: Request) -> Response:
        signed = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", request.headers["Authorization"])
        service = signed.group(1) if signed else "unsigned"
        body = json.loads(request.body) if request.body.startswith(b"{") else {}
        self.calls.append((service, body))
        answer: Callable[[dict[str, Any]], Response] = getattr(self, f"_{service}")
        return answer(body)

    def _s3(self, _: dict[str, Any]) -> Response:
        return Response(self._photo, headers={"Content-Type": "image/jpeg", "ETag": '"photo"'})

    def _dynamodb(self, _: dict[str, Any]) -> Response:
        return Response({"Attributes": {"attempts": {"N": "1"}, "generation": {"N": "0"}}})

    def _sqs(self, body: dict[str, Any]) -> Response:
        digest = md5(body["MessageBody"].encode(), usedforsecurity=False).hexdigest()
        return Response({"MessageId": str(uuid4()), "MD5OfMessageBody": digest})

    def _bedrock(self, body: dict[str, Any]) -> Response:
        if len(self.asked("bedrock")) > 1:
            denied = {"x-amzn-ErrorType": "AccessDeniedException"}
            return Response({"message": "You don't have access to the model."}, 403, denied)
        photo = body["messages"][0]["content"][0]["source"]
        assert b64decode(photo["data"]).startswith(b"\xff\xd8"), "the photo that was sent is no JPEG"
        call = {"type": "tool_use", "id": "toolu_1", "name": body["tool_choice"]["name"], "input": self._answer}
        usage = {"input_tokens": 1000, "output_tokens": 100}
        return Response({"type": "message", "content": [call], "stop_reason": "tool_use", "usage": usage})
