"""The model: what it says to which photo. It knows a photo by its number, which stands in its JPEG's comment."""

import base64
import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.soak.truth import PaidCall, Step, Truth, Version
from tests.wire import a_photo, chooses, message, prose, records

CATEGORIES = ("general", "grocery", "household", "beverage")
_RIGHT = {"net_content": {"value": 340, "unit": "g"}}
_WRONG = {**_RIGHT, "best_before_date": "soon"}
_BEFORE_COMMENT = b"\xff\xd8\xff\xfe"

Say = Callable[[str, str], Mapping[str, Any] | None]  # category and product's name -> the message; None: no JSON
# What it says, and how often of 1,000 times.
_SAYINGS: Mapping[str, tuple[int, Say]] = {
    "right": (865, lambda category, name: records(category, _RIGHT, product_name=name)),
    "faulty": (80, lambda category, name: records(category, _WRONG, product_name=name)),
    "cut off": (15, lambda category, name: records(category, _RIGHT, "max_tokens", product_name=name)),
    "cut off early": (5, lambda *_: message([], "max_tokens")),
    "refusal": (10, lambda *_: prose("I can't help with this picture.", "refusal")),
    "prose": (10, lambda *_: prose("This is a jar of jam.")),
    "another tool": (5, lambda *_: records("spaceship")),
    "no JSON": (10, lambda *_: None),
}
_CHOICES: Mapping[str, tuple[int, Say]] = {
    "right": (960, lambda category, _: chooses(category)),
    "another category": (20, lambda *_: chooses("spaceship")),
    "prose": (10, lambda *_: prose("It's a jar.")),
    "no JSON": (10, lambda *_: None),
}


def numbered_photo(number: int) -> bytes:
    """A small JPEG like no other; the function passes it on untouched."""
    comment = str(number).encode()
    return _BEFORE_COMMENT + (len(comment) + 2).to_bytes(2, "big") + comment + a_photo(64, 48)[2:]


def chosen_category(version: Version) -> str:
    """What the model takes the product for."""
    return CATEGORIES[version.number % len(CATEGORIES)]


def product_name(version: Version) -> str:
    """What the model reads on the photo."""
    return f"Photo {version.number}"


class Claude:
    """Answers requests as Bedrock would, and is paid for it."""

    def __init__(self, random: Random, truth: Truth) -> None:
        self._random = random
        self._truth = truth

    def shown(self, request: Mapping[str, Any]) -> Version:
        """The version whose photo is in the request."""
        photo = base64.b64decode(request["messages"][0]["content"][0]["source"]["data"])
        length = int.from_bytes(photo[4:6], "big")
        return self._truth.versions[int(photo[6 : 4 + length])]

    def answer(self, request: Mapping[str, Any], model_id: str, now: float) -> tuple[bytes, PaidCall]:
        """The body of the response, and the call that is charged for it."""
        version, tool = self.shown(request), request["tools"][0]["name"]
        step: Step = "choose" if tool == "choose_category" else "repair" if len(request["messages"]) > 1 else "read"
        sayings = _CHOICES if step == "choose" else _SAYINGS
        [said] = self._random.choices(list(sayings), [weight for weight, _ in sayings.values()])
        category = chosen_category(version) if step == "choose" else tool.removeprefix("record_")
        answer = sayings[said][1](category, product_name(version))
        call = PaidCall(step, model_id, said, now)
        version.paid.append(call)
        return b"<html>" if answer is None else json.dumps(answer).encode(), call
