"""Asking Claude on Bedrock: what each of its errors comes to, how often it is asked, and when not at all.

A real boto3 client, whose HTTP is answered by the test in Bedrock's wire form (REST-JSON, `x-amzn-ErrorType`).
"""

import json
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ProtocolError
from urllib3.exceptions import ReadTimeoutError as HttpReadTimeout

from pipeline.admission import Admissions
from pipeline.answers import tool_input
from pipeline.aws import BEDROCK, BEDROCK_READ_TIMEOUT
from pipeline.bedrock import BedrockModels
from pipeline.errors import (
    AnswerUnusable,
    BreakerOpen,
    CeilingReached,
    ImageRefused,
    ModelTimeout,
    NoModelAnswers,
    OcrError,
    OutOfTime,
    ServiceFault,
    ServiceMisconfigured,
    Throttled,
    TryLater,
)
from pipeline.metrics import Metrics
from pipeline.resilience import RetryPolicy
from tests.fleet import Memory
from tests.http import Answered, response
from tests.http import json_error as error
from tests.wire import JAM, records

OLD = "global.anthropic.claude-sonnet-4-20250514-v1:0"
NEW = "global.anthropic.claude-sonnet-4-6"
REQUEST = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 10, "messages": []}
URL = "https://bedrock-runtime.test"


def answer(message=None, breaks=None):
    return response(200, json.dumps(message or records("grocery", JAM)).encode(), breaks)


class Bench:
    """A BedrockModels on a client whose HTTP the test answers, with a clock that only moves when it is told to."""

    def __init__(self, *, ceiling=None, throttles_count=False):
        self.time = 1000.0
        self.left = 300.0
        self.slept = []
        self.metrics = Metrics()
        self.bedrock = Answered("bedrock-runtime", BEDROCK)
        self.client = self.bedrock.client
        policy = RetryPolicy(self._sleep, lambda: 1.0)
        self.fleet = Memory()
        admissions = Admissions(self.fleet, lambda: datetime.fromtimestamp(self.time, UTC), ceiling)
        self.models = BedrockModels(self.client, admissions, policy, self._now, throttles_count=throttles_count)

    def ask(self, *models, script=()):
        self.bedrock.script += script
        return self.models.ask(REQUEST, models or (NEW,), self.metrics, lambda: self.left)

    def fails(self, *script, models=(NEW,)):
        with pytest.raises(OcrError) as caught:
            self.ask(*models, script=script)
        return caught.value

    @property
    def asked(self):
        """The models that were asked, in order."""
        paths = [urlsplit(unquote(request.url)).path for request in self.bedrock.requests]
        return [path.removeprefix("/model/").removesuffix("/invoke") for path in paths]

    def _now(self):
        return self.time

    def _sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds
        self.left -= seconds


@pytest.fixture
def bench():
    return Bench()


def test_an_answer_says_what_it_is_and_cost(bench):
    """A message comes back with the model that gave it, its tokens and dollars, and is asked for once."""
    given = bench.ask(script=[answer()])
    assert given.message["content"][0]["input"]["specifications"] == JAM
    assert (given.model_id, given.usage.input_tokens, given.usage.output_tokens) == (NEW, 1000, 100)
    assert given.usage.cost_usd == pytest.approx((1000 * 3 + 100 * 15) / 1e6)
    assert bench.asked == [NEW]
    assert json.loads(bench.bedrock.requests[0].body) == {**REQUEST, "temperature": 0}
    assert bench.metrics.total("BedrockCalls") == 1
    assert bench.metrics.total("BedrockFailures") == bench.metrics.total("BedrockThrottles") == 0


# botocore's bedrock-runtime service model names all of these for InvokeModel.
RETRIED = [
    ("ThrottlingException", 429, Throttled),
    ("ModelNotReadyException", 429, Throttled),
    ("ServiceQuotaExceededException", 400, Throttled),
    ("InternalServerException", 500, ServiceFault),
    ("ServiceUnavailableException", 503, ServiceFault),
    ("ModelErrorException", 424, ServiceFault),
]
AT_ONCE = [
    ("ModelTimeoutException", 408, "Read timed out", ModelTimeout),
    ("AccessDeniedException", 403, "You don't have access to the model with the specified model ID.", NoModelAnswers),
    ("AccessDeniedException", 403, "Model access is denied: MPAgreementBeingCreated", NoModelAnswers),
    ("ResourceNotFoundException", 404, "This model version has reached the end of its life.", NoModelAnswers),
    ("ResourceNotFoundException", 404, "FTUFormNotFilled", NoModelAnswers),
    ("ValidationException", 400, "The provided model identifier is invalid.", NoModelAnswers),
    (
        "ValidationException",
        400,
        "Invocation of model ID anthropic.claude-sonnet-4-6 with on-demand throughput isn’t supported. Retry your "
        "request with the ID or ARN of an inference profile that contains this model.",
        NoModelAnswers,
    ),
    (
        "ValidationException",
        400,
        "messages.0.content.0.image.source.base64: Could not process image",
        ImageRefused,
    ),
    ("ValidationException", 400, "image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes", ImageRefused),
    ("ValidationException", 400, "At least one of the image dimensions exceed max allowed size", ImageRefused),
    ("ValidationException", 400, "tools.0.custom.input_schema: JSON schema is invalid", ServiceMisconfigured),
    (
        "ValidationException",
        400,
        "Malformed input request: extraneous key [x] is not permitted",
        ServiceMisconfigured,
    ),
    ("UnrecognizedClientException", 403, "The security token included in the request is invalid", ServiceMisconfigured),
    ("ExpiredTokenException", 403, "The security token included in the request is expired", ServiceMisconfigured),
]


@pytest.mark.parametrize(("code", "status", "kind"), RETRIED)
def test_what_passes_is_asked_again_three_times_at_most(bench, code, status, kind):
    """A throttle or fault of Bedrock is asked again after growing waits; after three tries it is for later."""
    raised = bench.fails(*[error(code, status)] * 3)
    assert type(raised) is kind
    assert isinstance(raised, TryLater)
    assert code in str(raised)
    assert NEW in str(raised)
    assert (len(bench.asked), bench.slept) == (3, [1.0, 2.0])
    assert bench.metrics.total("BedrockThrottles" if kind is Throttled else "BedrockFailures") == 3


@pytest.mark.parametrize(("code", "status"), [row[:2] for row in RETRIED])
def test_what_passed_is_forgotten(bench, code, status):
    """After a fault that passed comes the answer."""
    assert bench.ask(script=[error(code, status), answer()]).model_id == NEW
    assert len(bench.asked) == 2


@pytest.mark.parametrize(("code", "status", "message", "kind"), AT_ONCE)
def test_what_does_not_pass_is_not_repeated(bench, code, status, message, kind):
    """What asking again can't mend, or may pay twice, is asked once, and keeps Bedrock's own words."""
    raised = bench.fails(error(code, status, message))
    assert type(raised) is kind
    assert message in str(raised)
    assert (len(bench.asked), bench.slept) == (1, [])


def test_every_error_of_the_service_model_is_foreseen(bench):
    """No exception that botocore knows of InvokeModel is missing from these tests."""
    shapes = bench.client.meta.service_model.operation_model("InvokeModel").error_shapes
    assert {shape.name for shape in shapes} <= {row[0] for row in [*RETRIED, *AT_ONCE]}


@pytest.mark.parametrize(
    ("trouble", "kind", "times"),
    [
        (ReadTimeoutError(endpoint_url=URL), ModelTimeout, 1),
        (ConnectionClosedError(endpoint_url=URL), ModelTimeout, 1),
        (answer(breaks=HttpReadTimeout(HTTPConnectionPool("aws.test"), URL, "timed out")), ModelTimeout, 1),
        (answer(breaks=ProtocolError("connection broken")), ModelTimeout, 1),
        (ConnectTimeoutError(endpoint_url=URL), ServiceFault, 3),
        (EndpointConnectionError(endpoint_url=URL), ServiceFault, 3),
        (SSLError(endpoint_url=URL, error="bad certificate"), ServiceFault, 3),
        (NoCredentialsError(), ServiceMisconfigured, 1),
    ],
)
def test_a_call_that_may_be_paid_is_not_repeated(bench, trouble, kind, times):
    """A connection lost after the request was sent may be paid for and isn't tried again; one that never stood is."""
    raised = bench.fails(*[trouble] * times)
    assert (type(raised), len(bench.asked)) == (kind, times)
    assert getattr(raised, "may_be_paid", False) == (kind is ModelTimeout)


def test_a_model_at_its_end_of_life_is_passed_over(bench):
    """The next model of the list answers, the row can name it, and the operator can count and read it."""
    gone = error("ResourceNotFoundException", 404, "This model version has reached the end of its life.")
    assert bench.ask(OLD, NEW, script=[gone, answer()]).model_id == NEW
    assert bench.asked == [OLD, NEW]
    assert bench.metrics.total("ModelsSkipped") == 1


def test_a_model_that_is_gone_is_asked_again_after_15_minutes(bench):
    """A skipped model isn't asked for 15 minutes, and then it is: access may have been granted since."""
    bench.ask(OLD, NEW, script=[error("AccessDeniedException", 403), answer()])
    bench.time += 14 * 60
    bench.ask(OLD, NEW, script=[answer()])
    assert bench.asked == [OLD, NEW, NEW]
    bench.time += 61
    assert bench.ask(OLD, NEW, script=[answer()]).model_id == OLD


def test_when_all_models_are_gone_it_is_said_of_each(bench):
    """With no model left the image waits, with each model's reason, and nothing more is asked."""
    raised = bench.fails(
        error("ResourceNotFoundException", 404, "end of its life"),
        error("AccessDeniedException", 403, "not granted"),
        models=(OLD, NEW),
    )
    assert isinstance(raised, NoModelAnswers)
    assert all(word in str(raised) for word in (OLD, "end of its life", NEW, "not granted"))
    assert "skipped for now" in str(bench.fails(models=(OLD, NEW)))
    assert bench.asked == [OLD, NEW]
    assert bench.metrics.total("NoModelAnswers") == 2


def test_an_open_breaker_asks_nothing(bench):
    """After ten faults Bedrock is left alone for a minute; a call in between says when to come back."""
    for _ in range(3):
        bench.fails(*[error("InternalServerException", 500)] * 3)
    assert isinstance(bench.fails(error("InternalServerException", 500)), BreakerOpen)
    raised = bench.fails()
    assert (type(raised), len(bench.asked)) == (BreakerOpen, 10)
    assert raised.retry_after == pytest.approx(58.0, abs=2)
    assert bench.metrics.total("BreakerRefusals") == 2
    with pytest.raises(BreakerOpen):
        bench.models.check(bench.metrics)
    bench.time += 61
    assert [bench.ask(script=[answer()]).model_id for _ in range(2)] == [NEW, NEW]


@pytest.mark.parametrize(
    ("code", "status", "message"),
    [
        ("ThrottlingException", 429, ""),
        ("ValidationException", 400, "could not process image"),
        ("ValidationException", 400, "input_schema is invalid"),
        ("AccessDeniedException", 403, ""),
    ],
)
def test_what_is_no_failure_of_bedrock_opens_no_breaker(bench, code, status, message):
    """Throttles, refused images and models not granted say nothing about Bedrock's health."""
    for _ in range(12):
        bench.time += 20 * 60 if code == "AccessDeniedException" else 1  # beyond any skipping
        bench.fails(*[error(code, status, message)] * (3 if code == "ThrottlingException" else 1))
    assert bench.ask("other.model", script=[answer()]).model_id == "other.model"


def test_a_probe_that_is_throttled_closes_the_breaker():
    """Bedrock that asks for patience is alive: after a throttled probe it is asked again."""
    bench = Bench()
    for _ in range(10):
        bench.fails(error("ModelTimeoutException", 408))
    bench.time += 61
    assert bench.ask(script=[error("ThrottlingException", 429), answer()]).model_id == NEW


def test_throttles_open_the_breaker_where_they_count():
    """By a parameter throttled calls count as failed ones: a fleet that only meets its quota rests, too."""
    bench = Bench(throttles_count=True)
    for _ in range(4):
        raised = bench.fails(*[error("ThrottlingException", 429)] * (3 if len(bench.asked) < 9 else 1))
    assert (type(raised), len(bench.asked)) == (BreakerOpen, 10)
    assert bench.metrics.total("BedrockFailures") == 0


def test_what_an_answer_costs_counts_towards_the_ceiling():
    """An answer's dollars are told to the fleet; one of a model without a known price counts as the dearest would."""
    bench = Bench(ceiling=0.02)
    bench.ask(script=[answer()])
    assert bench.fleet.fleet.spent == {"1970-01-01": pytest.approx(0.0045)}
    bench.ask("anthropic.claude-of-tomorrow", script=[answer()])
    assert bench.fleet.fleet.spent == {"1970-01-01": pytest.approx(0.0045 + 0.0225)}
    bench.time += 2
    assert isinstance(bench.fails(), CeilingReached)
    assert len(bench.asked) == 2


def test_an_answer_that_is_no_json_still_ends_its_call():
    """Of an answer that can't be parsed the breaker hears as of a good one: Bedrock has answered."""
    bench = Bench()
    for _ in range(12):
        assert isinstance(bench.fails(response(200, b"<html>")), AnswerUnusable)
    assert bench.fleet.fleet.state == "closed"
    assert sum(calls for calls, _ in bench.fleet.fleet.counts.values()) == 12


def test_nothing_is_asked_with_too_little_time(bench):
    """A call that the invocation couldn't wait for is not made: its answer would be paid and lost."""
    bench.left = BEDROCK_READ_TIMEOUT + 44
    assert isinstance(bench.fails(), OutOfTime)
    assert bench.asked == []
    bench.left = BEDROCK_READ_TIMEOUT + 46
    assert bench.ask(script=[answer()])


def test_a_retry_has_to_fit_into_the_time(bench):
    """When the wait would eat the time of the call, the image is for later, not for a call that can't end."""
    bench.left = BEDROCK_READ_TIMEOUT + 45.5
    raised = bench.fails(error("ThrottlingException", 429))
    assert isinstance(raised, TryLater)
    assert len(bench.asked) == 1


def test_the_worst_number_of_calls_is_three_a_model(bench):
    """However the models fail, one ask calls each of the list three times at most."""
    throttle, gone = error("ThrottlingException", 429), error("AccessDeniedException", 403)
    raised = bench.fails(throttle, throttle, gone, *[error("ThrottlingException", 429)] * 3, models=(OLD, NEW))
    assert isinstance(raised, Throttled)
    assert bench.asked == [OLD] * 3 + [NEW] * 3


def test_an_answer_with_nan_is_read(bench):
    """NaN in the body, which is no JSON, costs its field and not the answer that was paid for."""
    body = json.dumps(records("grocery", {"net_content": {"value": float("nan"), "unit": "g"}})).encode()
    message = bench.ask(script=[response(200, body)]).message
    assert b"NaN" in body
    _, given = tool_input(message, "record_grocery")
    assert given["specifications"] == {"net_content": {"value": None, "unit": "g"}}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"content": ['])
def test_a_body_that_is_no_message_is_unusable(bench, body):
    """An answer of 200 with no message in it may be paid: it isn't asked for again."""
    raised = bench.fails(response(200, body))
    assert (type(raised), raised.code, len(bench.asked)) == (AnswerUnusable, "malformed_answer", 1)


def test_botocore_retries_nothing_of_its_own(bench):
    """There is one owner of retries: botocore makes one attempt and waits as long as the service reckons with."""
    config = bench.client.meta.config
    assert config.retries["total_max_attempts"] == 1
    assert (config.read_timeout, config.connect_timeout) == (BEDROCK_READ_TIMEOUT, 5)
