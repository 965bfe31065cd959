"""What the zip knows of AWS: the operations that the adapters call, each as botocore knows it, in every region."""

import json
import re
from collections.abc import Mapping
from hashlib import md5
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader
from botocore.session import Session

from tests.integration.deployment import ROOT, packaged

ADAPTERS = {
    "bedrock": "bedrock-runtime",
    "bucket": "s3",
    "coordination": "dynamodb",
    "queue": "sqs",
    "store": "dynamodb",
}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "bedrock-runtime": ("invoke_model", {"modelId": "global.anthropic.claude-sonnet-4-6", "body": b"{}"}),
    "dynamodb": (
        "update_item",
        {"TableName": "t", "Key": {"id": {"S": "1"}}, "ExpressionAttributeValues": {":v": {"L": [{"N": "1"}]}}},
    ),
    "s3": ("get_object", {"Bucket": "photos", "Key": "a b+c.jpg", "VersionId": "v1"}),
    "sqs": ("send_message", {"QueueUrl": "https://sqs.example/1/retry", "MessageBody": "{}", "DelaySeconds": 5}),
}
ANSWERS = {
    "bedrock-runtime": b"{}",
    "dynamodb": b'{"Attributes": {"found": {"M": {"a": {"N": "1.5"}}}}}',
    "s3": b"photo",
    "sqs": json.dumps({"MessageId": "1", "MD5OfMessageBody": md5(b"{}", usedforsecurity=False).hexdigest()}).encode(),
}
VARIANTS = {
    "plain": Config(),
    "FIPS": Config(use_fips_endpoint=True),
    "dual-stack": Config(use_dualstack_endpoint=True),
    "FIPS and dual-stack": Config(use_fips_endpoint=True, use_dualstack_endpoint=True),
}


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the zip holds of botocore's data."""
    folder = tmp_path_factory.mktemp("package")
    made = packaged("--stage", "dev")
    with ZipFile(made.zip) as archive:
        archive.extractall(folder, [name for name in made.names() if name.startswith("botocore/data/")])
    return folder / "botocore" / "data"


@pytest.fixture(scope="session")
def packed(data: Path) -> Loader:
    """The zip's data, in the place of botocore's own, as the package has it."""

    class Packed(Loader):
        BUILTIN_DATA_PATH = str(data)

    return Packed()


@pytest.fixture(scope="session")
def whole() -> Loader:
    """botocore's own data."""
    return Loader()


def called() -> dict[str, set[str]]:
    """The operations that the adapters call, by service."""
    calls: dict[str, set[str]] = {}
    for module, service in ADAPTERS.items():
        methods = re.findall(r"(?:_client|_connect\(\))\.(\w+)\(", (ROOT / "pipeline" / f"{module}.py").read_text())
        calls.setdefault(service, set()).update(method.title().replace("_", "") for method in methods)
    return calls


def undocumented(part: Any) -> Any:
    """A part of a service's description without its prose."""
    if isinstance(part, list):
        return [undocumented(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {k: undocumented(v) for k, v in part.items() if not (k == "documentation" and isinstance(v, str))}


def test_operations_are_those_that_the_adapters_call(data: Path, packed: Loader) -> None:
    """The zip knows of the services and operations that the adapters call, and of no others."""
    services = [path.name for path in data.iterdir() if path.is_dir()]
    known = {service: set(packed.load_service_model(service, "service-2")["operations"]) for service in services}
    assert known == called()


@pytest.mark.parametrize("service", CALLS)
def test_operations_and_shapes_are_botocores_own(service: str, packed: Loader, whole: Loader) -> None:
    """Whatever an operation refers to is there, as botocore describes it; only the prose is gone."""
    ours, theirs = (loader.load_service_model(service, "service-2") for loader in (packed, whole))
    for part in theirs:
        if part in ("operations", "shapes"):
            assert ours[part] == {name: undocumented(theirs[part][name]) for name in ours[part]}
        else:
            assert ours[part] == theirs[part]
    named = set(re.findall(r'"shape": "(\w+)"', json.dumps(ours)))
    assert named <= set(ours["shapes"])


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1", "us-new-9"])
def test_requests_and_answers_are_the_same(region: str, variant: str, packed: Loader, whole: Loader) -> None:
    """Each call goes to the same URL with the same content, and its answer is read alike, in AWS's partitions too."""
    for service in CALLS:
        ours, theirs = (exchanged(loader, service, region, VARIANTS[variant]) for loader in (packed, whole))
        assert ours == theirs
        assert variant != "plain" or "url" in ours


def exchanged(loader: Loader, service: str, region: str, config: Config) -> Mapping[str, Any]:
    """What one call sends and what comes of it, without what differs each time; nothing leaves this process."""
    sent: dict[str, Any] = {}

    def answer(request: Any, **_: Any) -> AWSResponse:
        scope = re.findall(r"Credential=[^/]+/\d+/([^,]+)", str(request.headers["Authorization"]))
        names = {name.lower() for name in request.headers}
        sent.update(method=request.method, url=request.url, body=request.body, headers=names, scope=scope)
        return AWSResponse(
            request.url, 200, {"ETag": '"e"', "Last-Modified": "Mon, 23 Nov 2026"}, Raw(ANSWERS[service])
        )

    session = Session()
    session.register_component("data_loader", loader)
    session.set_credentials("test", "test")
    method, arguments = CALLS[service]
    try:
        client = session.create_client(service, region, config=config)
        client.meta.events.register("before-send", answer)
        answered = getattr(client, method)(**arguments)
    except BotoCoreError as error:  # not every region has every variant
        return {"refused": repr(error)}
    assert sent, f"{service} sent nothing"
    return {**sent, "answer": {k: v for k, v in answered.items() if k not in ("Body", "body", "ResponseMetadata")}}


class Raw(BytesIO):
    """A body as urllib3 hands it to botocore."""

    def stream(self, **_: Any) -> Any:
        """The content, in one piece."""
        yield self.read()
