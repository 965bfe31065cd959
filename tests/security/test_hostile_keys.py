"""Keys, names and metadata that want to be elsewhere: each names one object, one row and one file, and no other."""

import contextlib
import re
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote_plus, unquote

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from local.report import write_page
from local.run import run
from local.stack import BUCKET, Stack
from operate.files import Photo, find, key_for
from pipeline.bucket import S3Bucket
from pipeline.errors import ServiceMisconfigured
from pipeline.uploads import ImageUpload
from tests.fuzz.profiles import fuzzed
from tests.integration.lambda_on_loopback import Request, Response, serving
from tests.wire import JAM, a_photo, chooses, records
from tests.world import START, World

HOSTILE = {
    "up": "../../other-bucket/secret.jpg",
    "up within": "grocery/../../x.jpg",
    "absolute": "/etc/passwd",
    "encoded": "%2e%2e%2f%2e%2e%2fx.jpg",
    "encoded twice": "%252e%252e/x.jpg",
    "backslashes": "..\\..\\windows\\x.jpg",
    "drive": "C:\\x.jpg",
    "query": "grocery/x.jpg?versionId=other&uploads",
    "fragment": "grocery/x.jpg#y",
    "double slash": "grocery//x.jpg",
    "dots": "grocery/./x.jpg",
    "NUL": "grocery/\0.jpg",
    "line break": "grocery/\r\nX-Amz-Meta-Category: book\r\n.jpg",
    "url": "https://example.com/x.jpg",
    "arn": "arn:aws:s3:::other/x.jpg",
    "longest": "é" * 512,
}


@pytest.mark.parametrize("key", HOSTILE.values(), ids=HOSTILE)
def test_a_key_names_its_own_object(key: str) -> None:
    """What goes over the wire is the key itself, escaped once, in the one bucket: nothing is resolved on the way."""
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.path)
        return Response(b"photo")

    with serving(answer) as host:
        client = boto3.client(
            "s3",
            endpoint_url=f"http://{host}",
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )
        S3Bucket(client, "photos", 1000).read(ImageUpload(bucket="photos", key=key, requested_at=START))
    [path] = asked
    assert unquote(path) == f"/photos/{key}"
    assert not {"?", "#", "\r", "\n"} & set(path)


@pytest.mark.parametrize("key", HOSTILE.values(), ids=HOSTILE)
def test_a_key_has_a_row_of_its_own(world: World, key: str) -> None:
    """The row is that of the key as it was uploaded; a key that looks like another's is another image."""
    event = world.put("x.jpg") | world.put("grocery/x.jpg")
    event["Records"][0]["s3"]["object"]["key"] = quote_plus(key)
    world.models.answers(*[_reads] * 4)
    with contextlib.suppress(ServiceMisconfigured):  # the emulator's answer to a key that it can't keep
        world.handle(event)
    [row] = world.rows()
    assert row["source_key"] == key
    assert row["image_id"] == ImageUpload(bucket=BUCKET, key=key, requested_at=START).image_id
    assert row["image_id"] != ImageUpload(bucket=BUCKET, key="x.jpg", requested_at=START).image_id


def _reads(request: Any) -> Any:
    tool = request["tool_choice"]["name"]
    return chooses("general") if tool == "choose_category" else records(tool.removeprefix("record_"))


@pytest.mark.parametrize(
    "bucket", ["other-bucket", "photos/../other", f"{BUCKET}.", "arn:aws:s3:us-east-1:1:accesspoint/x"]
)
def test_no_other_bucket_is_read(world: World, bucket: str) -> None:
    """An event that names another bucket is a failed row; S3 isn't asked."""
    event = world.put("grocery/jam.jpg")
    event["Records"][0]["s3"]["bucket"]["name"] = bucket
    world.tap.calls.clear()
    world.handle(event)
    assert world.row("grocery/jam.jpg")["error_code"] == "foreign_bucket"
    assert "GetObject" not in world.tap.calls


METADATA = [
    "../../etc/passwd",
    "grocery.json",
    "GROCERY",
    " grocery",
    "grocery\\n",
    "__class__",
    "x" * 1900,
    "{}",
    "\\u0000",
]


@pytest.mark.parametrize("category", METADATA)
def test_a_category_is_one_of_the_catalog_or_a_warning(world: World, category: str) -> None:
    """Metadata names a category that there is, or is a bounded finding: it opens no file, and chooses nothing else."""
    event = world.put("grocery/jam.jpg", category=category)
    world.models.answers(records("grocery", JAM))
    world.handle(event)
    row = world.row("grocery/jam.jpg")
    assert (row["category"], row["processing_status"]) == ("grocery", "completed")
    [finding] = row["findings"]
    assert (finding["path"], finding["severity"]) == ("category", "warning")
    assert len(finding["message"]) <= 300


NAMES = [
    "x..\\..\\x.jpg",
    "%2e%2e%2fx.jpg",
    "a\nb.jpg",
    "\x1b[2J.jpg",
    '"><svg onload=alert(1)>.jpg',
    "C:x.jpg",
    "x...jpg",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of photos with such names; beside it a file, and within it a link to all that is around it."""
    (tmp_path / "outside.jpg").write_bytes(a_photo())
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_bytes(a_photo())
    (folder / "around").symlink_to(tmp_path, target_is_directory=True)
    return folder


def test_an_upload_stays_in_its_folder(folder: Path) -> None:
    """Of a folder just its own files are uploaded, each under one key below the prefix, whatever they are called."""
    found = [item for item in find([folder], "prefix") if isinstance(item, Photo)]
    assert sorted(item.path.name for item in found) == sorted(NAMES)
    for photo in found:
        prefix, spread, *name = photo.key.split("/", 2)
        assert (prefix, len(spread), name) == ("prefix", 2, [photo.path.name])


@fuzzed(100)
@given(names=st.lists(st.text(min_size=1, max_size=20).filter(lambda name: "/" not in name), min_size=1, max_size=4))
def test_no_two_names_get_one_key(names: list[str]) -> None:
    """A key has its folders in front and its name behind them, whole; a different path is a different key."""
    with contextlib.suppress(ValueError):  # what is no UTF-8
        key = key_for(PurePosixPath(*names))
        assert len(key.encode()) <= 1024
        assert key != key_for(PurePosixPath("other", *names))


def test_a_report_is_written_into_its_folder_alone(folder: Path, stack: Stack, tmp_path: Path) -> None:
    """Whatever photos are called, a local run writes pictures under names of its own, into its folder."""
    out = tmp_path / "out"
    out.mkdir()
    before = set(tmp_path.rglob("*"))
    photos = [item for item in find([folder]) if isinstance(item, Photo)]
    nothing = {
        "progress": lambda _ended, _waiting: None,
        "stopping": lambda: None,
        "start": lambda: lambda _event, _context: None,
    }
    result = run(photos, stack, folder, out, **nothing)
    write_page(out / "report.html", result.entries, {}, reader="nobody", summary="none")
    made = [path.relative_to(out) for path in set(tmp_path.rglob("*")) - before]
    pictures = [str(path) for path in made if path.parent.name == "thumbnails"]
    assert len(pictures) == len(NAMES)
    assert all(re.fullmatch(r"thumbnails/[0-9a-f]{16}\.jpg", picture) for picture in pictures)
    assert len(made) == len(pictures) + 2
