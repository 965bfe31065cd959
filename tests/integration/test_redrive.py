"""The command `redrive`, on emulated queues: what it says lies there, what it moves, and what it leaves as it was."""

import argparse
import contextlib
import io
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from rich.console import Console

from local.stack import BUCKET, Stack, embedded_stack
from operate import redrive
from operate.__main__ import main
from operate.batches import Patience
from pipeline.errors import Throttled
from tests.deployed import DeployedSession
from tests.wire import JAM, records, s3_event, s3_record, sqs_event
from tests.world import MODEL, START, World

S3 = {"at": START, "size": 9, "version_id": "v1", "etag": "e"}


def upload(key: str) -> dict[str, Any]:
    return {"bucket": BUCKET, "key": key, "requested_at": START.isoformat(), "version_id": "v1", "size": 9}


def given_up(key: str, code: str = "throttled", **more: Any) -> dict[str, Any]:
    """What the service itself lays into the queue."""
    reason = {"code": code, "message": f"Bedrock said no to {key}."}
    return {"upload": upload(key), "first_seen": START.isoformat(), "attempt": 99, "reason": reason, **more}


def moved_by_sqs(key: str) -> dict[str, Any]:
    """A retry message that was taken five times."""
    return {"upload": upload(key), "first_seen": START.isoformat(), "attempt": 3}


def envelope(*keys: str, condition: str = "EventAgeExceeded", **answer: str) -> dict[str, Any]:
    """What Lambda's on-failure destination gets."""
    uploads = [s3_record(BUCKET, key, **S3) for key in keys]
    context = {"requestId": "r", "condition": condition, "approximateInvokeCount": 3}
    return {
        "version": "1.0",
        "requestContext": context,
        "requestPayload": {"Records": uploads},
        **({"responsePayload": answer} if answer else {}),
    }


class Queues:
    """The two queues, and a session in which what AWS answers can be broken."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.session = DeployedSession({}, {"product-ocr-dev-process": {**os.environ, "MODELS": MODEL}})
        self.batches: list[list[dict[str, Any]]] = []
        self.session.events.register("provide-client-params.sqs.SendMessageBatch", self._note)

    def lay(self, *bodies: Mapping[str, Any] | str, **attributes: str) -> None:
        """Lay messages into the dead letter queue."""
        told = {name: {"StringValue": value, "DataType": "String"} for name, value in attributes.items()}
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            self.stack.sqs.send_message(
                QueueUrl=self.stack.dead_letter_queue_url, MessageBody=text, MessageAttributes=told
            )

    def dead(self) -> list[str]:
        """The bodies that everybody can see in the dead letter queue right now, in order."""
        url, found = self.stack.dead_letter_queue_url, {}
        while taken := self.stack.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600):
            if not taken.get("Messages"):
                break
            found |= {message["ReceiptHandle"]: message["Body"] for message in taken["Messages"]}
        for receipt in found:
            self.stack.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)
        return sorted(found.values())

    def sent(self) -> dict[str, dict[str, Any]]:
        """The messages that were sent to the retry queue, by key, each once."""
        bodies = [json.loads(entry["MessageBody"]) for batch in self.batches for entry in batch]
        by_key = {str(body["upload"]["key"]): body for body in bodies}
        assert len(by_key) == len(bodies)
        return by_key

    def breaks(self, operation: str, fault: Callable[[], Any], after: int = 0) -> None:
        """From the call `after` so many on, this operation does what `fault` does: raises, or answers."""
        calls = iter(range(10_000))

        def answer(**_: Any) -> tuple[AWSResponse, Any] | None:
            if next(calls) < after:
                return None
            said = fault()
            status = said.get("ResponseMetadata", {}).get("HTTPStatusCode", 200)
            return AWSResponse("https://sqs.test", status, {}, None), said

        self.session.events.register(f"before-call.sqs.{operation}", answer)

    def run(self, *arguments: str, answer: str | BaseException = "y", width: int = 200) -> tuple[int, str]:
        """The exit code and the screen of the command; its question gets this answer, or is broken off by it."""
        self.asked: list[str] = []

        def ask(question: str) -> str:
            self.asked.append(question)
            if isinstance(answer, BaseException):
                raise answer
            return answer

        parser = argparse.ArgumentParser()
        redrive.configure(parser)
        options = parser.parse_args(["--stage", "dev", *arguments])
        options.again = "npm run operate -- redrive --stage dev"
        self.screen = io.StringIO()
        console = Console(file=self.screen, width=width)
        patience = Patience(lambda _: None, lambda: 0.0)
        code = redrive.run(options, console, self.session, ask, patience=patience, wait=0, chance=lambda: 0.5)
        return code, self.screen.getvalue()

    def _note(self, params: dict[str, Any], **_: Any) -> None:
        assert params["QueueUrl"] == self.stack.retry_queue_url
        self.batches.append(params["Entries"])


@pytest.fixture
def stack() -> Iterator[Stack]:
    """A stack for each test: SQS empties a queue only once a minute."""
    with embedded_stack("http://127.0.0.1:9") as stack:
        yield stack


@pytest.fixture
def queues(stack: Stack) -> Queues:
    return Queues(stack)


def test_what_lies_there_is_told_by_reason_and_moved(queues: Queues) -> None:
    """All four forms of a message are told apart, with counts and a sentence, and come back to begin anew."""
    queues.lay(given_up("a.jpg"), given_up("b.jpg"), moved_by_sqs("c d.jpg"), envelope("é+.jpg"))
    queues.lay(s3_event(BUCKET, "e.jpg", **S3), ErrorCode="200", ErrorMessage="Task timed out", RequestID="r")
    queues.lay(envelope("f.jpg", condition="RetriesExhausted", errorType="KeyError", errorMessage="'color'"))
    code, screen = queues.run()
    assert code == 0
    for line in (
        r"throttled +2 +2 +~ \$0.06 +\d+ \w+ 20\d\d, \d\d:\d\d UTC",
        r"throttled, for example: Bedrock said no to a.jpg\.",
        r"taken_too_often +1 +1 ",
        r"taken_too_often, for example: The function took it",
        r"EventAgeExceeded, for example: Lambda could not start the function for hours",
        r"KeyError, for example: 'color'",
        r"lambda_200, for example: Task timed out",
    ):
        assert re.search(line, screen), line
    assert queues.asked == ["Move 6 messages, about $0.19 at list price? [y/N] "]
    assert "6 of 6 messages moved" in screen
    sent = queues.sent()
    assert sent.keys() == {"a.jpg", "b.jpg", "c d.jpg", "é+.jpg", "e.jpg", "f.jpg"}
    for message in sent.values():
        assert (message["first_seen"], message["attempt"], message["redriven"]) == (None, 1, True)
        assert "reason" not in message
    assert queues.dead() == []


def test_a_code_stands_whole_on_a_narrow_terminal(queues: Queues) -> None:
    """What --only takes is never cut off, and neither is the sentence that goes with it."""
    queues.lay(envelope("a.jpg", condition="ZeroReservedConcurrency"))
    _, screen = queues.run("--dry-run", width=80)
    assert re.search(r"ZeroReservedConcurrency +1 +1 +~ \$0.03 ", screen)
    assert "ZeroReservedConcurrency, for example: The function was not started: reservedConcurrency was 0." in screen


def test_a_photo_that_was_given_up_is_read(queues: Queues, world: World) -> None:
    """End to end: given up after days, redriven, read: its own row is completed, and nothing is paid twice."""
    event = world.put("grocery/jam.jpg")
    world.models.answers(Throttled("Bedrock says slow down."))
    world.handle(event)
    world.clock.forward(4 * 24 * 3600)
    world.models.answers(Throttled("Bedrock says slow down."))
    world.handle_queue()
    assert world.row("grocery/jam.jpg")["dead_lettered"] is True
    queues.lay(*world.on_queue("dead"))
    assert queues.run()[0] == 0
    [message] = queues.sent().values()
    world.models.answers(records("grocery", JAM))
    world.handle(sqs_event(json.dumps(message)))
    row = world.row("grocery/jam.jpg")
    assert row["processing_status"] == "completed"
    assert "dead_lettered" not in row
    assert world.models.paid == 1
    world.handle(sqs_event(json.dumps(message)))  # sent twice
    assert world.models.paid == 1


@pytest.mark.parametrize("arguments", [["--dry-run"], ["--only", "unheard_of"]])
def test_looking_leaves_everything_as_it_was(queues: Queues, arguments: list[str]) -> None:
    """A dry run moves nothing and asks nothing, and what it looked at can be seen by others at once."""
    queues.lay(*(given_up(f"{number:02}.jpg") for number in range(23)), "what is this?")
    before = queues.dead()
    _, screen = queues.run(*arguments)
    assert re.search(r"throttled +23 +23 +~ \$0.74", screen)
    assert queues.dead() == before
    assert (queues.asked, queues.batches) == ([], [])


@pytest.mark.parametrize("answer", ["", "n", "yellow", KeyboardInterrupt()])
def test_without_a_yes_nothing_is_moved(queues: Queues, answer: str | BaseException) -> None:
    """Any answer but yes, and Ctrl-C at the question, leave everything as it was."""
    queues.lay(given_up("a.jpg"))
    with contextlib.suppress(KeyboardInterrupt):
        assert queues.run(answer=answer)[0] == 1
    assert len(queues.asked) == 1
    assert len(queues.dead()) == 1
    assert queues.batches == []


def test_only_one_reason_and_only_so_many(queues: Queues) -> None:
    """--only moves what lies there for that reason and leaves the rest; --limit moves at most so many."""
    queues.lay(*(given_up(f"a{number}.jpg") for number in range(12)), given_up("b.jpg", "service_fault"))
    code, screen = queues.run("--only", "service_fault", "--yes")
    assert (code, list(queues.sent())) == (0, ["b.jpg"])
    assert "throttled" in screen
    assert queues.asked == []
    queues.batches.clear()
    assert queues.run("--limit", "5")[0] == 0
    assert queues.asked == ["Move 5 messages, about $0.16 at list price? [y/N] "]
    assert len(queues.sent()) == 5
    assert len(queues.dead()) == 7


def test_a_reason_for_which_nothing_lies_there(queues: Queues) -> None:
    """A code that isn't there: a sentence beside those that are, and exit code 1."""
    queues.lay(given_up("a.jpg"))
    code, screen = queues.run("--only", "throtled")
    assert code == 1
    assert "No message lies there for throtled." in screen


@pytest.mark.parametrize(
    "body", ["no JSON \x1b[31m", {"upload": {"bucket": 3}}, {"Records": [{}]}, [1], {"reason": "\x1b[31m"}]
)
def test_what_cant_be_understood_stays(queues: Queues, body: Any) -> None:
    """A message that nobody of ours wrote is listed, stays where it is, and makes the exit code 1."""
    queues.lay(body if isinstance(body, str) else json.dumps(body), given_up("a.jpg"))
    code, screen = queues.run()
    assert code == 1
    assert re.search(r"not_understood +1 +0 +~ \$0.00", screen)
    assert "Not understood, and left there: 1 message." in screen
    assert "\x1b" not in screen
    assert list(queues.sent()) == ["a.jpg"]
    assert len(queues.dead()) == 1


def test_a_message_of_several_photos_becomes_several(queues: Queues) -> None:
    """An event of 23 records is deleted when all of them are sent; one of a folder marker asks for nothing."""
    keys = [f"{number:02}.jpg" for number in range(23)]
    queues.lay(envelope(*keys, "folder/"), envelope("folder/"))
    code, _ = queues.run()
    assert code == 0
    assert sorted(queues.sent()) == keys
    assert max(map(len, queues.batches)) == 10
    assert queues.dead() == []


def test_an_answer_goes_with_its_photo_and_costs_nothing(queues: Queues) -> None:
    """What only has to be stored takes its answer along, and isn't in the estimate."""
    answer = {"processing_status": "completed", "product_specifications": {}, "usage": {}}
    queues.lay(given_up("a.jpg", answer=answer, owner="me"), given_up("b.jpg"))
    queues.run()
    assert queues.asked == ["Move 2 messages, about $0.03 at list price? [y/N] "]
    assert queues.sent()["a.jpg"]["answer"] == answer
    assert "answer" not in queues.sent()["b.jpg"]


def test_large_messages_go_in_batches_that_sqs_takes(queues: Queues) -> None:
    """Messages that carry long answers are sent in several batches of less than 1 MiB each."""
    answer = {"processing_status": "completed", "product_specifications": {"text": "x" * 300_000}, "usage": {}}
    queues.lay(*(given_up(f"{number}.jpg", answer=answer) for number in range(7)))
    assert queues.run()[0] == 0
    assert len(queues.sent()) == 7
    assert all(sum(len(entry["MessageBody"]) for entry in batch) < 1_048_576 for batch in queues.batches)


def test_many_photos_are_spread_over_time(queues: Queues) -> None:
    """60 photos are sent with delays of up to 30 s, by chance: a chance of a half means 15 s."""
    queues.lay(*(given_up(f"{number}.jpg") for number in range(60)))
    code, screen = queues.run()
    assert code == 0
    assert len(queues.sent()) == 60
    assert {entry["DelaySeconds"] for batch in queues.batches for entry in batch} == {15}
    assert "within 1 min" in screen
    assert queues.dead() == []


def test_ctrl_c_while_moving_leaves_the_rest_as_it_was(queues: Queues) -> None:
    """Stopped after one batch of three: ten messages are gone, the others can be seen, and it says how to go on."""
    queues.lay(*(given_up(f"{number}.jpg") for number in range(30)))

    def stopped() -> None:
        raise KeyboardInterrupt

    queues.breaks("SendMessageBatch", stopped, after=1)
    code, screen = queues.run()
    assert code == 130
    assert "10 of 30 messages moved" in screen
    assert "To go on: npm run operate -- redrive --stage dev" in screen
    assert len(queues.dead()) == 20


@pytest.mark.parametrize("status", [403, 500])
def test_what_isnt_sent_isnt_deleted(queues: Queues, status: int) -> None:
    """SQS refuses to send: a sentence, exit code 1, and every message is still there."""
    queues.lay(*(given_up(f"{number}.jpg") for number in range(3)))
    refused = {"Error": {"Code": "AccessDenied", "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    queues.breaks("SendMessageBatch", lambda: refused)
    code, screen = queues.run()
    assert code == 1
    assert "AccessDenied" in screen
    assert "0 of 3 messages moved" in screen
    assert len(queues.dead()) == 3


def test_what_isnt_confirmed_isnt_deleted(queues: Queues) -> None:
    """SQS confirms only a part of a batch, for good: nothing of the batch is deleted."""
    queues.lay(given_up("a.jpg"), given_up("b.jpg"))
    failed = {"Id": "1", "Code": "InternalError", "SenderFault": False}
    queues.breaks("SendMessageBatch", lambda: {"Successful": [{"Id": "0"}], "Failed": [failed]})
    assert queues.run()[0] == 1
    assert len(queues.dead()) == 2


def test_a_message_that_cant_be_deleted_is_said_and_stays(queues: Queues) -> None:
    """Sent, but not deleted: it can be seen again, and a sentence says that sending it twice is harmless."""
    queues.lay(given_up("a.jpg"))
    queues.breaks(
        "DeleteMessageBatch", lambda: {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    )
    code, screen = queues.run()
    assert code == 1
    assert "Sent, but perhaps not deleted: 1 message." in screen
    assert len(queues.dead()) == 1


def test_what_cant_be_shown_again_comes_back_by_itself(queues: Queues) -> None:
    """Without the permission to end the hiding, the command says how long it lasts."""
    queues.lay(given_up("a.jpg"))
    refused = {"Error": {"Code": "AccessDenied", "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    queues.breaks("ChangeMessageVisibilityBatch", lambda: refused)
    _, screen = queues.run("--dry-run")
    assert "Hidden from others for up to 60 minutes: 1 message." in screen


def test_an_empty_queue_is_said(queues: Queues) -> None:
    """Nothing lies there: a sentence, no question, exit code 0."""
    code, screen = queues.run()
    assert code == 0
    assert "The dead letter queue of dev is empty." in screen
    assert queues.asked == []


def test_what_others_look_at_is_said(queues: Queues) -> None:
    """Messages that somebody else has just received can't be seen, and the command says how many."""
    queues.lay(given_up("a.jpg"))
    queues.stack.sqs.receive_message(QueueUrl=queues.stack.dead_letter_queue_url, VisibilityTimeout=600)
    code, screen = queues.run()
    assert "Hidden at the moment: about 1 message more." in screen
    assert code == 0


def test_a_stage_that_isnt_deployed() -> None:
    """No function of that name: a sentence that says what to do, exit code 2."""
    screen = io.StringIO()
    code = main(["redrive", "--stage", "nope"], Console(file=screen, width=200), DeployedSession({}))
    assert code == 2
    assert "There is no function product-ocr-nope-process in us-east-1. Deploy it" in screen.getvalue()
