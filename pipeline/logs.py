"""Structured logs: one JSON object a line. The canonical line of an image is `image.finished`.

Strings are bounded: what a key or a model's answer holds can't fill the logs, and JSON escapes its line breaks.
"""

from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

_LONGEST = 2_000  # characters: a key has 1,024 bytes, a useful error less


def configure(level: str, write_line: Callable[[str], None]) -> None:
    """Send structlog's events from `level` up to `write_line`, as JSON with a UTC timestamp."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _bounded,
            structlog.processors.JSONRenderer(default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Line(write_line),
        cache_logger_on_first_use=False,
    )


class _Line:
    """A logger whose every method writes the rendered line."""

    def __init__(self, write_line: Callable[[str], None]) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = self.msg = write_line


def _bounded(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        # A traceback's end says most, any other text's beginning.
        if isinstance(value, str) and len(value) > _LONGEST:
            event[name] = "…" + value[-_LONGEST:] if name == "exception" else value[:_LONGEST] + "…"
    return event
