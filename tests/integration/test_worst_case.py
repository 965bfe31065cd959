"""What one image can cost at the worst, over the retries of botocore, the service, Lambda, the queue and a person."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.admission import Admissions
from pipeline.aws import BEDROCK
from pipeline.bedrock import BedrockModels
from pipeline.errors import ServiceMisconfigured
from pipeline.resilience import RetryPolicy, redelivery_delay
from tests.fleet import Memory
from tests.http import Answered, json_error, response
from tests.wire import JAM, chooses, prose, records
from tests.world import Killed, World

MODELS = ("global.anthropic.claude-sonnet-4-20250514-v1:0", "global.anthropic.claude-sonnet-4-6")
TRIES_OF_A_MODEL = 3
LAMBDA_TRIES = 3  # of an asynchronous invocation (Lambda developer guide, "Asynchronous invocation")
ALMOST_ONE = 0.999999  # the chance that makes each wait the shortest
HOUR = 3600
README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")

ENDINGS: dict[str, Callable[[], AWSResponse | BaseException]] = {
    "throttled": lambda: json_error("ThrottlingException", 429),
    "failed": lambda: json_error("InternalServerException", 500),
    "timed out": lambda: ReadTimeoutError(endpoint_url="https://bedrock.test"),
    "killed": Killed,
    "chose": lambda: response(200, json.dumps(chooses("grocery")).encode()),
    "garbled": lambda: response(200, b"<html>"),
    "in prose": lambda: response(200, json.dumps(prose("I see a jar.")).encode()),
    "wrong": lambda: response(200, json.dumps(records("grocery", {**JAM, "best_before_date": "soon"})).encode()),
    "good": lambda: response(200, json.dumps(records("grocery", JAM)).encode()),
}
UNPAID = ("throttled", "failed")


class Bedrock(Answered):
    """Ends each call as the next of these endings says, for ever as the last one; `calls` are all that came."""

    def __init__(self, *endings: str) -> None:
        super().__init__("bedrock-runtime", BEDROCK)
        self.calls: list[str] = []
        self._endings = list(endings)

    def _send(self, request: AWSRequest, **_: Any) -> AWSResponse:  # noqa: ARG002  # whatever was asked
        ending = self._endings.pop(0) if len(self._endings) > 1 else self._endings[0]
        self.calls.append(ending)
        answer = ENDINGS[ending]()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @property
    def paid(self) -> int:
        """Calls that are paid, or may be."""
        return sum(ending not in UNPAID for ending in self.calls)


def asked(world: World, bedrock: Bedrock, hours: float) -> None:
    """The world asks this Bedrock through the real adapter, and gives an image up after so many hours."""
    clock = world.clock
    admissions = Admissions(Memory(), clock.now, None)
    retry = RetryPolicy(clock.sleep, lambda: 0.0)
    world.replace(
        models=BedrockModels(bedrock.client, admissions, retry, clock.monotonic),
        settings=replace(
            world.services.settings, models=MODELS, category_models=MODELS, retry_age_limit=int(hours * HOUR)
        ),
        random=lambda: ALMOST_ONE,
    )


def deliveries_within(hours: float) -> int:
    """How often an image that always has to wait is delivered until it's given up, if all waits are the shortest."""
    age, count = 0.0, 1
    while age <= hours * HOUR:
        age += -(-redelivery_delay(count, ALMOST_ONE) // 1)  # SQS's delays are whole seconds
        count += 1
    return count


@pytest.mark.parametrize("ending", ["timed out", "killed", "garbled", "in prose", "wrong"])
def test_an_image_costs_three_paid_calls_at_most(world: World, ending: str) -> None:
    """However each call ends, and however often Lambda, the queue and a person bring the image back, three are paid."""
    bedrock = Bedrock(ending)
    asked(world, bedrock, hours=1)
    event = world.put("jam.jpg")
    for _ in range(LAMBDA_TRIES + 1):  # and a person brings the event back from the dead letter queue
        with suppress(Killed):
            world.handle(event)
        world.clock.forward(2200)  # a killed one's lease
        with suppress(Killed):
            world.handle_queue()
    row = world.row("jam.jpg")
    assert row["processing_status"] in ("failed", "needs_review")
    assert 0 < bedrock.paid <= 3
    assert bedrock.paid == 3 or ending not in ("timed out", "killed")
    assert "at most **3 paid calls**" in README


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    endings=st.lists(st.sampled_from(sorted(ENDINGS)), min_size=1, max_size=9),
    refusals=st.lists(st.booleans(), max_size=4),
    number=st.integers(0, 10**9),
)
def test_no_mixture_of_endings_costs_more(world: World, endings: list[str], refusals: list[bool], number: int) -> None:
    """Throttles, timeouts, kills, bad answers, a refusing table, repeated events: never a fourth paid call."""
    bedrock = Bedrock(*endings)
    asked(world, bedrock, hours=0.2)
    key = f"{number}/{len(world.rows())}.jpg"
    event = world.put(key)
    for refused in [*refusals, False, False]:
        if refused:
            world.tap.breaks("UpdateItem", *[("ThrottlingException", 400)] * 3)
        with suppress(Killed, ServiceMisconfigured):
            world.handle(event)
        with suppress(Killed, ServiceMisconfigured):
            world.handle_queue()
        world.clock.forward(2200)
    assert bedrock.paid <= 3
    world.tap.heals()
    world.sqs.sent.clear()


def test_an_image_that_only_has_to_wait_asks_so_often(world: World) -> None:
    """Throttled until it's given up: three tries a delivery, as many deliveries as the delays allow, nothing paid."""
    bedrock = Bedrock("throttled")
    asked(world, bedrock, hours=6)
    world.handle(world.put("grocery/jam.jpg"))
    while world.handle_queue():
        pass
    assert len(bedrock.calls) == deliveries_within(6) * TRIES_OF_A_MODEL
    assert world.row("grocery/jam.jpg")["paid_calls"] == 0


def test_readme_states_the_number() -> None:
    """What README says of the worst case is what the delays, the age limit and the tries come to."""
    [deliveries] = re.findall(r"at most ([\d,]+) deliveries", README)
    [calls] = re.findall(r"([\d,]+) calls that are\s+throttled and cost nothing", README)
    assert int(deliveries.replace(",", "")) == deliveries_within(72)
    assert int(calls.replace(",", "")) == deliveries_within(72) * TRIES_OF_A_MODEL
