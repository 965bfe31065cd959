"""AWS's errors: whatever S3, DynamoDB, SQS and the model answer, each image ends as told, and none is lost."""

import string
from typing import Any

import pytest
from botocore import exceptions
from hypothesis import given
from hypothesis import strategies as st

from pipeline import errors
from pipeline.aws import calling
from pipeline.errors import OcrError, TryLater
from tests.fuzz.endings import FINAL, handled
from tests.fuzz.profiles import fuzzed
from tests.fuzz.strategies import TEXT
from tests.wire import JAM, records
from tests.world import World

# DynamoDB's refusal of a condition is none of them: it comes with the row, and is no trouble but an answer.
KNOWN_CODES = [
    "ThrottlingException",
    "SlowDown",
    "NoSuchKey",
    "NoSuchVersion",
    "InvalidObjectState",
    "AccessDenied",
    "InternalError",
    "ValidationException",
    "ProvisionedThroughputExceededException",
    "ResourceNotFoundException",
    "TransactionConflictException",
    "RequestTimeout",
    "304",
    "",
]
ANSWERED = st.tuples(st.sampled_from(KNOWN_CODES) | TEXT, st.integers(300, 599))


OF_BOTOCORE = [
    kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, exceptions.BotoCoreError)
]
TO_TRY_LATER = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, TryLater)]


def raised_by_botocore(kind: type[exceptions.BotoCoreError]) -> exceptions.BotoCoreError:
    """An error of this kind, as botocore makes it."""
    wanted = {name for _, name, _, _ in string.Formatter().parse(kind.fmt) if name} | {"error"}
    if kind is exceptions.WaiterError:  # the only one with arguments of its own
        wanted = {"name", "reason", "last_response"}
    return kind(**dict.fromkeys(wanted, "said"))


# What the models' adapter may raise.
REFUSED = st.one_of(
    st.builds(lambda kind: kind("said", retry_after=30.0), st.sampled_from(TO_TRY_LATER)),
    st.builds(errors.ImageRefused, st.just("code"), st.just("said")),
    st.builds(errors.AnswerUnusable, st.just("code"), st.just("said"), st.just("more")),
    st.builds(errors.ServiceMisconfigured, st.just("said")),
)
TROUBLE = ANSWERED | st.sampled_from(OF_BOTOCORE).map(raised_by_botocore)
OPERATIONS = ("GetObject", "UpdateItem", "SendMessage")


@fuzzed(50)
@given(
    trouble=st.dictionaries(st.sampled_from(OPERATIONS), st.lists(TROUBLE, min_size=1, max_size=6), max_size=3),
    answers=st.lists(REFUSED, max_size=3),
)
def test_any_trouble(world: World, trouble: dict[str, list[Any]], answers: list[OcrError]) -> None:
    """Any errors at any operations: when they have passed, S3's next delivery or the queue's finishes the image."""
    world.tap.heals()
    world.models.forget()
    event = world.put("grocery/jam.jpg")
    world.models.answers(*answers, *[records("grocery", JAM)] * 20)
    for operation, faults in trouble.items():
        world.tap.breaks(operation, *faults)
    raised = handled(world, event)
    assert raised or world.rows() or world.sqs.sent
    world.tap.heals()
    world.models.forget()
    world.models.answers(*[records("grocery", JAM)] * 20)
    world.clock.forward(world.remaining + 120)  # a lease that could not be given back is over
    for _ in range(3):
        world.handle_queue()
        if raised:  # Lambda tries again
            world.handle(event)
    assert world.on_queue("dead") or {row["processing_status"] for row in world.rows()} <= FINAL
    assert world.on_queue("dead") or len(world.rows()) == 1


@pytest.mark.parametrize("kind", OF_BOTOCORE, ids=lambda kind: kind.__name__)
def test_each_error_of_botocore(kind: type[exceptions.BotoCoreError]) -> None:
    """Each error that botocore itself raises comes out of an adapter as one of the tree, with what was being done."""
    with pytest.raises(OcrError, match=r"^Reading .* failed: "), calling("Reading s3://photos/jam.jpg"):
        raise raised_by_botocore(kind)
