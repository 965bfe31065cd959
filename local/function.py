"""The Lambda function, run in this process."""

import importlib.util
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TIMEOUT = 300.0  # seconds an invocation has, as serverless.yml says
_HANDLER = Path(__file__).resolve().parent.parent / "handler.py"


@dataclass(frozen=True)
class Context:
    """Lambda's context object, as far as a function may look at it. `deadline` is a time of `clock`, in seconds."""

    deadline: float
    clock: Callable[[], float]
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_name: str = "product-ocr-local-process"
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "1024"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the invocation."""
        return max(0, int((self.deadline - self.clock()) * 1000))


Handler = Callable[[Mapping[str, Any], Context], Any]


def cold_start(*plugins: object) -> Handler:
    """The handler of a new container: handler.py loaded anew, so that containers share nothing that it keeps.

    With these plugins beside the installed ones; then its services are made at once.
    """
    spec = importlib.util.spec_from_file_location(f"handler_{uuid.uuid4().hex}", _HANDLER)
    if spec is None or spec.loader is None:
        raise ImportError(f"{_HANDLER} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for plugin in plugins:
        module.services().plugins.register(plugin)
    handler: Handler = module.handler
    return handler


def invoke(handler: Handler, event: Mapping[str, Any], clock: Callable[[], float] = time.monotonic) -> Any:
    """One invocation; raises what the function raises."""
    return handler(event, Context(deadline=clock() + TIMEOUT, clock=clock))
