"""Reading what Lambda hands over: every form of event, and the odd ones that no service should die of."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliveries import Delivery, retry_message
from pipeline.events import Ignored, Malformed, body_of, is_queue_event, records_in
from pipeline.uploads import ImageUpload
from tests.wire import s3_event

EVENTS = Path(__file__).resolve().parents[1] / "events"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MILK = "grocery/Müller Milch 1+1 (100%).jpg"

a_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
an_id = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1)
a_time = st.datetimes(datetime(1970, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
)
uploads = st.builds(
    ImageUpload,
    bucket=a_text,
    key=a_text,
    requested_at=a_time.map(lambda time: time.astimezone(UTC)),
    version_id=st.none() | an_id,
    etag=st.none() | an_id,
    run=st.none() | an_id,
    sequencer=st.none() | st.text("0123456789ABCDEF", min_size=1, max_size=24),
    size=st.none() | st.integers(0),
)

answers = st.fixed_dictionaries(
    {"processing_status": st.sampled_from(["completed", "needs_review", "failed"])},
    optional={"product_specifications": st.dictionaries(st.text(), st.text()), "error_message": st.text()},
)


def event(name):
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def deliveries(body):
    return [record.upload for record in records_in(body) if isinstance(record, Delivery)]


def test_a_put_of_s3_is_a_first_delivery():
    """An S3 record gives bucket, key with its escapes undone, version, etag, sequencer, size and the event's time."""
    moment = datetime(2026, 11, 23, 10, 15, 30, 123000, tzinfo=UTC)
    upload = ImageUpload(
        bucket="product-photos-dev",
        key=MILK,
        requested_at=moment,
        version_id="3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
        etag="d41d8cd98f00b204e9800998ecf8427e",
        sequencer="0055AED6DCD90281E5",
        size=184512,
    )
    assert list(records_in(event("s3_put"))) == [Delivery(upload=upload)]


def test_big_uploads_and_copies_count_too():
    """Multipart uploads and copies are uploads, each record on its own; an absent version stays absent."""
    big, copied = deliveries(event("s3_multipart_and_copy"))
    assert (big.key, big.version_id, big.size) == ("book/big scan.png", "null", 41943040)
    assert (copied.key, copied.version_id) == ("каша.webp", None)


@pytest.mark.parametrize("name", ["s3_nothing_to_do", "s3_test_event"])
def test_what_asks_for_nothing_is_ignored_with_a_reason(name):
    """Removals, folder markers and S3's test event are ignored, and say why."""
    records = list(records_in(event(name)))
    assert records
    assert all(isinstance(record, Ignored) and record.reason for record in records)


def test_a_retry_message_tells_what_the_event_told():
    """The message on the retry queue names the same image as the S3 event it stands for, and counts attempts."""
    batch = event("sqs_retry_message")
    assert is_queue_event(batch)
    [record] = records_in(body_of(batch["Records"][0]))
    assert [record.upload] == deliveries(event("s3_put"))
    assert record.attempt == 3


def test_a_failure_envelope_is_the_event_inside_it():
    """What Lambda's on-failure destination kept is read as the event that failed, straight or from a queue."""
    assert deliveries(event("lambda_failure_envelope")) == deliveries(event("s3_put"))
    enveloped, prose = event("sqs_failure_envelope_and_prose")["Records"]
    assert deliveries(body_of(enveloped)) == deliveries(event("s3_put"))
    assert [type(record) for record in records_in(body_of(prose))] == [Malformed]


def test_an_s3_event_is_no_queue_event():
    """Only a batch of SQS messages is answered with batchItemFailures."""
    assert not is_queue_event(event("s3_put"))
    assert not is_queue_event({"Records": []})
    assert not is_queue_event(["Records"])


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200).filter(lambda key: key[-1] != "/"))
def test_every_key_survives_s3s_encoding(key):
    """Whatever characters a key has (spaces, +, %, any script), the object that S3 means is the one that is read."""
    made = s3_event("bucket", key, at=NOON, size=1, version_id=None, etag="e")
    assert [upload.key for upload in deliveries(json.loads(json.dumps(made)))] == [key]


def garbled(path, value):
    """An S3 event with one thing in it replaced, or taken out where the value is ...."""
    made = event("s3_put")
    node = made["Records"][0]
    *above, last = path.split(".")
    for name in above:
        node = node[name]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return made


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("eventName", ...),
        ("eventName", 7),
        ("eventTime", ...),
        ("eventTime", "yesterday"),
        ("eventTime", 1795428930),
        ("eventTime", "0001-01-01T00:00:00+14:00"),
        ("s3", None),
        ("s3.bucket", ...),
        ("s3.bucket.name", ["a", "b"]),
        ("s3.bucket.name", ""),
        ("s3.object.key", ...),
        ("s3.object.key", ""),
        ("s3.object.key", 12),
        ("s3.object.key", "%FF%FE.jpg"),
        ("s3.object.key", "\ud800.jpg"),
        ("s3.object.size", "large"),
    ],
)
def test_a_garbled_record_is_malformed_and_says_what(path, value):
    """A record that lacks or garbles something is handed on as malformed, never raised, never half-read."""
    [record] = records_in(garbled(path, value))
    assert isinstance(record, Malformed)
    assert "an S3 record that lacks or garbles" in record.reason


@pytest.mark.parametrize(
    "change",
    [
        {"attempt": "many"},
        {"attempt": float("inf")},
        {"attempt": None},
        {"first_seen": "never"},
        {"answer": "all well"},
        {"usage": "much"},
        {"usage": {"input_tokens": "many"}},
        {"answer": {"product_specifications": {}}},
        {"answer": {"processing_status": "great"}},
        {"answer": {"processing_status": ["completed"]}},
        {"answer": {"processing_status": "completed", "usage": 3}},
        {"answer": {"processing_status": "completed", "findings": 3}},
        {"answer": {"processing_status": "failed", "error_message": 3}},
        {"upload": None},
        {"upload": {"bucket": "b"}},
        {"upload": {"bucket": "b", "key": "k", "requested_at": "2026-11-23T12:00:00Z", "colour": "red"}},
        {"upload": {"bucket": "b", "key": "k", "requested_at": "2026-11-23T12:00:00Z", "size": "1"}},
        {"upload": {"bucket": "b", "key": "", "requested_at": "2026-11-23T12:00:00Z"}},
        {"upload": {"bucket": "b", "key": "k" * 1025, "requested_at": "2026-11-23T12:00:00Z"}},
        {"upload": {"bucket": "b", "key": "k", "requested_at": "2026-11-23T12:00:00Z", "etag": "a\r\nb: c"}},
        {"upload": {"bucket": "b", "key": "k", "requested_at": "2026-11-23T12:00:00Z", "version_id": "\ud800"}},
        {"upload": {"bucket": "b", "key": "k", "requested_at": "2026-11-23T12:00:00Z", "run": 7}},
    ],
)
def test_a_garbled_retry_message_is_malformed(change):
    """A retry message that was tampered with is malformed, and says so."""
    message = body_of(event("sqs_retry_message")["Records"][0]) | change
    [record] = records_in(message)
    assert isinstance(record, Malformed)
    assert "retry message" in record.reason


@given(st.one_of(json_values, st.fixed_dictionaries({"Records": st.lists(json_values, max_size=3)})))
def test_no_event_at_all_breaks_the_reader(body):
    """Any JSON gives records that can be told apart; none raises, and no image is made up."""
    assert not deliveries(body)
    assert isinstance(is_queue_event(body), bool)


def test_deep_nesting_is_refused_not_suffered():
    """An envelope within an envelope a thousand times, or brackets without end, ends as malformed."""
    body = None
    for _ in range(5_000):
        body = {"requestPayload": body}
    assert [type(record) for record in records_in(body)] == [Malformed]
    assert body_of({"body": "[" * 200_000}) is None


@given(
    uploads,
    st.none() | a_time,
    st.integers(1, 1000),
    st.none() | answers,
    st.booleans(),
)
def test_a_retry_message_brings_everything_back(upload, first_seen, attempt, answer, redriven):
    """A delivery that goes through the queue comes back as it was, whatever its key, version and answer hold."""
    delivery = Delivery(upload=upload, first_seen=first_seen, attempt=attempt, answer=answer, redriven=redriven)
    delivery = replace(delivery, owner="claim-1" if answer else None)
    [back] = records_in(json.loads(json.dumps(retry_message(delivery))))
    assert back == delivery
    assert (back.upload.image_id, back.upload.event_id) == (upload.image_id, upload.event_id)


def test_another_attempt_counts_and_may_carry_the_answer():
    """The next delivery is the same image, one attempt later, with what was read."""
    [first] = records_in(event("s3_put"))
    now, later = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    again = first.again(now, answer={"processing_status": "completed"})
    assert (again.upload, again.first_seen) == (first.upload, now)
    assert (again.attempt, again.answer) == (2, {"processing_status": "completed"})
    assert again.again(later) == replace(again, attempt=3), "it goes on as it began, and keeps its answer"


def test_a_time_without_a_zone_is_utc():
    """A retry message whose times have no zone means UTC, wherever the function runs."""
    message = body_of(event("sqs_retry_message")["Records"][0])
    message["upload"]["requested_at"] = "2026-11-23T10:15:30.123"
    assert deliveries(message)[0].requested_at == datetime(2026, 11, 23, 10, 15, 30, 123000, tzinfo=UTC)


def test_an_image_id_belongs_to_the_key():
    """All versions of a key share the image_id; another key or bucket has another."""
    made = [
        ImageUpload(bucket=bucket, key=key, requested_at=NOON, version_id=version)
        for bucket, key, version in [("b", "k", "1"), ("b", "k", "2"), ("b", "l", "1"), ("c", "k", "1")]
    ]
    assert made[0].image_id == made[1].image_id == "98c77db3-3fca-51d3-a729-b9eb4232d150"
    assert len({upload.image_id for upload in made}) == 3


def version(sequencer, version_id=None):
    return ImageUpload(bucket="b", key="k", requested_at=NOON, sequencer=sequencer, version_id=version_id)


def test_sequencers_of_different_length_compare_as_numbers():
    """A shorter sequencer is the smaller one, as S3 says: padded on the left with zeros."""
    assert version("10").comes_after(version("F").event_id)
    assert not version("F").comes_after(version("10").event_id)
    assert version("0F").event_id == version("F").event_id


@given(*[st.builds(version, st.text("0123456789ABCDEF", max_size=20), st.none() | st.text("ab:.", max_size=4))] * 3)
def test_the_order_of_versions_is_an_order(one, two, three):
    """Of two versions exactly one comes later, and the order has no circles: slots can't be fought over."""
    if one.event_id != two.event_id:
        assert one.comes_after(two.event_id) != two.comes_after(one.event_id)
    if one.comes_after(two.event_id) and two.comes_after(three.event_id):
        assert one.comes_after(three.event_id)
