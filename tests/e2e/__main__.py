"""An emulated AWS and Bedrock to play with by hand, until Ctrl-C: `npm run stack` (docs/local-stack.md)."""

import shlex
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console

from local.reader import OfflineReader
from tests.e2e.bedrock import throttles
from tests.e2e.emulators import CommandFailed, Emulators, NotInstalled, emulators

_PORT = 4566
_AT_ONCE = 2
_PATIENCE = 60.0  # seconds; the function gives a call up after 100


def main(console: Console) -> int:
    """Run until Ctrl-C, and say how they are reached; the exit code."""
    try:
        with emulators(_in_turn(OfflineReader().answer), port=_PORT) as found:
            for line in _said(found):
                console.print(line, soft_wrap=True, highlight=False, markup=False)
            threading.Event().wait()
            return 0
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130
    except (CommandFailed, NotInstalled) as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return 2


def _said(found: Emulators) -> list[str]:
    return [
        f"An emulated AWS listens on {found.environment['AWS_ENDPOINT_URL']}, and Bedrock beside it.",
        f"What AWS logs: {found.log}",
        "What they hold is gone when they end, with Ctrl-C. In another terminal, in the project's folder:",
        "",
        "unset AWS_PROFILE AWS_SESSION_TOKEN",
        *(f"export {name}={shlex.quote(value)}" for name, value in found.environment.items()),
        "npx sls deploy --stage local",
    ]


def _in_turn(answer: Callable[[dict[str, Any]], Mapping[str, Any]]) -> Callable[[dict[str, Any]], Mapping[str, Any]]:
    """The answerer, asked by a few at once: this machine can't read more. The others wait, then are throttled."""
    turns = threading.BoundedSemaphore(_AT_ONCE)

    def answered(request: dict[str, Any]) -> Mapping[str, Any]:
        if not turns.acquire(timeout=_PATIENCE):
            throttles()
        try:
            return answer(request)
        finally:
            turns.release()

    return answered


if __name__ == "__main__":
    sys.exit(main(Console()))
