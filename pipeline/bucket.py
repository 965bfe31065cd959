"""The bucket of product photos: reads the version that an event names."""

from contextlib import closing
from typing import Any

from botocore.exceptions import ClientError

from pipeline.aws import FAILURES, Failure, code_of, status_of, translated
from pipeline.errors import ImageRefused
from pipeline.services import Photo
from pipeline.uploads import ImageUpload

_GONE = frozenset({"NoSuchKey", "NoSuchVersion", "MethodNotAllowed"})  # 405: that version is a delete marker


class S3Bucket:
    """The one bucket that this service reads, through a boto3 S3 client. Objects above `max_bytes` are refused."""

    def __init__(self, client: Any, bucket: str, max_bytes: int) -> None:
        self._client = client
        self._bucket = bucket
        self._max_bytes = max_bytes

    def read(self, upload: ImageUpload) -> Photo:
        """The photo. Raises ImageRefused for one too large, gone, replaced or elsewhere; else as `aws.translated`."""
        where = f"s3://{upload.bucket}/{upload.key}"
        if upload.bucket != self._bucket:
            raise ImageRefused(
                "foreign_bucket", f"{where} is not in {self._bucket}, the bucket that this service reads."
            )
        self._refuse_large(where, upload.size or 0)
        request = {"Bucket": upload.bucket, "Key": upload.key}
        if upload.version_id:
            request["VersionId"] = upload.version_id
        elif upload.etag:  # without versions, the object may have been replaced since: that one has an event of its own
            request["IfMatch"] = upload.etag
        try:
            response = self._client.get_object(**request)
            with closing(response["Body"]) as body:  # a refused photo isn't downloaded
                self._refuse_large(where, response["ContentLength"])
                return Photo(body.read(), response.get("Metadata", {}))
        except FAILURES as error:
            raise self._refused(error, where) or translated(error, f"Reading {where}") from error

    def _refuse_large(self, where: str, size: int) -> None:
        if size > self._max_bytes:
            raise ImageRefused(
                "too_large",
                f"{where} has {size:,} bytes, more than the {self._max_bytes:,} allowed. Upload it smaller.",
            )

    @staticmethod
    def _refused(error: Failure, where: str) -> ImageRefused | None:
        if not isinstance(error, ClientError):
            return None
        if code_of(error) in _GONE:
            return ImageRefused("object_deleted", f"{where} was deleted before it was read.")
        if status_of(error) == 412:
            return ImageRefused("object_replaced", f"{where} was replaced before it was read; its new photo is read.")
        if code_of(error) == "InvalidObjectState":
            return ImageRefused("object_archived", f"{where} is archived. Restore it and upload it again.")
        return None
