"""Claude on Amazon Bedrock: asked when admitted, with one owner of retries, and a list of models some may be gone."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from urllib3.exceptions import HTTPError

from pipeline.admission import Admissions
from pipeline.answers import parsed
from pipeline.aws import BEDROCK_READ_TIMEOUT, FAILURES, Failure, code_of, translated
from pipeline.errors import (
    ImageRefused,
    ModelTimeout,
    NoModelAnswers,
    OcrError,
    OutOfTime,
    ServiceFault,
    ServiceMisconfigured,
    Throttled,
)
from pipeline.metrics import Metrics
from pipeline.models import Usage, at_most, request_for, usage_of
from pipeline.resilience import RetryPolicy
from pipeline.services import ModelAnswer

_SKIP_SECONDS = 15 * 60
_SECONDS_TO_STORE = 45.0  # what must be left of the invocation when an answer comes at the last moment


class ModelGone(OcrError):
    """This model is at its end of life, not granted to the account, or unknown in the region."""

    code = "model_gone"


class BedrockModels:
    """InvokeModel through a boto3 bedrock-runtime client that itself retries nothing.

    `throttles_count`: whether the breaker takes a throttled call for a failed one.
    """

    def __init__(
        self,
        client: Any,
        admissions: Admissions,
        retry: RetryPolicy,
        monotonic: Callable[[], float],
        *,
        throttles_count: bool = False,
    ) -> None:
        self._client = client
        self._admissions = admissions
        self._retry = retry
        self._monotonic = monotonic
        self._throttles_count = throttles_count
        self._skipped_until: dict[str, float] = {}

    def check(self, metrics: Metrics) -> None:
        """Raise BreakerOpen or CeilingReached if a call wouldn't be made now."""
        self._admissions.check(metrics)

    def ask(
        self, request: Mapping[str, Any], models: tuple[str, ...], metrics: Metrics, remaining: Callable[[], float]
    ) -> ModelAnswer:
        """The answer of the first model of the list that is there. At most one call of it all is paid.

        Raises Throttled and ServiceFault after retries, ModelTimeout at once (it may be paid), BreakerOpen,
        CeilingReached, OutOfTime, NoModelAnswers; ImageRefused if Bedrock can't process the image;
        ServiceMisconfigured; AnswerUnusable.
        """
        reasons = []
        for model_id in models:
            if self._skipped_until.get(model_id, 0.0) > self._monotonic():
                reasons.append(f"{model_id} is skipped for now")
                continue
            try:
                return self._retry.run(
                    lambda model_id=model_id: self._invoke(model_id, request, metrics, remaining),  # type: ignore[misc]
                    (Throttled, ServiceFault),
                    remaining,
                )
            except ModelGone as error:
                self._skipped_until[model_id] = self._monotonic() + _SKIP_SECONDS
                metrics.count("ModelsSkipped")
                reasons.append(str(error))
                structlog.get_logger().warning(
                    "model.skipped", model=model_id, reason=str(error), seconds=_SKIP_SECONDS
                )
        metrics.count("NoModelAnswers")
        raise NoModelAnswers(f"No model of the list answers: {'; '.join(reasons)}")

    def _invoke(
        self, model_id: str, request: Mapping[str, Any], metrics: Metrics, remaining: Callable[[], float]
    ) -> ModelAnswer:
        if remaining() < BEDROCK_READ_TIMEOUT + _SECONDS_TO_STORE:
            raise OutOfTime(f"{remaining():.0f} s are left of this invocation, too few to ask {model_id}.")
        body = json.dumps(request_for(model_id, request))
        admission = self._admissions.admit(metrics)
        metrics.count("BedrockCalls")
        began = self._monotonic()
        try:
            response = self._client.invoke_model(
                modelId=model_id, body=body, contentType="application/json", accept="application/json"
            )
            answered = response["body"].read()
        except FAILURES as error:
            meant = _meaning(error, model_id)
            failed, throttled = isinstance(meant, (ServiceFault, ModelTimeout)), isinstance(meant, Throttled)
            if failed:
                metrics.count("BedrockFailures")
            if throttled:
                metrics.count("BedrockThrottles")
            self._admissions.record(admission, metrics, failed=failed or (throttled and self._throttles_count))
            raise meant from error
        metrics.measure("BedrockLatency", (self._monotonic() - began) * 1000)
        usage = Usage()
        try:
            message = parsed(answered)
            usage = usage_of(model_id, message)
        finally:
            self._admissions.record(admission, metrics, failed=False, usd=at_most(usage))
        return ModelAnswer(message, model_id, usage)


# Which exceptions there are: botocore's bedrock-runtime service model. A ValidationException says only in its message
# whether it means the image, the model or the request.
_THROTTLES = frozenset({"ThrottlingException", "ModelNotReadyException", "ServiceQuotaExceededException"})
_GONE = frozenset({"AccessDeniedException", "ResourceNotFoundException"})
_IMAGE_WORDS = ("could not process image", "image exceeds", "image dimensions", "image was specified using", "base64")
_MODEL_WORDS = ("model identifier", "on-demand throughput", "end of life", "end of its life", "inference profile")


def _meaning(error: Failure, model_id: str) -> OcrError:
    what = f"Asking {model_id}"
    sentence = f"{what} failed: {error}"
    if isinstance(
        error, (HTTPClientError, IncompleteReadError, HTTPError)
    ):  # after sending: read timeout, connection closed
        return ModelTimeout(f"{sentence} It may have been paid.")
    if not isinstance(error, ClientError):
        return translated(error, what)
    code, message = code_of(error), str(error).lower()
    if code in _THROTTLES:
        return Throttled(sentence)
    if code == "ModelTimeoutException":
        return ModelTimeout(sentence)
    if code == "ModelErrorException":
        return ServiceFault(sentence)
    if code in _GONE or (code == "ValidationException" and any(word in message for word in _MODEL_WORDS)):
        return ModelGone(sentence)
    if code == "ValidationException" and any(word in message for word in _IMAGE_WORDS):
        said = error.response["Error"].get("Message", code)
        return ImageRefused(
            "image_not_accepted",
            f"{model_id} can't process this image; it says: {said} If the file is cut off or damaged, upload it again; "
            "else save it anew as JPEG, and upload that.",
        )
    meant = translated(error, what)
    if isinstance(meant, ServiceMisconfigured):
        return ServiceMisconfigured(f"{sentence} The request or the permissions of this service are wrong.")
    return meant
