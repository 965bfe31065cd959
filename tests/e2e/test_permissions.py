"""Each statement of the function's role is needed: taken away, AWS refuses what it was for; put back, all is well.

The emulated AWS asks nobody's leave for what Lambda itself does with the role: receiving from the retry queue, writing
logs and traces. And it says that a deleted photo is gone, where AWS says so only to who may list the bucket. That the
role has these statements too, and no others, holds `test_role_may_do_this_and_no_more` on the packaged template.
"""

import time
from collections.abc import Iterator

import pytest

from tests.e2e import bedrock
from tests.e2e.role import Role
from tests.e2e.stage import Stage, until

# A statement, as its policy and its place there, and what the function says without it.
REFUSED = {
    ("photos", 0): "is not authorized to perform: s3:GetObjectVersion",
    ("specifications", 0): "is not authorized to perform: dynamodb:UpdateItem",
    ("queues", 0): "is not authorized to perform: sqs:SendMessage",
}
OF_MODELS = [("models", 0), ("models", 1), ("models", 2)]
COORDINATION = ("coordination", 0)
NOT_ENFORCED = [("photos", 1), ("queues", 1), ("logs", 0), ("traces", 0)]


@pytest.fixture(scope="module")
def role(stage: Stage) -> Iterator[Role]:
    """The function's role. Bedrock asks it from now on, and all that waited has been read before."""
    until(lambda: not stage.messages("RetryQueueUrl"), "an empty retry queue")
    found = stage.aws.client("cloudformation").describe_stack_resource(
        StackName="product-ocr-local", LogicalResourceId="ProcessRole"
    )
    role = Role(stage.aws.client("iam"), found["StackResourceDetail"]["PhysicalResourceId"])
    stage.bedrock.permit = role.may_ask_bedrock
    yield role
    stage.bedrock.permit = lambda: None


def test_each_statement_is_tried_or_named_as_not_enforced(role: Role) -> None:
    """The role has no statement that this file leaves out."""
    assert sorted(role.statements()) == sorted([*REFUSED, *OF_MODELS, COORDINATION, *NOT_ENFORCED])


@pytest.mark.parametrize("statement", REFUSED, ids=[policy for policy, _ in REFUSED])
def test_without_it_the_function_is_refused(stage: Stage, role: Role, statement: tuple[str, int]) -> None:
    """Without its statement for photos, rows or queues the function is refused by name; with it, it reads the photo."""
    key = f"grocery/without {statement[0]}.jpg"
    upload = stage.uploaded(key)
    if statement[0] == "queues":
        stage.bedrock.behaves[320] = bedrock.throttles
    with role.without(*statement):
        assert REFUSED[statement] in stage.invoke(upload)["errorMessage"]
    stage.bedrock.behaves.clear()
    assert stage.invoke(upload) is None
    assert stage.row(key)["processing_status"] == "completed"


@pytest.mark.parametrize("statement", OF_MODELS, ids=["profile", "model here", "model elsewhere"])
def test_without_it_bedrock_refuses(stage: Stage, role: Role, statement: tuple[str, int]) -> None:
    """Without any of the three statements of a global profile Bedrock refuses, and the photo waits."""
    key = f"grocery/without models {statement[1]}.jpg"
    upload = stage.uploaded(key)
    with role.without(*statement):
        stage.invoke(upload)
        row = stage.row(key)
    assert (row["processing_status"], row["error_code"]) == ("waiting", "no_model_answers")
    assert "is not authorized to perform: bedrock:InvokeModel" in row["error_message"]
    with stage.alone():
        stage.restart()  # a container that a model refused asks it again only after a quarter of an hour
        stage.invoke(upload)
    assert stage.row(key)["processing_status"] == "completed"


def test_without_coordination_the_function_works_on(stage: Stage, role: Role) -> None:
    """Without its statement for the coordination table the function reads photos, and counts that it missed it."""
    began = time.time()
    upload = stage.uploaded("grocery/alone.jpg")
    with role.without(*COORDINATION), stage.alone():
        stage.restart()  # a container asks the table now and then, not for each photo
        assert stage.invoke(upload) is None
        assert stage.row("grocery/alone.jpg")["processing_status"] == "completed"
    assert any('"CoordinationFaults": ' in line for line in stage.log_since(began))
