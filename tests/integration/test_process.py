"""The story of one image, told through the handler."""

from collections.abc import Callable

import pytest

from extractors import hookimpl
from pipeline.catalog import load_catalog
from pipeline.errors import (
    AnswerUnusable,
    BreakerOpen,
    ModelTimeout,
    NoModelAnswers,
    PluginRefused,
    ServiceMisconfigured,
    Throttled,
)
from pipeline.plugins import load_plugins
from tests.wire import JAM, calls, chooses, prose, records, sqs_event
from tests.world import MODEL, World

DESIGNED = {
    "image_id",
    "processing_timestamp",
    "source_bucket",
    "source_key",
    "product_specifications",
    "processing_status",
}


def test_a_photo_becomes_a_completed_row(world: World) -> None:
    """An upload ends as a completed row that has the design's fields, who read it, and what that cost."""
    event = world.put("grocery/jam.jpg")
    world.models.answers(records("grocery", JAM))
    assert world.handle(event) is None
    row = world.row("grocery/jam.jpg")
    assert row.keys() >= DESIGNED
    assert row["processing_status"] == "completed"
    assert row["processing_timestamp"] == "2026-11-23T12:00:00.000000Z"
    assert row["product_specifications"] == {
        "product_name": "Plum jam",
        "brand": "Orchard Lane",
        "category": "grocery",
        "specifications": JAM,
        "confidence_score": row["confidence_score"],
    }
    assert 0.9 < row["confidence_score"] < 1
    assert row["model_id"] == MODEL
    assert row["usage"]["cost_usd"] == pytest.approx(1000 * 3e-6 + 100 * 15e-6)
    assert row["usage"]["paid_calls"] == 1
    assert row["extractor_version"] == world.services.catalog["grocery"].version
    assert row["confidence_source"] == "computed"
    assert row["field_confidence"].keys() == {
        "product_name",
        "brand",
        "specifications.net_content",
        "specifications.gtin",
    }
    assert not row.keys() & {"error_message", "error_code", "lease_until", "open_status"}


def test_one_canonical_line_and_the_metrics_of_the_image(world: World) -> None:
    """Each image has one line in the log that tells all of it, and metrics that count it once."""
    event = world.put("grocery/jam.jpg")
    world.models.answers(records("grocery", JAM))
    world.handle(event, request_id="abc")
    [line] = world.logged("image.finished")
    told = {"request_id", "image_id", "key", "category", "category_source", "model", "usage", "milliseconds", "outcome"}
    assert line.keys() >= told
    assert (line["request_id"], line["outcome"], line["category_source"]) == ("abc", "completed", "key")
    steps = {"claim", "download", "prepare", "look", "choose", "read", "repair", "review", "store"}
    assert line["milliseconds"].keys() == steps
    assert world.metric("ImagesCompleted") == 1
    assert world.metric("InputTokens") == 1000
    assert world.metric("Cost") == pytest.approx(0.0045)


class TestCategory:
    """Who says what the photo shows."""

    def test_metadata_wins_over_the_key(self, world: World) -> None:
        """The uploader's metadata `category` beats the key's first folder."""
        event = world.put("grocery/novel.jpg", category="book")
        world.models.answers(records("book"))
        world.handle(event)
        assert world.row("grocery/novel.jpg")["category"] == "book"

    def test_the_model_is_asked_when_nobody_says(self, world: World) -> None:
        """Without a hint a small picture and the list of categories are paid for first."""
        event = world.put("inbox/jam.jpg")
        world.models.answers(chooses("grocery"), records("grocery", JAM))
        world.handle(event)
        row = world.row("inbox/jam.jpg")
        assert (row["category"], row["usage"]["paid_calls"]) == ("grocery", 2)
        assert row["usage"]["input_tokens"] == 2000

    def test_a_plugin_beats_the_key(self, world: World) -> None:
        """A plugin's choose_category decides where the metadata doesn't."""
        world.services.plugins.register(ChoosesBooks())
        event = world.put("grocery/novel.jpg")
        world.models.answers(records("book"))
        world.handle(event)
        assert world.row("grocery/novel.jpg")["category"] == "book"

    def test_an_unknown_category_in_the_metadata_is_noted_and_passed_over(self, world: World) -> None:
        """A category that nobody registered is a finding, and the next source is asked."""
        event = world.put("grocery/jam.jpg", category="groceries")
        world.models.answers(records("grocery", JAM))
        world.handle(event)
        row = world.row("grocery/jam.jpg")
        assert (row["category"], row["processing_status"]) == ("grocery", "completed")
        assert "'groceries'" in row["findings"][0]["message"]

    @pytest.mark.parametrize(
        "answer",
        [
            prose("It is a jam."),
            chooses("jams"),
            calls("choose_category", {}),
            AnswerUnusable("malformed_answer", "no JSON"),
        ],
    )
    def test_a_choice_that_is_none_leaves_it_general(self, world: World, answer: dict) -> None:
        """Where the model's choice is no category, the photo is read as `general`."""
        event = world.put("jam.jpg")
        world.models.answers(answer, records("general"))
        world.handle(event)
        assert world.row("jam.jpg")["category"] == "general"

    def test_another_kind_of_product_needs_review(self, world: World) -> None:
        """When the model says that the photo shows another kind of product, a person looks at it."""
        event = world.put("grocery/novel.jpg")
        world.models.answers(records("grocery", other_category="a novel"))
        world.handle(event)
        row = world.row("grocery/novel.jpg")
        assert row["processing_status"] == "needs_review"
        assert "a novel" in row["findings"][0]["message"]


class ChoosesBooks:
    """A plugin whose photos are all books."""

    @hookimpl
    def choose_category(self, upload: object) -> str:
        assert upload
        return "book"


class TestRepair:
    """One more turn for what is wrong."""

    def test_faults_go_back_once_and_the_mended_field_counts(self, world: World) -> None:
        """A wrong field is handed back with its path; what the model then says replaces just that field."""
        event = world.put("grocery/jam.jpg")
        world.models.answers(
            records("grocery", {**JAM, "gtin": "2012345678900", "net_content": {"value": 340, "unit": "g"}}),
            records("grocery", {"gtin": "2012345678903"}, product_name="Something else"),
        )
        world.handle(event)
        row = world.row("grocery/jam.jpg")
        assert row["processing_status"] == "completed"
        assert row["product_specifications"]["specifications"] == JAM
        assert row["product_specifications"]["product_name"] == "Plum jam"
        result = world.models.requests[1]["messages"][-1]["content"][0]
        assert result["is_error"]
        assert "specifications.gtin" in result["content"]
        assert world.metric("Repairs") == 1

    def test_abstaining_is_a_good_answer(self, world: World) -> None:
        """A faulty field that the model leaves out in the repair is gone, and the row is completed."""
        event = world.put("grocery/jam.jpg")
        world.models.answers(records("grocery", {**JAM, "best_before_date": "soon"}), records("grocery"))
        world.handle(event)
        row = world.row("grocery/jam.jpg")
        assert row["processing_status"] == "completed"
        assert row["product_specifications"]["specifications"] == JAM

    def test_still_wrong_needs_review_and_keeps_what_was_read(self, world: World) -> None:
        """After one repair no more is asked: the row says what is wrong, and keeps what was read."""
        event = world.put("grocery/jam.jpg")
        wrong = records("grocery", {**JAM, "best_before_date": "soon"})
        world.models.answers(wrong, wrong)
        world.handle(event)
        row = world.row("grocery/jam.jpg")
        assert row["processing_status"] == "needs_review"
        assert row["open_status"] == "needs_review"
        assert row["findings"][0]["path"] == "specifications.best_before_date"
        assert row["product_specifications"]["specifications"]["net_content"] == {"value": 340, "unit": "g"}

    @pytest.mark.parametrize(
        "trouble",
        [
            Throttled("slow"),
            ModelTimeout("late"),
            prose("I can't."),
            ServiceMisconfigured("the repair turn is refused"),
        ],
    )
    def test_a_repair_that_fails_leaves_the_first_answer(self, world: World, trouble: object) -> None:
        """Whatever becomes of the repair, the first answer is kept, as needs_review."""
        event = world.put("grocery/jam.jpg")
        world.models.answers(records("grocery", {**JAM, "best_before_date": "soon"}), trouble)
        world.handle(event)
        row = world.row("grocery/jam.jpg")
        assert row["processing_status"] == "needs_review"
        assert row["product_specifications"]["specifications"]["gtin"] == JAM["gtin"]

    def test_a_repair_that_is_cut_off_does_not_count(self, world: World) -> None:
        """A repair that ran out of tokens may hold half a value: the first answer stands, and needs review."""
        event = world.put("grocery/jam.jpg")
        cut_off = records("grocery", {"best_before_date": "2028-01"}, stop_reason="max_tokens")
        world.models.answers(records("grocery", {**JAM, "best_before_date": "soon"}), cut_off)
        world.handle(event)
        assert world.row("grocery/jam.jpg")["processing_status"] == "needs_review"

    def test_a_field_that_is_renamed_keeps_its_value(self, world: World) -> None:
        """A name that the schema refuses may come back as another: what was read under it isn't lost."""
        event = world.put("grocery/jam.jpg")
        world.models.answers(
            records("grocery", {**JAM, "Legal Class": "Extra"}), records("grocery", {"legal_class": "Extra"})
        )
        world.handle(event)
        row = world.row("grocery/jam.jpg")
        assert row["processing_status"] == "completed"
        assert row["product_specifications"]["specifications"] == {**JAM, "legal_class": "Extra"}

    def test_the_model_is_told_what_is_wrong_however_long_the_value(self, world: World) -> None:
        """Of a long value only the beginning goes back, and then what is wrong with it."""
        event = world.put("grocery/jam.jpg")
        world.models.answers(records("grocery", {**JAM, "ingredients": "sugar, " * 1000}), records("grocery"))
        world.handle(event)
        told = world.models.requests[1]["messages"][-1]["content"][0]["content"]
        assert "'sugar, sugar" in told
        assert "is too long" in told

    def test_a_range_whose_ends_are_swapped_goes_back(self, world: World) -> None:
        """No schema can see that a range's lower end lies above its upper end: it is a fault all the same."""
        event = world.put("electronics/plug.jpg")
        swapped = {"min_value": 240, "max_value": 100, "unit": "V"}
        right = {"min_value": 100, "max_value": 240, "unit": "V"}
        world.models.answers(
            records("electronics", {"input_voltage": swapped}), records("electronics", {"input_voltage": right})
        )
        world.handle(event)
        row = world.row("electronics/plug.jpg")
        assert row["product_specifications"]["specifications"]["input_voltage"] == right


class TestLater:
    """What will pass goes to the retry queue."""

    @pytest.mark.parametrize(
        "trouble", [Throttled("slow down"), BreakerOpen("open", retry_after=30.0), NoModelAnswers("none")]
    )
    def test_it_waits_and_then_completes_unpaid_for_what_failed(self, world: World, trouble: Exception) -> None:
        """A photo that Bedrock wouldn't read now waits on the queue, is not paid, and completes when it's delivered."""
        event = world.put("grocery/jam.jpg")
        world.models.answers(trouble)
        assert world.handle(event) is None
        row = world.row("grocery/jam.jpg")
        assert (row["processing_status"], row["open_status"], row["error_message"]) == (
            "waiting",
            "waiting",
            str(trouble),
        )
        assert row["paid_calls"] == 0
        world.models.answers(records("grocery", JAM))
        assert world.handle_queue() == 1
        row = world.row("grocery/jam.jpg")
        assert (row["processing_status"], row["attempts"], row["paid_calls"]) == ("completed", 2, 1)
        assert "error_message" not in row

    def test_a_timeout_may_be_paid_and_so_counts(self, world: World) -> None:
        """A call without an answer may have been paid, so it counts against the image's paid calls."""
        event = world.put("grocery/jam.jpg")
        world.models.answers(*[ModelTimeout("no answer in 100 s")] * 3)
        world.handle(event)
        while world.handle_queue():
            pass
        row = world.row("grocery/jam.jpg")
        assert (row["processing_status"], row["error_code"], row["paid_calls"]) == ("failed", "paid_calls_exhausted", 3)

    def test_the_category_is_not_paid_for_twice(self, world: World) -> None:
        """What the model chose before the throttle stands on the row, and the next attempt uses it."""
        event = world.put("jam.jpg")
        world.models.answers(chooses("grocery"), Throttled("slow down"))
        world.handle(event)
        world.models.answers(records("grocery", JAM))
        world.handle_queue()
        row = world.row("jam.jpg")
        assert (row["category"], row["paid_calls"], row["usage"]["input_tokens"]) == ("grocery", 2, 2000)

    def test_every_line_says_which_image_it_is_about(self, world: World) -> None:
        """Whatever is logged on the way carries request, image and key, so that one image's story can be looked up."""
        event = world.put("grocery/jam.jpg")
        world.models.answers(records("grocery", {"net_content": "340 g"}), Throttled("slow down"))
        world.handle(event)
        [line, end] = world.logged("repair.failed") + world.logged("image.finished")
        about = ("request_id", "image_id", "key")
        assert [line[name] for name in about] == [end[name] for name in about]
        assert line["key"] == "grocery/jam.jpg"

    def test_delays_grow_to_the_longest_that_sqs_knows(self, world: World) -> None:
        """Each attempt waits longer, by chance up to half less, and never above 900 seconds."""
        event = world.put("grocery/jam.jpg")
        world.models.answers(*[Throttled("slow down")] * 9)
        world.handle(event)
        for _ in range(8):
            world.handle_queue()
        assert all(
            longest / 2 <= delay <= longest
            for delay, longest in zip(world.sqs.delays, (30, 60, 120, 240, 480), strict=False)
        )
        assert all(450 <= delay <= 900 for delay in world.sqs.delays[5:])

    def test_past_the_age_limit_it_is_dead_lettered(self, world: World) -> None:
        """An image that has waited longer than the limit goes to the dead letter queue, and its row says failed."""
        event = world.put("grocery/jam.jpg")
        world.models.answers(*[Throttled("slow down")] * 2)
        world.handle(event)
        world.clock.forward(world.services.settings.retry_age_limit + 1)
        world.handle_queue()
        row = world.row("grocery/jam.jpg")
        assert (row["processing_status"], row["error_code"], row["dead_lettered"]) == ("failed", "throttled", True)
        [body] = world.on_queue("dead")
        assert (body["upload"]["key"], body["reason"]["code"]) == ("grocery/jam.jpg", "throttled")
        assert world.metric("WaitingAge") == pytest.approx(world.services.settings.retry_age_limit + 1, abs=1)

    def test_a_retry_queue_that_refuses_raises_and_releases(self, world: World) -> None:
        """If the retry queue refuses, Lambda has to try again; the claim is released, so that it can at once."""
        event = world.put("grocery/jam.jpg")
        world.models.answers(Throttled("slow down"), records("grocery", JAM))
        world.tap.breaks("SendMessage", ("ServiceUnavailable", 503))
        with pytest.raises(Exception, match="retry queue"):
            world.handle(event)
        assert world.logged("image.finished")[0]["outcome"] == "raised"
        assert world.row("grocery/jam.jpg")["processing_status"] == "waiting"
        world.handle(event)
        assert world.row("grocery/jam.jpg")["processing_status"] == "completed"

    def test_the_answer_travels_when_only_storing_is_left(self, world: World) -> None:
        """If DynamoDB refuses the completion for long, the paid answer travels in the retry message."""
        event = world.put("grocery/jam.jpg")

        def answered(_request: object) -> dict:
            world.tap.breaks("UpdateItem", *[("ThrottlingException", 400)] * 4)
            return records("grocery", JAM)

        world.models.answers(answered)
        world.handle(event)
        assert world.on_queue("retry")[0]["answer"]["product_specifications"]["product_name"] == "Plum jam"
        world.handle_queue()
        row = world.row("grocery/jam.jpg")
        assert (row["processing_status"], row["usage"]["input_tokens"]) == ("completed", 1000)
        assert world.models.paid == 1


def test_a_fault_of_ours_raises_and_releases_the_claim(world: World) -> None:
    """A bug or a wrong request is raised for Lambda and the DLQ, with the reason on the waiting row."""
    event = world.put("grocery/jam.jpg")
    world.models.answers(ServiceMisconfigured("the schema is refused"))
    with pytest.raises(ServiceMisconfigured, match="the schema is refused"):
        world.handle(event)
    row = world.row("grocery/jam.jpg")
    assert (row["processing_status"], row["error_message"], row["paid_calls"]) == (
        "waiting",
        "the schema is refused",
        0,
    )
    [line] = world.logged("image.finished")
    assert (line["outcome"], line["error_code"]) == ("raised", "service_misconfigured")


def test_a_queue_message_that_fails_is_named_in_the_batch(world: World) -> None:
    """On the queue's path a fault of ours is a partial batch failure: the others' messages are done."""
    good, bad = world.put("grocery/good.jpg"), world.put("grocery/bad.jpg")
    import json

    world.models.answers(ServiceMisconfigured("wrong"), records("grocery", JAM))
    answer = world.handle(sqs_event(json.dumps(bad), json.dumps(good), "no JSON {"))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}, {"itemIdentifier": "message-2"}]}
    assert world.row("grocery/good.jpg")["processing_status"] == "completed"


class TestPlugins:
    """What plugins hear and say."""

    def test_findings_of_plugins_stand_on_the_row(self, world: World) -> None:
        """review_specifications adds its findings; an error among them asks for a review."""
        world.services.plugins.register(Reviewer([{"path": "brand", "message": "not ours", "severity": "error"}]))
        event = world.put("grocery/jam.jpg")
        world.models.answers(records("grocery", JAM))
        world.handle(event)
        row = world.row("grocery/jam.jpg")
        assert row["processing_status"] == "needs_review"
        assert row["findings"] == [{"path": "brand", "message": "not ours", "severity": "error"}]

    def test_a_check_that_breaks_is_a_finding(self, world: World) -> None:
        """A plugin that fails in its check doesn't cost the answer: the row says that not all was checked."""
        world.services.plugins.register(Reviewer([{"nonsense": 1}]))
        event = world.put("grocery/jam.jpg")
        world.models.answers(records("grocery", JAM))
        world.handle(event)
        row = world.row("grocery/jam.jpg")
        assert row["processing_status"] == "needs_review"
        assert "KeyError" in row["findings"][0]["message"]

    def test_an_error_is_not_lost_among_many_warnings(self, world: World) -> None:
        """However many findings there are, an error among them asks for a review, and stands on the row."""
        warnings = [{"path": "brand", "message": "hm", "severity": "warning"}] * 70
        error = {"path": "brand", "message": "not ours", "severity": "critical"}  # anything but a warning is an error
        world.services.plugins.register(Reviewer([*warnings, error]))
        event = world.put("grocery/jam.jpg")
        world.models.answers(records("grocery", JAM))
        world.handle(event)
        row = world.row("grocery/jam.jpg")
        assert row["processing_status"] == "needs_review"
        assert row["findings"][0] == {"path": "brand", "message": "not ours", "severity": "error"}

    def test_no_plugin_silences_another(self, world: World) -> None:
        """Each plugin is heard by itself: one that breaks in a hook takes nothing from the others."""
        listener = Listener()
        world.services.plugins.register(listener, "first")
        world.services.plugins.register(Listener(), "second")
        world.services.plugins.register(Reviewer([{"path": "brand", "message": "not ours", "severity": "error"}]))
        world.services.plugins.register(Reviewer([{"nonsense": 1}]), "broken")
        world.services.plugins.register(BreaksChoosing())
        world.services.plugins.register(ChoosesBooks())
        event = world.put("inbox/novel.jpg")
        world.models.answers(records("book"))
        world.handle(event)
        messages = [finding["message"] for finding in world.row("inbox/novel.jpg")["findings"]]
        assert "not ours" in messages
        assert any("broken" in message for message in messages)
        assert len(listener.heard) == 1

    def test_a_reviewer_cannot_change_the_product(self, world: World) -> None:
        """What is stored is what the model answered: a review hook is handed a copy."""
        world.services.plugins.register(Meddler())
        event = world.put("grocery/jam.jpg")
        world.models.answers(records("grocery", JAM))
        world.handle(event)
        assert world.row("grocery/jam.jpg")["product_specifications"]["specifications"] == JAM

    def test_a_listener_hears_the_outcome_and_cannot_break_it(self, world: World) -> None:
        """image_finished hears how each image ended; what it raises is logged, and the image stays finished."""
        listener = Listener()
        world.services.plugins.register(listener)
        event = world.put("grocery/jam.jpg")
        world.models.answers(records("grocery", JAM))
        world.handle(event)
        assert [(outcome.key, outcome.status) for outcome in listener.heard] == [("grocery/jam.jpg", "completed")]
        assert world.row("grocery/jam.jpg")["processing_status"] == "completed"
        assert world.logged("plugin.failed")[0]["hook"] == "image_finished"


class Reviewer:
    """A plugin that always finds the same."""

    def __init__(self, findings: list) -> None:
        self._findings = findings

    @hookimpl
    def review_specifications(self) -> list:
        return self._findings


class Meddler:
    """A plugin that writes into what it is to review."""

    @hookimpl
    def review_specifications(self, product: dict) -> list:
        product["specifications"]["evil"] = True
        return []


class BreaksChoosing:
    """A plugin that can't choose."""

    @hookimpl
    def choose_category(self) -> str:
        raise RuntimeError("no idea")


class Listener:
    """A plugin that hears, and then breaks."""

    def __init__(self) -> None:
        self.heard: list = []

    @hookimpl
    def image_finished(self, outcome: object) -> None:
        self.heard.append(outcome)
        raise RuntimeError("a listener's own fault")


def test_a_schema_that_is_none_is_found_before_the_model_is_paid(world: World) -> None:
    """A container starts without checking every schema; a category's own is checked before its first answer is paid."""
    plugins = load_plugins()
    plugins.register(Broken(), "broken")
    world.replace(catalog=load_catalog(plugins, hurried=True))
    with pytest.raises(PluginRefused, match="not a JSON Schema"):
        world.handle(world.put("broken/jam.jpg"))
    assert world.models.paid == 0


class Broken:
    """A plugin whose schema names a type that there isn't."""

    @hookimpl
    def register_extractors(self, register: Callable[..., None]) -> None:
        schema = {"type": "object", "description": "Broken things.", "properties": {"it": {"type": "strin"}}}
        register("broken", schema=schema, prompt="Read it.")
