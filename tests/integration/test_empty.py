"""The command `empty`: what it deletes, what it asks, and what it refuses."""

import argparse
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from rich.console import Console

from local.stack import BUCKET, Stack
from operate import empty
from tests.deployed import DeployedSession


@pytest.fixture(autouse=True)
def _emptied(stack: Stack) -> Iterator[None]:
    """Nothing is in the bucket before a test, and after it."""
    clear(stack)
    yield
    clear(stack)


def clear(stack: Stack) -> None:
    """Delete what is in the bucket, in another way than the command."""
    for version in versions(stack):
        stack.s3.delete_object(Bucket=BUCKET, **version)


def versions(stack: Stack) -> list[dict[str, str]]:
    """All versions and delete markers in the bucket."""
    found = stack.s3.list_object_versions(Bucket=BUCKET)
    listed = [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
    return [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in listed]


def put(stack: Stack, *keys: str) -> None:
    """Put objects into the bucket."""
    for key in keys:
        stack.s3.put_object(Bucket=BUCKET, Key=key, Body=b"a photo")


def run(
    typed: str = BUCKET, stage: str = "dev", hear: Callable[[Any], AWSResponse | None] | None = None
) -> tuple[int, str, list[str]]:
    """The exit code, what stands on the screen, and what was asked; `hear` sees each request for S3."""
    shown, asked = io.StringIO(), []
    session = DeployedSession({f"product-ocr-{stage}": {"PhotoBucketName": BUCKET}})
    if hear:
        session.events.register("before-send.s3", lambda request, **_: hear(request))

    def ask(question: str) -> str:
        asked.append(question)
        return typed

    options = argparse.Namespace(stage=stage, again=f"npm run operate -- empty --stage {stage}")
    code = empty.run(options, Console(file=shown, width=200), session, ask)
    return code, shown.getvalue(), asked


def test_every_version_and_delete_marker_goes(stack: Stack) -> None:
    """Photos, their older versions and the marks of deleted ones are gone, however the keys are spelled."""
    put(stack, "a.jpg", "a.jpg", "b c+é&<.jpg", "gone.jpg")
    stack.s3.delete_object(Bucket=BUCKET, Key="gone.jpg")
    code, shown, asked = run()
    assert code == 0
    assert versions(stack) == []
    assert f"5 versions deleted from {BUCKET}." in shown
    assert "npx sls remove --stage dev" in shown
    assert asked == ["To go on, type the bucket's name: "]


@pytest.mark.parametrize("typed", ["", "y", "yes", "dev", f"{BUCKET}x"])
def test_nothing_is_deleted_without_the_buckets_name(stack: Stack, typed: str) -> None:
    """Anything but the bucket's name, typed, deletes nothing."""
    put(stack, "a.jpg")
    code, shown, _ = run(typed)
    assert code == 1
    assert "Nothing was deleted." in shown
    assert len(versions(stack)) == 1


def test_prod_is_refused(stack: Stack) -> None:
    """The photos of prod are not deleted, and it isn't even asked."""
    put(stack, "a.jpg")
    code, shown, asked = run(stage="prod")
    assert (code, asked) == (2, [])
    assert "prod is not emptied by a command" in shown
    assert len(versions(stack)) == 1


def test_empty_bucket_is_said() -> None:
    """Of an empty bucket it's said that it is empty, and nothing asked."""
    assert run() == (0, f"{BUCKET} is empty already.\n", [])


def test_pages_of_a_thousand(stack: Stack) -> None:
    """More than a thousand versions are deleted in as many calls as they need, not one by one."""
    put(stack, *[f"{number}.jpg" for number in range(1001)])
    deleting = []

    def hear(request: Any) -> None:
        if request.method == "POST":
            deleting.append(request.body.count(b"<Object>"))

    code, shown, _ = run(hear=hear)
    assert code == 0
    assert deleting == [1000, 1]
    assert versions(stack) == []
    assert "1001 versions deleted" in shown


def test_what_s3_keeps_is_named(stack: Stack) -> None:
    """A version that S3 refuses to delete is named, with why and how to go on; the exit code says so."""
    put(stack, *[f"{number}.jpg" for number in range(7)])

    class Raw(io.BytesIO):
        def stream(self, **_: Any) -> Iterator[bytes]:
            yield self.read()

    def hear(request: Any) -> AWSResponse | None:
        """What S3 answers for a key that may be deleted by nobody: all but 6.jpg are such."""
        if request.method != "POST":
            return None
        keys = re.findall("<Key>(.+?)</Key>", request.body.decode())
        if "6.jpg" in keys:
            stack.s3.delete_object(Bucket=BUCKET, **next(each for each in versions(stack) if each["Key"] == "6.jpg"))
            keys.remove("6.jpg")
        why = "<Code>AccessDenied</Code><Message>Access Denied</Message>"
        refused = "".join(f"<Error><Key>{key}</Key>{why}</Error>" for key in keys)
        return AWSResponse(request.url, 200, {}, Raw(f"<DeleteResult>{refused}</DeleteResult>".encode()))

    code, shown, _ = run(hear=hear)
    assert code == 1
    assert f"1 version deleted from {BUCKET}." in shown
    assert "Not deleted: 0.jpg (AccessDenied: Access Denied)" in shown
    assert "... and 1 more." in shown
    assert "To go on: npm run operate -- empty --stage dev" in shown
