"""The uploader: photos reach the bucket whole, once, under the right keys; what fails is said."""

import base64
import hashlib
import io
import os
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from rich.console import Console

from operate.__main__ import main
from operate.files import Photo, Skipped, find, key_for
from operate.retry import Backoff
from operate.stage import StageUnknownError, output
from operate.upload import Outcome, s3_client, upload
from tests.deployed import DeployedSession

BUCKET = "photos"
JPEG = b"\xff\xd8\xff\xe0" + b"a photo" * 100
MIB = 1024 * 1024


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an emulated, versioned bucket."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = s3_client(boto3.Session())
        client.create_bucket(Bucket=BUCKET)
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture
def photo(tmp_path: Path) -> Photo:
    path = tmp_path / "milk.jpg"
    path.write_bytes(JPEG)
    return Photo(path, "3f/milk.jpg")


def send(s3: Any, photos: list[Photo], **options: Any) -> dict[str, Outcome]:
    """Upload without waiting; the outcomes by key."""
    options.setdefault("sleep", lambda _seconds: None)
    return {outcome.photo.key: outcome for outcome in upload(photos, s3, BUCKET, **options)}


def refuse(
    s3: Any, operation: str, times: float, status: int = 503, code: str = "SlowDown", key: str = ""
) -> list[str]:
    """Have S3 refuse the operation for the first so many times; the list that is returned notes each refusal."""
    refused: list[str] = []

    def before_call(params: dict[str, Any], **_: Any) -> tuple[SimpleNamespace, dict[str, Any]] | None:
        if len(refused) >= times or key not in params["url_path"]:
            return None
        refused.append(params["url_path"])
        said = {"Error": {"Code": code, "Message": "Not now."}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return SimpleNamespace(status_code=status), said

    s3.meta.events.register(f"before-call.s3.{operation}", before_call)
    return refused


def test_an_object_says_what_it_is(s3: Any, photo: Photo) -> None:
    """The object has the file's bytes, the type that its bytes show, its SHA-256 and the category."""
    photo = Photo(photo.path.rename(photo.path.with_name("really a jpeg.png")), "a/b.png")
    assert send(s3, [photo], category="grocery")["a/b.png"].status == "uploaded"
    found = s3.get_object(Bucket=BUCKET, Key="a/b.png")
    assert found["Body"].read() == JPEG
    assert found["ContentType"] == "image/jpeg"
    assert found["Metadata"] == {"sha256": hashlib.sha256(JPEG).hexdigest(), "category": "grocery"}


def checksum(data: bytes) -> str:
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


def test_whole_object_checksum_is_sent(s3: Any, photo: Photo) -> None:
    """S3 is told the CRC32 of the whole file, for it to refuse anything else, in one part or several."""
    told: list[tuple[str, str, str | None]] = []
    for operation in ("PutObject", "CompleteMultipartUpload"):
        s3.meta.events.register(
            f"before-parameter-build.s3.{operation}",
            lambda params, model, **_: told.append((model.name, params["ChecksumCRC32"], params.get("ChecksumType"))),
        )
    big = Photo(photo.path.with_name("big.jpg"), "big.jpg")
    big.path.write_bytes(JPEG + bytes(11 * MIB))
    outcomes = send(s3, [photo, big], part_size=5 * MIB)
    assert {outcome.status for outcome in outcomes.values()} == {"uploaded"}
    assert sorted(told) == [
        ("CompleteMultipartUpload", checksum(big.path.read_bytes()), "FULL_OBJECT"),
        ("PutObject", checksum(JPEG), None),
    ]


def test_big_file_goes_in_parts(s3: Any, tmp_path: Path) -> None:
    """A file above the threshold is a multipart upload, and arrives whole."""
    data = os.urandom(11 * MIB)
    (tmp_path / "big.jpg").write_bytes(data)
    send(s3, [Photo(tmp_path / "big.jpg", "big.jpg")], part_size=5 * MIB)
    found = s3.get_object(Bucket=BUCKET, Key="big.jpg")
    assert found["ETag"].endswith('-3"')
    assert found["Body"].read() == data


def test_second_run_skips_what_is_there(s3: Any, photo: Photo) -> None:
    """The same content under the same key is not sent again; another content, or another category, is."""
    assert send(s3, [photo])[photo.key].status == "uploaded"
    assert send(s3, [photo])[photo.key].status == "present"
    assert send(s3, [photo], category="book")[photo.key].status == "uploaded"
    photo.path.write_bytes(JPEG.replace(b"photo", b"PHOTO"))
    assert send(s3, [photo], category="book")[photo.key].status == "uploaded"
    versions = s3.list_object_versions(Bucket=BUCKET)["Versions"]
    assert len(versions) == 3


@pytest.mark.parametrize("operation", ["HeadObject", "PutObject"])
def test_throttled_twice_then_fine(s3: Any, photo: Photo, operation: str) -> None:
    """A photo that S3 asks to send later is sent later, after waits that grow."""
    refused = refuse(s3, operation, times=2)
    waits: list[float] = []
    outcomes = send(s3, [photo], sleep=waits.append, backoff=Backoff(random=lambda: 1.0))
    assert outcomes[photo.key].status == "uploaded"
    assert len(refused) == 2
    assert waits == [1, 2]


def test_one_bad_photo_does_not_stop_the_others(s3: Any, photo: Photo) -> None:
    """What fails for good is tried as often as allowed and then said; its neighbours are uploaded."""
    other = Photo(photo.path, "other.jpg")
    refused = refuse(s3, "PutObject", times=99, key="milk")
    outcomes = send(s3, [photo, other], backoff=Backoff(attempts=3))
    assert outcomes["other.jpg"].status == "uploaded"
    assert outcomes[photo.key] == Outcome(photo, "failed", "S3 refuses PutObject: SlowDown: Not now. (tried 3 times)")
    assert len(refused) == 3


def test_refusal_is_not_repeated(s3: Any, photo: Photo) -> None:
    """What won't pass isn't tried again, and says what it wants."""
    refused = refuse(s3, "PutObject", times=99, status=403, code="AccessDenied")
    outcome = send(s3, [photo])[photo.key]
    assert outcome.status == "failed"
    assert "s3:PutObject" in outcome.reason
    assert len(refused) == 1


def test_damaged_on_its_way(s3: Any, photo: Photo) -> None:
    """Bytes that don't fit their checksum are sent again."""
    refuse(s3, "PutObject", times=1, status=400, code="BadDigest")
    assert send(s3, [photo])[photo.key].status == "uploaded"


def test_file_that_vanished(s3: Any, photo: Photo) -> None:
    """A file that can't be opened any more fails by itself, with the system's reason."""
    photo.path.unlink()
    assert send(s3, [photo])[photo.key].reason == "can't be read: No such file or directory"


def test_closing_ends_waits_and_uploads(s3: Any, photo: Photo) -> None:
    """When a run is stopped, nobody goes on waiting for another attempt and nothing more is started."""
    photos = [photo] + [Photo(photo.path, f"{number}.jpg") for number in range(100)]
    refuse(s3, "PutObject", times=999, key="milk")
    run = upload(photos, s3, BUCKET, backoff=Backoff(first=600, longest=600, random=lambda: 1.0))
    next(run)
    started = time.monotonic()
    run.close()
    assert time.monotonic() - started < 30
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] < 100
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("upload")]


def test_backoff_has_full_jitter() -> None:
    """A wait lies anywhere between nothing and a ceiling that doubles up to the longest."""
    highest, lowest = Backoff(random=lambda: 1.0), Backoff(random=lambda: 0.0)
    assert [highest.wait(failures) for failures in (1, 2, 3, 7, 8)] == [1, 2, 4, 60, 60]
    assert lowest.wait(8) == 0


def test_folder_is_walked(tmp_path: Path) -> None:
    """Photos are found at any depth, whatever the case of their suffix; everything else is left out and said."""
    for name in ("a.JPG", "b/c.webp", "b/d/e.jpeg", "notes.txt", ".hidden.jpg", "raw.HEIC", ".trash/old.jpg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(JPEG)
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere")
    found = list(find([tmp_path]))
    assert [item.path.name for item in found if isinstance(item, Photo)] == ["a.JPG", "raw.HEIC", "c.webp", "e.jpeg"]
    assert {item.path.name: item.expected for item in found if isinstance(item, Skipped)} == {
        "notes.txt": True,
        ".hidden.jpg": True,
        "gone.jpg": False,
    }


def test_named_file_is_taken(tmp_path: Path) -> None:
    """A file that is named itself is uploaded whatever its suffix."""
    (tmp_path / "photo").write_bytes(JPEG)
    [item] = find([tmp_path / "photo"])
    assert isinstance(item, Photo)


def test_keys_keep_folders_and_spread_names() -> None:
    """A key is the prefix, the folders, a hash folder and the name; many names meet many hash folders."""
    assert key_for(PurePosixPath("grocery/milk 1+.jpg"), "/spring/") == "spring/grocery/42/milk 1+.jpg"
    assert key_for(PurePosixPath("Müsli.jpg")) == key_for(PurePosixPath("Müsli.jpg"))
    folders = {key_for(PurePosixPath(f"{number}.jpg")).split("/")[0] for number in range(2000)}
    assert len(folders) == 256


@pytest.mark.parametrize(
    ("name", "why"), [("x" * 1030 + ".jpg", "1024 bytes"), (os.fsdecode(b"caf\xe9.jpg"), "not valid UTF-8")]
)
def test_name_that_cannot_be_a_key(name: str, why: str) -> None:
    """A name that S3 doesn't take is refused with a sentence."""
    with pytest.raises(ValueError, match=why):
        key_for(PurePosixPath(name))


def test_two_files_of_one_key(tmp_path: Path) -> None:
    """A second file that would replace the first under its key is left out; the same file twice is one."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.jpg").write_bytes(JPEG)
    first, second = find([tmp_path / "one", tmp_path / "two", tmp_path / "one"])
    assert isinstance(first, Photo)
    assert isinstance(second, Skipped)
    assert "--prefix" in second.reason


def run_command(*arguments: str, session: boto3.Session | None = None) -> tuple[int, str]:
    """The command line's exit code and what it shows; no stage is deployed unless the session has one."""
    shown = io.StringIO()
    code = main(["upload", *arguments], Console(file=shown, width=200), session or DeployedSession({}))
    return code, shown.getvalue()


def test_command_says_how_to_go_on(s3: Any, photo: Photo, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command tells what failed and why, and the same command, quoted, that goes on; it exits with 1."""
    s3.put_object(Bucket=BUCKET, Key="x", Body=b"")
    folder = photo.path.parent / "spring sale"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(JPEG)
    (folder / "gone.jpg").symlink_to(folder / "nowhere")

    def unreadable(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("operate.upload._digest", unreadable)
    code, shown = run_command(str(folder), "--bucket", BUCKET)
    assert code == 1
    assert "0 uploaded, 0 there already, 1 failed" in shown
    assert "Permission denied" in shown
    assert "gone.jpg" in shown
    assert f"npm run upload -- '{folder}' --bucket photos" in shown


def test_command_stopped_by_ctrl_c(s3: Any, photo: Photo) -> None:
    """On Ctrl-C the command says how far it came and how to go on, and exits with 130."""

    class Interrupted(DeployedSession):
        def client(self, service_name: str, *arguments: Any, **options: Any) -> Any:
            client = super().client(service_name, *arguments, **options)
            client.meta.events.register("provide-client-params.s3.HeadObject", interrupt)
            return client

    def interrupt(**_: Any) -> None:
        raise KeyboardInterrupt

    code, shown = run_command(str(photo.path), "--bucket", BUCKET, session=Interrupted({}))
    assert code == 130
    assert "0 uploaded, 0 there already, 0 failed, 1 not tried" in shown
    assert f"npm run upload -- {photo.path} --bucket photos" in shown
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)


def test_command_uploads(s3: Any, photo: Photo) -> None:
    """The command uploads a folder and exits with 0."""
    code, shown = run_command(str(photo.path.parent), "--bucket", BUCKET, "--category", "grocery", "--prefix", "p")
    assert code == 0
    assert "1 uploaded" in shown
    [found] = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert found["Key"] == key_for(PurePosixPath("milk.jpg"), "p")


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--bucket", BUCKET], "There is no nowhere"),
        (["README.md", "--bucket", BUCKET, "--category", "cars"], "There is no category 'cars'"),
        (["README.md", "--bucket", "another-bucket"], "There is no bucket another-bucket"),
        (["empty", "--bucket", BUCKET], "There are no photos in empty"),
        (["README.md", "--stage", "dev"], "There is no stack product-ocr-dev"),
    ],
)
def test_command_that_cannot_run(
    tmp_path: Path, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path, category, bucket or stage that isn't there is one sentence and exit code 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("not a photo")
    (tmp_path / "empty").mkdir()
    code, shown = run_command(*arguments)
    assert code == 2
    assert said in shown


@pytest.mark.usefixtures("s3")
def test_stage_names_its_bucket(photo: Photo) -> None:
    """--stage takes the bucket from the stack's outputs."""
    session = DeployedSession({"product-ocr-dev": {"PhotoBucketName": BUCKET}})
    code, shown = run_command(str(photo.path), "--stage", "dev", session=session)
    assert code == 0
    assert f"s3://{BUCKET}" in shown


def test_stage_without_the_output() -> None:
    """A stack that lacks the output is older than this command: the message says to deploy it again."""
    with pytest.raises(StageUnknownError, match="Deploy it again"):
        output(DeployedSession({"product-ocr-dev": {}}).client("cloudformation"), "dev", "PhotoBucketName")
