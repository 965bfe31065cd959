"""Photos -> bucket: in parallel, checked end to end, and only what isn't there already."""

import base64
import hashlib
import threading
import zlib
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from operate.files import Photo
from operate.retry import Backoff, passes
from pipeline.sniff import media_type_of

WORKERS = 8
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one photo's upload ended; `reason` is a sentence for a person when it failed."""

    photo: Photo
    status: Literal["uploaded", "present", "failed"]
    reason: str = ""


class _StoppedError(Exception):
    """The run was stopped, so this transfer was given up."""


def s3_client(session: boto3.Session) -> Any:
    """A client for `upload`. botocore's own retries are off: `upload` is their one owner.

    botocore gives up after 20 s waits and shares one budget of retries among all files; a run of hours has to outlast
    minutes of SlowDown, and Ctrl-C has to end a wait at once.
    """
    timeouts = {"connect_timeout": 10, "read_timeout": 60}
    return session.client(
        "s3", config=Config(retries={"total_max_attempts": 1}, max_pool_connections=WORKERS, **timeouts)
    )


def upload(
    photos: Iterable[Photo],
    s3: Any,
    bucket: str,
    *,
    category: str | None = None,
    backoff: Backoff = Backoff(),  # noqa: B008  # frozen
    sleep: Callable[[float], object] | None = None,
    part_size: int = 8 * _MIB,
) -> Generator[Outcome, None, None]:
    """Upload the photos and yield how each ended, in the order in which they end.

    A photo is skipped when its key holds an object of the same size with the same metadata: its SHA-256 (`sha256`) and
    the `category`, if one was given. S3 checks the CRC32 of the whole object, also of one sent in parts, which are
    `part_size` bytes (at least 5 MiB); it was computed in one go with the SHA-256, so that the
    metadata is true of what S3 keeps. Photos are taken from the iterable as they can be sent. Closing this generator,
    or Ctrl-C in it, gives up what is on its way; S3 keeps whole objects or none.
    `sleep` waits for some seconds before another attempt; by default a wait ends at once when the run is stopped.
    """
    stop = threading.Event()
    transfer = TransferConfig(
        multipart_threshold=2 * part_size,
        multipart_chunksize=part_size,
        use_threads=False,  # the files are the threads; parts of one file go one after another
        preferred_transfer_client="classic",
    )

    def until_sent(photo: Photo) -> Outcome:
        for failures in range(1, backoff.attempts + 1):
            try:
                return _send(photo, s3, bucket, category, transfer, stop)
            except (ClientError, BotoCoreError) as error:
                if stop.is_set() or not passes(error) or failures == backoff.attempts:
                    tried = f" (tried {failures} times)" if failures > 1 else ""
                    return Outcome(photo, "failed", f"{_sentence(error)}{tried}")
            except OSError as error:
                return Outcome(photo, "failed", f"can't be read: {error.strerror or error}")
            except _StoppedError:
                return Outcome(photo, "failed", "stopped")
            (sleep or stop.wait)(backoff.wait(failures))
        raise AssertionError("unreachable: the last attempt returns")

    return _in_threads(until_sent, photos, stop)


def _in_threads(
    work: Callable[[Photo], Outcome], photos: Iterable[Photo], stop: threading.Event
) -> Generator[Outcome, None, None]:
    waiting = iter(photos)
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="upload") as pool:
        try:
            running: set[Future[Outcome]] = {pool.submit(work, photo) for photo in islice(waiting, 2 * WORKERS)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {pool.submit(work, photo) for photo in islice(waiting, len(done))}
                for future in done:
                    yield future.result()
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def _send(
    photo: Photo, s3: Any, bucket: str, category: str | None, transfer: TransferConfig, stop: threading.Event
) -> Outcome:
    def go_on(_sent: int) -> None:
        if stop.is_set():
            raise _StoppedError

    with Path(photo.path).open("rb") as file:
        go_on(0)
        size, sha256, crc32, media_type = _digest(file)
        metadata = {"sha256": sha256, **({"category": category} if category else {})}
        if _present(s3, bucket, photo.key, size, metadata):
            return Outcome(photo, "present")
        file.seek(0)
        extra = {"Metadata": metadata, "ContentType": media_type, "ChecksumCRC32": crc32}
        s3.upload_fileobj(file, bucket, photo.key, ExtraArgs=extra, Config=transfer, Callback=go_on)
    return Outcome(photo, "uploaded")


def _digest(file: BinaryIO) -> tuple[int, str, str, str]:
    """Size in bytes, SHA-256 in hex, CRC32 as S3 wants it, and the media type by the first bytes."""
    sha256, crc32, size = hashlib.sha256(), 0, 0
    media_type: str | None = None
    while chunk := file.read(_MIB):
        media_type = media_type if size else media_type_of(chunk)
        sha256.update(chunk)
        crc32 = zlib.crc32(chunk, crc32)
        size += len(chunk)
    crc32_text = base64.b64encode(crc32.to_bytes(4, "big")).decode()
    return size, sha256.hexdigest(), crc32_text, media_type or "application/octet-stream"


def _present(s3: Any, bucket: str, key: str, size: int, metadata: dict[str, str]) -> bool:
    try:
        head = s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return bool(head["ContentLength"] == size and head["Metadata"] == metadata)


def _sentence(error: Exception) -> str:
    """What S3 said. A refused HeadObject has no body, hence no words but its status."""
    if not isinstance(error, ClientError):
        return f"S3 can't be reached: {error}"
    code, message = error.response["Error"].get("Code"), error.response["Error"].get("Message")
    if code in ("403", "AccessDenied"):
        needed = "uploading needs s3:PutObject, s3:GetObject and s3:ListBucket"
        return f"S3 refuses {error.operation_name} (access denied): {needed}"
    return f"S3 refuses {error.operation_name}: {code}: {message}"
