"""What comes over the wire: whatever AWS answers, an adapter raises an error of the tree, or gives what it has to."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError, SSLError

from pipeline.admission import Admissions
from pipeline.bedrock import BedrockModels
from pipeline.bucket import S3Bucket
from pipeline.deliveries import Delivery
from pipeline.errors import AnswerUnusable, OcrError
from pipeline.metrics import Metrics
from pipeline.queue import SqsRetryQueue
from pipeline.resilience import RetryPolicy
from pipeline.store import DynamoStore
from pipeline.uploads import ImageUpload
from tests.fleet import Memory
from tests.fuzz.profiles import fuzzed
from tests.fuzz.strategies import TEXT, almost
from tests.http import URL, Answered, json_error, response, xml_error
from tests.wire import JAM, records
from tests.world import MODEL

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
UPLOAD = ImageUpload(bucket="photos", key="grocery/jam.jpg", requested_at=NOON, version_id="v1", etag="e", size=5)
ONE_TRY = Config(retries={"mode": "standard", "total_max_attempts": 1})


@cache
def _service(name: str) -> Answered:
    return Answered(name, ONE_TRY)


def _answering(name: str, answer: AWSResponse) -> Any:
    """The client of a service that answers so, also when it's asked where the bucket has gone."""
    service = _service(name)
    service.script[:] = [answer] * 5
    return service.client


def read(answer: AWSResponse) -> object:
    """The photo, as S3 answers."""
    return S3Bucket(_answering("s3", answer), "photos", 1000).read(UPLOAD)


def claim(answer: AWSResponse) -> object:
    """The claim, as DynamoDB answers."""
    client = _answering("dynamodb", answer)
    return DynamoStore(client, "table", 3, lambda: NOON).claim(Delivery(upload=UPLOAD), "owner", 1_800_000_000)


def send(answer: AWSResponse) -> object:
    """Nothing, as SQS answers."""
    client = _answering("sqs", answer)
    return SqsRetryQueue(lambda: client, f"{URL}/1/retry", f"{URL}/1/dead").put_back(Delivery(upload=UPLOAD), 5)


def ask(answer: AWSResponse) -> object:
    """The model's answer, as Bedrock gives it."""
    admissions = Admissions(Memory(), lambda: NOON, 50.0)
    retry = RetryPolicy(lambda _seconds: None, lambda: 1.0)
    models = BedrockModels(_answering("bedrock-runtime", answer), admissions, retry, lambda: 0.0)
    return models.ask({"messages": []}, (MODEL,), Metrics(), lambda: 300.0)


ADAPTERS = {
    "S3": (read, xml_error),
    "DynamoDB": (claim, json_error),
    "SQS": (send, json_error),
    "Bedrock": (ask, json_error),
}
# Without those redirects that botocore follows by itself: only S3's own say where to.
STATUSES = st.integers(300, 599).filter(lambda status: status not in (301, 302, 307))
# What XML and headers can carry; the code stands in both.
CODES = st.text("ABCDEFGHIJklmnopqrstuvwxyz.-_0189 ", max_size=40)
WORDS = TEXT.map(lambda text: text.encode("utf-8", "replace").decode().translate(dict.fromkeys(map(ord, "<&"))))


@pytest.mark.parametrize(("adapter", "form"), ADAPTERS.values(), ids=ADAPTERS)
@fuzzed(100)
@given(status=STATUSES, code=CODES, words=WORDS)
def test_any_error(
    adapter: Callable[[Any], object], form: Callable[..., AWSResponse], status: int, code: str, words: str
) -> None:
    """Any status, code and words: an error of the tree, with a sentence."""
    with pytest.raises(OcrError, match=r"\w"):
        adapter(form(code, status, words))


@pytest.mark.parametrize(("adapter", "_form"), ADAPTERS.values(), ids=ADAPTERS)
@pytest.mark.parametrize("body", [b"", b"<html>Bad gateway</html>", b"upstream connect error", b"<Error>"])
@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 502, 503, 599])
def test_an_error_of_what_stands_between(
    adapter: Callable[[Any], object], _form: object, status: int, body: bytes
) -> None:
    """An error that a proxy or a balancer writes, in no form of AWS's, is one of the tree."""
    with pytest.raises(OcrError):
        adapter(response(status, body))


@pytest.mark.parametrize("adapter", [read, ask])
@pytest.mark.parametrize(
    "trouble",
    [ProtocolError("reset"), ReadTimeoutError(HTTPConnectionPool("s3.test"), "/", "late"), SSLError("bad record")],
    ids=lambda trouble: type(trouble).__name__,
)
def test_a_body_that_breaks_off(adapter: Callable[[Any], object], trouble: Exception) -> None:
    """A connection that breaks while a photo or an answer is read is an error of the tree, whatever broke it."""
    with pytest.raises(OcrError):
        adapter(response(200, b"", trouble, content_length="5"))


@fuzzed(100)
@given(body=st.binary(max_size=50) | almost(records("grocery", JAM)).map(json.dumps).map(str.encode))
def test_any_answer_of_bedrock(body: bytes) -> None:
    """Whatever Bedrock answers a call with, it is a message, with what it cost, or one that can't be used."""
    unusable = None
    try:
        answered: Any = ask(response(200, body))
    except AnswerUnusable as error:
        unusable = error
    assert unusable or (isinstance(answered.message, dict) and answered.usage.input_tokens >= 0)


@fuzzed(60)
@given(metadata=st.dictionaries(st.sampled_from(["category", "sha256"]), TEXT))
def test_any_metadata(metadata: Mapping[str, str]) -> None:
    """Whatever stands in the metadata's headers, the photo is read with it."""
    headers = {f"x_amz_meta_{name}": value for name, value in metadata.items()}
    photo: Any = read(response(200, b"photo", content_length="5", **headers))
    assert photo.metadata == metadata
