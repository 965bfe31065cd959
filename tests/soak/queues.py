"""An SQS queue (SQS developer guide): delays, visibility timeout, at-least-once delivery in no order, dead letters."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.soak.scheduler import Scheduler

_DELIVERED_TWICE = 0.004  # of messages: somebody else receives them as well, soon after
_BLINK = 5.0


@dataclass(slots=True)
class Message:
    """One message: when it is next visible, and how often it was received."""

    id: str
    body: Any
    visible_at: float
    receives: int = 0


@dataclass(slots=True)
class Queue:
    """A queue; one with `dead_letters` gives up there what was received `most_receives` times."""

    scheduler: Scheduler
    random: Random
    visibility: float = 1800.0
    most_receives: int = 5
    dead_letters: "Queue | None" = None
    on_visible: Callable[[], None] | None = None
    messages: dict[str, Message] = field(default_factory=dict)
    _number: Any = field(default_factory=itertools.count)

    def send(self, body: Any, delay: float = 0.0) -> str:
        """Take a message, to be received after `delay` seconds; its id."""
        message = Message(f"message-{next(self._number)}", body, self.scheduler.now + delay)
        self.messages[message.id] = message
        self._tell_in(delay)
        return message.id

    def receive(self) -> Message | None:
        """Any visible message, which nobody else sees now until the visibility timeout is over."""
        while visible := [message for message in self.messages.values() if message.visible_at <= self.scheduler.now]:
            message = self.random.choice(visible)
            if self.dead_letters and message.receives >= self.most_receives:
                self.dead_letters.send(self.messages.pop(message.id).body)
                continue
            message.receives += 1
            hidden = _BLINK if self.random.random() < _DELIVERED_TWICE else self.visibility
            message.visible_at = self.scheduler.now + hidden
            self._tell_in(hidden)
            return message
        return None

    def delete(self, message: Message) -> None:
        """The message is done with."""
        self.messages.pop(message.id, None)

    def _tell_in(self, seconds: float) -> None:
        if self.on_visible:
            self.scheduler.after(seconds, self.on_visible)
