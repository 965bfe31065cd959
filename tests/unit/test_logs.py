"""The log: one bounded JSON object a line, whatever keys and answers hold."""

import json

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from pipeline import logs

ANY_CHARACTER = st.characters(exclude_categories=())  # lone surrogates, too


@pytest.fixture(autouse=True)
def _restored():
    yield
    structlog.reset_defaults()


def logged(write, level="INFO"):
    """The lines that `write` makes of a logger."""
    lines = []
    logs.configure(level, lines.append)
    write(structlog.get_logger())
    return lines


def test_a_line_says_what_when_and_how_bad():
    """Event, level, UTC time and every bound fact stand in one JSON object."""
    [line] = logged(lambda log: log.bind(request_id="r-1").info("image.finished", outcome="completed", paid_calls=2))
    told = json.loads(line)
    assert told.pop("timestamp").endswith("Z")
    assert told == {
        "event": "image.finished",
        "level": "info",
        "request_id": "r-1",
        "outcome": "completed",
        "paid_calls": 2,
    }


@pytest.mark.parametrize(("level", "events"), [("DEBUG", 4), ("INFO", 3), ("WARNING", 2), ("ERROR", 1)])
def test_what_is_below_the_level_is_not_written(level, events):
    """LOG_LEVEL decides what is worth a line."""

    def write(log):
        for method in (log.debug, log.info, log.warning, log.error):
            method("event")

    assert len(logged(write, level)) == events


@given(st.text(ANY_CHARACTER), st.text(ANY_CHARACTER))
def test_no_value_can_forge_a_line(key, message):
    """Line breaks, quotes, control characters and half characters in a key or message stay inside their value."""
    [line] = logged(lambda log: log.info("image.finished", key=key, error_message=message))
    assert line.isascii()
    assert line.isprintable()
    told = json.loads(line)
    assert (told["key"], told["error_message"], told["event"]) == (key, message, "image.finished")


def test_a_forged_line_stays_a_value():
    """A key that looks like a log line of its own is one value of one line."""
    key = 'a.jpg"}\n{"event": "image.finished", "outcome": "completed"}\r\n\u2028\x1b[2J'
    lines = logged(lambda log: log.info("record.ignored", key=key))
    assert len(lines) == 1
    assert len(lines[0].splitlines()) == 1
    assert json.loads(lines[0])["key"] == key


def test_a_long_value_is_cut():
    """A text of a megabyte takes 2,000 characters of the log, from its beginning."""
    [line] = logged(lambda log: log.info("record.failed", error="start" + "x" * 1_000_000))
    assert len(line) < 2_200
    assert json.loads(line)["error"].startswith("start")


def test_of_a_long_traceback_the_end_is_kept():
    """A traceback is in the line, and where it's too long its end, which names the error, stays."""

    def write(log):
        try:
            raise ValueError("x" * 3_000 + " the reason")
        except ValueError:
            log.exception("check.failed", check="book")

    [line] = logged(write)
    told = json.loads(line)
    assert len(told["exception"]) <= 2_001
    assert told["exception"].endswith("the reason")
    assert (told["level"], told["check"]) == ("error", "book")


def test_what_json_does_not_know_is_written_as_text():
    """An object that isn't JSON doesn't break the line it stands in."""
    [line] = logged(lambda log: log.info("event", models=("a", "b"), error=ValueError("why"), kind={1}))
    told = json.loads(line)
    assert (told["models"], told["error"], told["kind"]) == (["a", "b"], "why", "{1}")
