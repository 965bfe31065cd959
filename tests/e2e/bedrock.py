"""The emulated Bedrock of the tests: answers as each scenario tells it, to a role that may ask."""

import base64
import io
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image

from local.refusals import Refusal
from tests.wire import records

MODEL = "global.anthropic.claude-sonnet-4-6"
Behaviour = Callable[[], None]


class Script:
    """Every photo is read as a plum jam, unless `behaves` says otherwise of its width: each scenario has its own.

    `asked` counts the calls by width. `permit` may raise, and is called first, as Bedrock checks who asks.
    """

    def __init__(self) -> None:
        self.behaves: dict[int, Behaviour] = {}
        self.asked: Counter[int] = Counter()
        self.permit: Behaviour = lambda: None

    def answer(self, request: dict[str, Any]) -> Mapping[str, Any]:
        """What BedrockEmulator asks."""
        self.permit()
        width = _width(request)
        self.asked[width] += 1
        self.behaves.get(width, lambda: None)()
        return {"content": records("grocery")["content"]}


def throttles() -> None:
    """Bedrock asks for patience."""
    raise Refusal(429, "ThrottlingException", "Too many requests, please wait before trying again.")


def fails() -> None:
    """Bedrock itself has a fault."""
    raise Refusal(503, "ServiceUnavailableException", "The service is unavailable.")


def refuses_the_request() -> None:
    """What only a person can mend: raised by the function, so that Lambda tries again and then gives up."""
    raise Refusal(400, "ValidationException", "tools.0.custom.input_schema: JSON schema is invalid.")


class Holds:
    """An answer that doesn't come before `release`; `reached` is set when it's asked for, the first time only."""

    def __init__(self) -> None:
        self.reached, self._released = threading.Event(), threading.Event()

    def __call__(self) -> None:
        """Hold the first call; the others pass."""
        if not self.reached.is_set():
            self.reached.set()
            self._released.wait(60)

    def release(self) -> None:
        """Let the answer go."""
        self._released.set()


def _width(request: dict[str, Any]) -> int:
    [picture] = [block for block in request["messages"][0]["content"] if block["type"] == "image"]
    with Image.open(io.BytesIO(base64.b64decode(picture["source"]["data"]))) as image:
        return image.width
