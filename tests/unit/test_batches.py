"""Messages in batches: each is confirmed by SQS, or the caller hears that it isn't."""

from typing import Any

import pytest

from operate.batches import Patience, send
from pipeline.errors import ServiceFault, ServiceMisconfigured, Throttled

PASSING = {"SenderFault": False, "Code": "InternalError", "Message": "We encountered an internal error."}
THROTTLED = {"SenderFault": True, "Code": "RequestThrottled", "Message": "Slow."}
HOPELESS = {"SenderFault": True, "Code": "InvalidMessageContents", "Message": "The message has invalid characters."}


class Queue:
    """SQS, which refuses entries by their bodies, each as often as it is told; it keeps what it has confirmed."""

    def __init__(self, **refusals: list[dict[str, Any] | None]) -> None:
        self.refusals, self.kept, self.batches = refusals, [], []  # type: ignore[var-annotated]

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:
        assert QueueUrl == "https://queue"
        self.batches.append([entry["MessageBody"] for entry in Entries])
        answer: dict[str, Any] = {"Successful": [], "Failed": []}
        for entry in Entries:
            refusal = self.refusals.get(entry["MessageBody"])
            if refusal:
                answer["Failed"].append({"Id": entry["Id"], **refusal.pop(0)})  # type: ignore[dict-item]
            else:
                self.kept.append(entry["MessageBody"])
                answer["Successful"].append({"Id": entry["Id"], "MessageId": "1", "MD5OfMessageBody": "1"})
        return {name: entries for name, entries in answer.items() if entries}


def test_refused_entries_are_sent_again_alone() -> None:
    """Entries that fail for now are sent again after a growing wait, those confirmed are not; then it's done."""
    queue, slept = Queue(b=[PASSING, THROTTLED], c=[PASSING]), list[float]()
    send(queue, "https://queue", ["a", "b", "c"], Patience(slept.append, lambda: 0.5))
    assert queue.batches == [["a", "b", "c"], ["b", "c"], ["b"]]
    assert sorted(queue.kept) == ["a", "b", "c"]
    assert slept == [0.5, 1.0]


@pytest.mark.parametrize(
    ("refusals", "error", "said"),
    [
        ([HOPELESS], ServiceMisconfigured, "InvalidMessageContents.*invalid characters"),
        ([THROTTLED] * 8, Throttled, "RequestThrottled"),
        ([PASSING] * 8, ServiceFault, "InternalError"),
    ],
)
def test_what_stays_refused_is_raised(refusals: list[Any], error: type[Exception], said: str) -> None:
    """An entry that can't be sent, or not within eight tries, is an error that says what SQS said."""
    tries = len(refusals)
    queue = Queue(b=list(refusals), c=[PASSING] * 9)
    with pytest.raises(error, match=f"^Sending messages to https://queue failed: .*{said}"):
        send(queue, "https://queue", ["a", "b", "c"] if tries == 1 else ["a", "b"], Patience(lambda _: None))
    assert len(queue.batches) == tries
    assert queue.kept == ["a"]


def test_an_entry_without_an_answer_is_sent_again() -> None:
    """What SQS names neither as sent nor as failed isn't taken for sent."""
    queue = Queue()
    whole = queue.send_message_batch

    def forgetful(**asked: Any) -> dict[str, Any]:
        answer = whole(**asked)
        return {"Successful": answer["Successful"][:1]}

    queue.send_message_batch = forgetful  # type: ignore[method-assign]
    send(queue, "https://queue", ["a", "b"], Patience(lambda _: None))
    assert queue.batches == [["a", "b"], ["b"]]


def test_each_message_may_be_delayed() -> None:
    """A delay goes with its own message, also when that is sent again."""
    told: list[list[int | None]] = []
    queue = Queue(a=[PASSING], c=[PASSING])
    whole = queue.send_message_batch

    def listening(**asked: Any) -> dict[str, Any]:
        told.append([entry.get("DelaySeconds") for entry in asked["Entries"]])
        return whole(**asked)

    queue.send_message_batch = listening  # type: ignore[method-assign]
    send(queue, "https://queue", ["a", "b", "c"], Patience(lambda _: None), [10, 20, 30])
    assert told == [[10, 20, 30], [10, 30]]
