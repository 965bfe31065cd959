"""Reading a photo from S3: the right version, not too large; and what each of S3's errors comes to."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ProtocolError
from urllib3.exceptions import ReadTimeoutError as HttpReadTimeout

from pipeline.aws import S3
from pipeline.bucket import S3Bucket
from pipeline.errors import ImageRefused, OcrError, ServiceFault, ServiceMisconfigured, Throttled
from pipeline.uploads import ImageUpload
from tests.http import URL, Answered, response, xml_error

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = "grocery/Müller 1+1.jpg"
ONE_TRY = S3.merge(type(S3)(retries={"mode": "standard", "total_max_attempts": 1}))


class Bench:
    def __init__(self, max_bytes=1000, config=ONE_TRY):
        self.s3 = Answered("s3", config)
        self.bucket = S3Bucket(self.s3.client, "photos", max_bytes)

    def read(self, *script, bucket="photos", key=KEY, **upload):
        self.s3.script += script
        return self.bucket.read(ImageUpload(bucket=bucket, key=key, requested_at=NOON, **upload))

    def fails(self, *script, **upload):
        with pytest.raises(OcrError) as caught:
            self.read(*script, **upload)
        assert f"s3://{upload.get('bucket', 'photos')}/{KEY}" in str(caught.value)
        return caught.value


@pytest.fixture
def bench():
    return Bench()


def photo(data=b"photo", breaks=None, length=None, **headers):
    return response(200, data, breaks, content_length=str(length or len(data)), **headers)


def test_a_photo_comes_with_its_uploaders_words(bench):
    """The bytes and the metadata are given as S3 has them."""
    read = bench.read(photo(b"\xff\xd8", x_amz_meta_category="book"))
    assert (read.data, read.metadata) == (b"\xff\xd8", {"category": "book"})


def test_the_events_version_is_read(bench):
    """Where the event names a version, that one is read, whatever stands there now."""
    bench.read(photo(), version_id="v1", etag="e")
    [request] = bench.s3.requests
    assert request.url.endswith("/grocery/M%C3%BCller%201%2B1.jpg?versionId=v1")
    assert "If-Match" not in request.headers


def test_without_versions_the_events_content_is_read(bench):
    """Where it names none, the object must still have the event's ETag."""
    bench.read(photo(), etag="e")
    [request] = bench.s3.requests
    assert request.headers["If-Match"] in ("e", b"e")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (xml_error("NoSuchKey", 404), "object_deleted"),
        (xml_error("NoSuchVersion", 404), "object_deleted"),
        (xml_error("MethodNotAllowed", 405), "object_deleted"),
        (xml_error("PreconditionFailed", 412), "object_replaced"),
        (xml_error("InvalidObjectState", 403), "object_archived"),
    ],
)
def test_what_is_gone_is_refused(bench, answer, code):
    """An object deleted, replaced or archived since is refused for good, each with its own word."""
    raised = bench.fails(answer)
    assert (type(raised), raised.code) == (ImageRefused, code)


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (xml_error("SlowDown", 503), Throttled),
        (xml_error("ThrottlingException", 400), Throttled),
        (xml_error("KMS.ThrottlingException", 400), Throttled),
        (xml_error("TooManyRequests", 429), Throttled),
        (xml_error("InternalError", 500), ServiceFault),
        (xml_error("ServiceUnavailable", 503), ServiceFault),
        (xml_error("RequestTimeout", 400), ServiceFault),
        (ConnectTimeoutError(endpoint_url=URL), ServiceFault),
        (EndpointConnectionError(endpoint_url=URL), ServiceFault),
        (ReadTimeoutError(endpoint_url=URL), ServiceFault),
        (photo(breaks=ProtocolError("connection broken")), ServiceFault),
        (photo(breaks=HttpReadTimeout(HTTPConnectionPool("aws.test"), URL, "timed out")), ServiceFault),
        (photo(b"half", length=10), ServiceFault),
        (xml_error("AccessDenied", 403), ServiceMisconfigured),
        (xml_error("NoSuchBucket", 404), ServiceMisconfigured),
        (xml_error("KMS.DisabledException", 400), ServiceMisconfigured),
        (NoCredentialsError(), ServiceMisconfigured),
        (ParamValidationError(report="bad"), ServiceMisconfigured),
    ],
)
def test_what_passes_and_what_a_person_mends_are_told_apart(bench, trouble, kind):
    """Throttles, faults and broken connections are for later; permissions, keys and a missing bucket are not."""
    assert type(bench.fails(trouble)) is kind


def test_botocore_owns_the_retries():
    """S3 is tried four times by botocore, and by nobody else: one failed read of ours is one call of botocore's."""
    config = Bench(config=S3).s3.client.meta.config
    assert (config.retries["mode"], config.retries["total_max_attempts"]) == ("standard", 4)
    bench = Bench()
    bench.fails(xml_error("InternalError", 500))
    assert len(bench.s3.requests) == 1


def test_a_large_object_is_refused_before_it_is_asked_for(bench):
    """The event's size is believed first: nothing is downloaded."""
    raised = bench.fails(size=1001)
    assert (raised.code, bench.s3.requests) == ("too_large", [])
    assert "1,001 bytes, more than the 1,000 allowed" in str(raised)


def test_a_large_object_is_refused_before_it_is_downloaded(bench):
    """Where the event says nothing, S3's own length is believed before the body is read."""
    raised = bench.fails(photo(length=1001, breaks=AssertionError("the body was read")))
    assert raised.code == "too_large"


def test_an_object_of_the_largest_size_is_read(bench):
    """The limit itself is allowed."""
    assert len(bench.read(photo(b"x" * 1000), size=1000).data) == 1000


def test_another_bucket_is_not_read(bench):
    """An event of a bucket that isn't ours is refused without a call: nobody makes us read another's objects."""
    raised = bench.fails(bucket="someone-elses")
    assert (raised.code, bench.s3.requests) == ("foreign_bucket", [])
