"""What was paid for is kept: through kills, refusing tables and queues, repeated events, and the dead letter queue."""

import json

import pytest

from pipeline.errors import Throttled
from tests.wire import JAM, chooses, prose, records, sqs_event
from tests.world import Killed, World

WRONG = {**JAM, "best_before_date": "soon"}


def _quiet(world: World) -> None:
    while world.handle_queue():
        pass


def _answer_that_cannot_be_stored(world: World, times: int) -> None:
    """The model's answer, after which the table refuses so many writes."""

    def answer(_request: object) -> dict:
        world.tap.breaks("UpdateItem", *[("ThrottlingException", 400)] * times)
        return records("grocery", JAM)

    world.models.answers(answer)


@pytest.mark.parametrize("seconds", [2, 100, 340])
def test_a_repeated_event_does_not_read_what_only_has_to_be_stored(world: World, seconds: int) -> None:
    """While a paid answer travels, the lease goes on: a repeat of the event waits behind it and ends as a duplicate."""
    event = world.put("grocery/jam.jpg")
    _answer_that_cannot_be_stored(world, times=4)
    world.handle(event)
    world.clock.forward(seconds)
    world.handle(event)
    _quiet(world)
    assert (world.models.paid, world.row("grocery/jam.jpg")["processing_status"]) == (1, "completed")
    assert world.metric("Duplicates") == 1


def test_an_answer_travels_as_often_as_it_must(world: World) -> None:
    """An answer that can't be stored at the second attempt either travels on, and is stored in the end."""
    event = world.put("grocery/jam.jpg")
    _answer_that_cannot_be_stored(world, times=9)  # the next claim is refused too, and the finish after that
    world.handle(event)
    _quiet(world)
    row = world.row("grocery/jam.jpg")
    assert (world.models.paid, row["processing_status"], row["usage"]["input_tokens"]) == (1, "completed", 1000)


def test_a_row_that_the_table_will_never_take_is_kept_with_its_answer(world: World) -> None:
    """If DynamoDB refuses the item itself, the paid answer lies in the dead letter queue, and nothing is read again."""
    event = world.put("grocery/jam.jpg")

    def answer(_request: object) -> dict:
        world.tap.breaks("UpdateItem", ("ValidationException", 400))
        return records("grocery", JAM)

    world.models.answers(answer)
    assert world.handle(event) is None
    [body] = world.on_queue("dead")
    assert body["answer"]["product_specifications"]["product_name"] == "Plum jam"
    row = world.row("grocery/jam.jpg")
    assert (row["processing_status"], row["dead_lettered"], world.models.paid) == ("failed", True, 1)


def test_what_lies_in_the_dead_letter_queue_can_be_put_back(world: World) -> None:
    """A buried image whose message goes back to the retry queue begins anew, and its row is mended."""
    event = world.put("grocery/jam.jpg")
    world.models.answers(*[Throttled("slow down")] * 2)
    world.handle(event)
    world.clock.forward(world.services.settings.retry_age_limit + 1)
    world.handle_queue()
    [body] = world.on_queue("dead")
    assert world.row("grocery/jam.jpg")["dead_lettered"] is True
    world.models.answers(Throttled("still slow"), records("grocery", JAM))
    world.handle(sqs_event(json.dumps(body)))
    _quiet(world)
    row = world.row("grocery/jam.jpg")
    assert row["processing_status"] == "completed"
    assert "dead_lettered" not in row


def test_an_old_event_begins_its_patience_when_it_is_first_seen(world: World) -> None:
    """An event that lay in the dead letter queue for days isn't given up at its first throttle."""
    event = world.put("grocery/jam.jpg")
    world.clock.forward(10 * 24 * 3600)
    envelope = {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": event, "responsePayload": {}}
    world.models.answers(Throttled("slow down"), records("grocery", JAM))
    world.handle(sqs_event(json.dumps(envelope)))
    _quiet(world)
    assert world.row("grocery/jam.jpg")["processing_status"] == "completed"


def test_a_busy_image_is_never_given_up(world: World) -> None:
    """Past the age limit an image that another invocation holds is left to that one: nothing is buried."""
    event = world.put("grocery/jam.jpg")

    def meanwhile(_request: object) -> dict:
        world.handle(sqs_event(json.dumps(old)))
        return records("grocery", JAM)

    world.models.answers(Throttled("slow down"))
    world.handle(event)
    [old] = world.on_queue("retry")
    old["first_seen"] = "2020-01-01T00:00:00+00:00"
    world.models.answers(meanwhile)
    world.handle_queue()
    assert world.on_queue("dead") == []
    assert world.row("grocery/jam.jpg")["processing_status"] == "completed"


def test_a_dead_letter_queue_that_refuses_raises_and_releases(world: World) -> None:
    """If even the dead letter queue refuses, Lambda tries again and finds the claim released."""
    event = world.put("grocery/jam.jpg")
    world.models.answers(*[Throttled("slow down")] * 2)
    world.handle(event)
    [body] = world.on_queue("retry")
    world.clock.forward(world.services.settings.retry_age_limit + 1)
    world.tap.breaks("SendMessage", *[("ServiceUnavailable", 503)] * 100)
    answer = world.handle(sqs_event(json.dumps(body)))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert world.row("grocery/jam.jpg")["processing_status"] == "waiting"
    assert world.logged("image.finished")[-1]["outcome"] == "raised"


def test_table_and_queue_refusing_together_lose_no_answer(world: World) -> None:
    """If the queue refuses what the table refused, that is one fault, told once, and the retry stores what was paid."""
    event = world.put("grocery/jam.jpg")

    def answered(_request: object) -> dict:
        world.tap.breaks("UpdateItem", *[("ThrottlingException", 400)] * 4)
        world.tap.breaks("SendMessage", *[("ServiceUnavailable", 503)] * 100)
        return records("grocery", JAM)

    world.models.answers(answered)
    with pytest.raises(Exception, match="retry queue"):
        world.handle(event)
    assert [line["outcome"] for line in world.logged("image.finished")] == ["raised"]
    assert (world.metric("Faults"), world.metric("InputTokens"), world.on_queue("retry")) == (1, 1000, [])
    world.handle(event)
    row = world.row("grocery/jam.jpg")
    assert (row["processing_status"], row["usage"]["input_tokens"], row["usage"]["paid_calls"]) == (
        "completed",
        1000,
        1,
    )
    assert world.models.paid == 1


@pytest.mark.parametrize("refusal", [("ThrottlingException", 400), ("ValidationException", 400)])
def test_a_bug_while_queueing_is_told_and_frees_the_image(
    world: World, monkeypatch: pytest.MonkeyPatch, refusal: tuple[str, int]
) -> None:
    """Whatever sending raises, the row waits with its reason, it is one fault, and nothing is paid again."""
    event = world.put("grocery/jam.jpg")
    queue = world.services.queue

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    def answered(_request: object) -> dict:
        world.tap.breaks("UpdateItem", *[refusal] * (4 if refusal[0] == "ThrottlingException" else 1))
        return records("grocery", JAM)

    world.models.answers(answered)
    with monkeypatch.context() as patched:
        patched.setattr(queue, "put_back", broken)
        patched.setattr(queue, "bury", broken)
        with pytest.raises(RuntimeError, match="a bug"):
            world.handle(event)
    assert world.row("grocery/jam.jpg")["processing_status"] == "waiting"
    assert ([line["outcome"] for line in world.logged("image.finished")], world.metric("Faults")) == (["raised"], 1)
    world.handle(event)
    assert (world.row("grocery/jam.jpg")["processing_status"], world.models.paid) == ("completed", 1)


def test_a_queue_that_refuses_is_asked_for_as_long_as_there_is_time(world: World) -> None:
    """While table and queue both refuse, a paid answer in hand is offered again and again, not thrown away at once."""
    event = world.put("grocery/jam.jpg")

    def answered(_request: object) -> dict:
        world.tap.breaks("UpdateItem", *[("ThrottlingException", 400)] * 4)
        world.tap.breaks("SendMessage", *[("ServiceUnavailable", 503)] * 30)
        return records("grocery", JAM)

    world.models.answers(answered)
    assert world.handle(event) is None
    assert world.clock.monotonic() > 30
    world.handle_queue()
    assert (world.models.paid, world.row("grocery/jam.jpg")["processing_status"]) == (1, "completed")


def test_a_chosen_category_travels_with_the_image(world: World) -> None:
    """If the table refuses just after a category was chosen, the message carries the choice and its cost: paid once."""
    event = world.put("jam.jpg")

    def chosen(_request: object) -> dict:
        world.tap.breaks("UpdateItem", *[("ThrottlingException", 400)] * 2)  # the next call's reservation, the release
        return chooses("grocery")

    world.models.answers(chosen, records("grocery", JAM))
    world.handle(event)
    [message] = world.on_queue("retry")
    assert message["category"] == "grocery"
    world.clock.forward(400)
    world.tap.kills(1, "before")  # whoever brings it, after the claim; the queue hides the message then
    with pytest.raises(Killed):
        world.handle_queue()
    world.clock.forward(400)
    world.handle(event)
    row = world.row("jam.jpg")
    assert (world.models.paid, row["processing_status"], row["paid_calls"]) == (2, "completed", 2)
    assert row["usage"]["input_tokens"] == 2000


def test_an_answer_that_the_table_refuses_does_not_hold_the_image(world: World) -> None:
    """If neither table nor dead letter queue takes an answer, the row still waits for whoever comes next."""
    event = world.put("grocery/jam.jpg")

    def answered(_request: object) -> dict:
        world.tap.breaks("UpdateItem", *[("ValidationException", 400)] * 2)
        world.tap.breaks("SendMessage", *[("ServiceUnavailable", 503)] * 100)
        return records("grocery", JAM)

    world.models.answers(answered)
    with pytest.raises(Exception, match="dead letter queue"):
        world.handle(event)
    assert world.row("grocery/jam.jpg")["processing_status"] == "waiting"


def test_the_queue_has_the_image_before_the_claim_ends(world: World) -> None:
    """First the message, then the release: between the two, someone is sure to come back."""
    event = world.put("grocery/jam.jpg")
    world.models.answers(Throttled("slow down"))
    world.tap.calls = []
    world.handle(event)
    assert world.tap.calls[-2:] == ["SendMessage", "UpdateItem"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", range(9))
def test_a_kill_on_the_longest_way_keeps_the_first_answer(world: World, step: int, when: str) -> None:
    """Killed at any step of choosing, reading and repairing, an image ends with what was read, within its calls."""
    key = f"jam-{step}-{when}.jpg"
    event = world.put(key)
    world.tap.kills(step, when)
    with pytest.raises(Killed):
        _handle(world, event)
    for wait in (60, 120):
        world.clock.forward(wait)
        _handle(world, event)
    for _ in range(3):
        world.models.answers(*[_by_request] * 3)
        world.handle_queue()
        world.models.forget()
    row = world.row(key)
    assert row["processing_status"] in ("completed", "needs_review")
    assert row["product_specifications"]["product_name"] == "Plum jam"
    assert world.models.paid <= row["paid_calls"] <= 3


def _handle(world: World, event: dict) -> None:
    world.models.answers(*[_by_request] * 3)
    try:
        world.handle(event)
    finally:
        world.models.forget()


def _by_request(request: dict) -> dict:
    if request["tools"][0]["name"] == "choose_category":
        return chooses("grocery")
    return records("grocery", JAM if len(request["messages"]) > 1 else WRONG)


def test_what_was_spent_before_a_kill_stays_on_the_row(world: World) -> None:
    """A kill costs the count of one call at the most: what was paid before it stands on the row."""
    event = world.put("jam.jpg")
    world.models.answers(chooses("grocery"), records("grocery", WRONG), Killed())
    with pytest.raises(Killed):
        world.handle(event)
    usage = world.row("jam.jpg")["usage"]
    assert (usage["input_tokens"], usage["cost_usd"]) == (2000, pytest.approx(0.009))


def test_a_takeover_during_the_repair_wins(world: World) -> None:
    """Whoever was taken over while it asked for a repair drops what it has."""
    event = world.put("grocery/jam.jpg")

    def late(_request: object) -> dict:
        world.clock.forward(2161)
        world.handle(event, request_id="successor")
        return records("grocery", JAM, product_name="The sleeper's")

    world.models.answers(records("grocery", WRONG), late)
    world.handle(event, request_id="sleeper")
    row = world.row("grocery/jam.jpg")
    assert (row["processing_status"], row["product_specifications"]["product_name"]) == ("needs_review", "Plum jam")
    assert world.metric("ClaimsLost") == 1


def test_with_one_call_left_the_photo_is_read_and_not_sorted(world: World) -> None:
    """The last paid call is for reading: the category then is `general`."""
    world.allow_paid_calls(1)
    event = world.put("jam.jpg")
    world.models.answers(records("general"))
    world.handle(event)
    assert (world.row("jam.jpg")["category"], world.models.paid) == ("general", 1)


def test_a_failed_row_says_who_read_it_and_the_log_does_not_say_what(world: World) -> None:
    """A row that failed has model, extractor and photo on it; the model's words stand there, and not in the logs."""
    event = world.put("grocery/jam.jpg")
    world.models.answers(prose("I see Dr. Muster's prescription."))
    world.handle(event)
    row = world.row("grocery/jam.jpg")
    assert row.keys() >= {"model_id", "extractor_version", "image_sha256", "category"}
    assert "Muster" in row["error_message"]
    assert "Muster" not in "".join(world.lines), "what a photo may show isn't logged"


def test_an_answer_in_a_message_stands_on_the_row_too(world: World) -> None:
    """While an answer travels, whoever takes the row over finds it there: a late message costs no second reading."""
    event = world.put("grocery/jam.jpg")
    _answer_that_cannot_be_stored(world, times=4)
    world.handle(event)
    assert world.sqs.delays[-1] <= 60, "the message comes back while the lease still keeps others away"
    world.clock.forward(3600)
    world.handle(event)
    assert (world.models.paid, world.row("grocery/jam.jpg")["processing_status"]) == (1, "completed")


def test_a_kill_while_storing_a_travelling_answer_costs_nothing(world: World) -> None:
    """Who brings an answer and is killed leaves it on the row with the claim: whoever takes over stores it."""
    event = world.put("grocery/jam.jpg")

    def answered(_request: object) -> dict:
        world.tap.breaks("UpdateItem", *[("ThrottlingException", 400)] * 400)  # the row can't have the answer either
        return records("grocery", JAM)

    world.models.answers(answered)
    world.handle(event)
    world.tap.heals()
    [body] = world.on_queue("retry")
    world.sqs.sent.clear()
    world.clock.forward(30)
    world.tap.kills(1, "before")  # after its claim
    with pytest.raises(Killed):
        world.handle(sqs_event(json.dumps(body)))
    world.clock.forward(400)
    world.handle(event)
    world.clock.forward(1400)
    world.handle(sqs_event(json.dumps(body)))  # SQS shows it again
    _quiet(world)
    assert (world.models.paid, world.row("grocery/jam.jpg")["processing_status"]) == (1, "completed")
