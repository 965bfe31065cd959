"""Every request of the function on its way to AWS: how long it takes, how it fails, whether its container dies.

It sits where botocore is about to send (`before-send`), so that all of botocore is tried, its retries and its reading
of errors included. There moto would answer; here moto is asked, or a model of ours, when the request has arrived.
"""

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from pipeline.settings import Settings
from tests.soak.claude import Claude
from tests.soak.queues import Queue
from tests.soak.runs import RUN, Run
from tests.soak.tables import ConditionRefused, MotoTables, Tables
from tests.soak.truth import PaidCall
from tests.soak.weather import Fault, Weather

_READ_TIMEOUTS = {"s3": 15.0, "bedrock": 100.0}
_OTHER_READ_TIMEOUT = 3.0
_CONNECT_TIMEOUT = 2.0


class Cloud:
    """AWS, as the function's clients see it."""

    def __init__(
        self,
        settings: Settings,
        weather: Weather,
        tables: Tables | MotoTables,
        queues: Mapping[str, Queue],
        claude: Claude,
    ) -> None:
        self._settings, self._weather, self._tables = settings, weather, tables
        self._queues, self._claude = queues, claude

    def connect(self, client: Any) -> Any:
        """The same boto3 client, whose requests now come here."""
        client.meta.events.unregister("before-send", botocore_stubber)
        client.meta.events.register("before-send", self._on_request)
        return client

    def _on_request(self, event_name: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        run = RUN.get()
        service, operation = event_name.split(".")[1:]
        asked = {} if service == "s3" else json.loads(request.body)
        service = self._name(service, asked)
        what, now = f"{operation} of {service}", run.scheduler.now
        fault, kill = self._weather.fault(service, now), self._weather.kill(now)
        fault = self._always(service, request, asked, run) or fault
        half_way = self._weather.seconds(service) / 2
        if kill == "before":
            run.die(f"killed before {what}")
        run.wait(half_way)
        if fault and fault.kind in ("no connection", "refused"):
            run.note(f"{what}: {fault.code or fault.kind}")
            run.wait(_CONNECT_TIMEOUT if fault.kind == "no connection" else half_way)
            return _failure(service, request, fault)
        response, call = self._done(service, request, asked, run)
        run.note(f"{what}{_detail(asked, response, call)}{f', {fault.kind}' if fault else ''}")
        if kill == "after" or (service == "s3" and run.version.deadly):
            run.die(f"killed after {what}")
        lost = fault and fault.kind in ("answer lost", "cut off") and response.status_code == 200
        if call and lost:
            call.fate = "lost to a timeout"
        if fault and fault.kind == "answer lost":
            run.wait(_READ_TIMEOUTS.get(service, _OTHER_READ_TIMEOUT))
        else:
            run.wait(half_way + self._weather.freeze(now))
        if call and not lost:
            call.fate = "arrived"
        if fault and fault.kind == "cut off":
            return _response(request, response.status_code, response.content[:-5], {**response.headers})
        return _failure(service, request, fault) if fault else response

    def _name(self, service: str, asked: Mapping[str, Any]) -> str:
        if service == "dynamodb":
            return "coordination" if asked["TableName"] == self._settings.coordination_table else "specifications"
        return "bedrock" if service == "bedrock-runtime" else service

    def _always(self, service: str, request: AWSPreparedRequest, asked: Mapping[str, Any], run: Run) -> Fault | None:
        """What fails whatever the weather is."""
        if service != "bedrock":
            return None
        now = run.scheduler.now
        if now < self._claude.shown(asked).unavailable_until:
            return Fault("refused", "ServiceUnavailableException", 503)
        if self._settings.models[0] in _model_of(request) and self._weather.first_model_is_gone(now):
            return Fault("refused", "AccessDeniedException", 403)
        return None

    def _done(
        self, service: str, request: AWSPreparedRequest, asked: Mapping[str, Any], run: Run
    ) -> tuple[AWSResponse, PaidCall | None]:
        """The request takes effect: the response, and the paid call if it is one."""
        if service == "s3":
            answered: AWSResponse = botocore_stubber("before-send.s3", request)
            return answered, None
        if service == "bedrock":
            body, call = self._claude.answer(asked, _model_of(request), run.scheduler.now)
            run.paid.append(call)
            return _response(request, 200, body), call
        if service == "sqs":
            sent = self._queues[asked["QueueUrl"]].send(json.loads(asked["MessageBody"]), asked.get("DelaySeconds", 0))
            run.kept()
            return _response(request, 200, json.dumps({"MessageId": sent}).encode()), None
        try:
            answer = self._tables.update_item(asked)
        except ConditionRefused as refused:
            return _refusal(service, request, "ConditionalCheckFailedException", 400, refused.item), None
        if service == "specifications":
            run.kept()
        return _response(request, 200, json.dumps(answer).encode()), None


def _model_of(request: AWSPreparedRequest) -> str:
    return str(request.url).split("/model/")[1].split("/")[0].replace("%3A", ":")


def _detail(asked: Mapping[str, Any], response: AWSResponse, call: PaidCall | None) -> str:
    """What is worth telling of a request, in a story."""
    if call:
        return f": paid to {call.step}, {call.said}"
    if response.status_code != 200:
        return f": {response.status_code}"
    values = asked.get("ExpressionAttributeValues", {}).values()
    states = {"processing", "waiting", "completed", "needs_review", "failed"}
    return "".join(f", {value['S']}" for value in values if value.get("S") in states)


def _response(
    request: AWSPreparedRequest, status: int, body: bytes, headers: Mapping[str, str] | None = None
) -> AWSResponse:
    headers = headers or {"content-length": str(len(body))}
    return AWSResponse(request.url, status, headers, MockRawResponse(body))


def _failure(service: str, request: AWSPreparedRequest, fault: Fault) -> AWSResponse:
    """What botocore sees of a fault: an exception, or AWS's refusal."""
    if fault.kind == "no connection":
        raise ConnectTimeoutError(endpoint_url=request.url)
    if fault.kind == "answer lost":
        raise ReadTimeoutError(endpoint_url=request.url)
    return _refusal(service, request, fault.code, fault.status)


def _refusal(
    service: str, request: AWSPreparedRequest, code: str, status: int, item: Mapping[str, Any] | None = None
) -> AWSResponse:
    """An error in the service's own form."""
    said = f"{code}, by the soak"
    if service == "s3":
        return _response(
            request, status, f"<Error><Code>{code}</Code><Message>{escape(said)}</Message></Error>".encode()
        )
    body = json.dumps({"__type": code, "message": said, **({"Item": item} if item else {})}).encode()
    return _response(request, status, body, {"x-amzn-errortype": code, "content-length": str(len(body))})
