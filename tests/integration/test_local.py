"""The embedded stack: photos of a folder go through the uploader, the trigger and the real handler."""

import io
import json
import os
import re
import shutil
import urllib.parse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local.command import SAMPLES, main
from local.emulator import BedrockEmulator
from local.report import PAGE, ROWS
from local.stack import BUCKET, StackRefusedError, embedded_stack
from tests.pictures import corners, encoded

Answer = Callable[[dict[str, Any]], Mapping[str, Any]]


def answer(request: dict[str, Any]) -> Mapping[str, Any]:
    """What a reader might say: a grocery, with a name that is hostile and an amount."""
    tool = request["tools"][0]["name"]
    read: dict[str, Any] = {
        "product_name": "<b>Apfelmark</b>",
        "brand": "Obsthof",
        "specifications": {"net_content": {"value": 360, "unit": "g"}},
    }
    said = {"category": "grocery"} if tool == "choose_category" else read
    return {"content": [{"type": "tool_use", "name": tool, "input": said}]}


def npm_start(*arguments: object, answer: Answer = answer) -> tuple[int, str]:
    """The exit code and the screen of `npm start -- ARGUMENTS` with this answerer."""
    shown = io.StringIO()
    console = Console(file=shown, width=160)
    return main([str(argument) for argument in arguments], console, lambda: BedrockEmulator(answer)), shown.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photos, one of them with a difficult name, a file that is none, and one that only its name calls a photo."""
    folder = tmp_path / "in"
    (folder / "book & more").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(encoded(corners(), "JPEG"))
    (folder / "book & more" / "Überraschung 1+1 #2.JPG").write_bytes(encoded(corners(), "JPEG"))
    (folder / "notes.txt").write_text("buy milk")
    (folder / "broken.png").write_text("not a photo at all")
    return folder


def test_folder_in_rows_and_report_out(folder: Path, tmp_path: Path) -> None:
    """Every photo of a folder ends with a row: on the screen, in specifications.jsonl and in the report."""
    out = tmp_path / "out"
    code, shown = npm_start(folder, "--out", out)
    assert code == 0
    assert "3 photos in" in shown
    assert "2 completed, 1 failed" in shown
    assert "Failed: broken.png: " in shown
    assert "offline reader (on-device OCR), not by Claude" in shown
    rows = [json.loads(line) for line in (out / ROWS).read_text(encoding="utf-8").splitlines()]
    assert sorted(row["processing_status"] for row in rows) == ["completed", "completed", "failed"]
    read = next(row for row in rows if "Überraschung" in row["source_key"])
    assert read["model_id"] == "offline-reader"
    assert read["product_specifications"]["specifications"] == {"net_content": {"value": 360, "unit": "g"}}
    page = (out / PAGE).read_text(encoding="utf-8")
    assert "&lt;b&gt;Apfelmark&lt;/b&gt;" in page
    assert "not by Claude" in page
    assert len(list((out / "thumbnails").iterdir())) == 2
    log = (out / "function.log").read_text(encoding="utf-8")
    assert log.count('"image.finished"') == 3
    assert "image.finished" not in shown


def test_paths_are_said_as_they_were_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was left out stands beneath the table, by the path below the folder that the person named."""
    (folder / "a\x1b[2J.png").symlink_to("nowhere")
    monkeypatch.chdir(folder.parent)
    code, shown = npm_start("in", "--out", "out")
    assert code == 0
    table, _, beneath = shown.partition("Failed: broken.png")
    assert "Left out" not in table
    assert r"Left out: in/a\x1b[2J.png: not a file that can be read" in beneath
    assert "Report: out/report.html" in beneath
    assert "\x1b" not in shown


def test_photos_link_to_the_originals(folder: Path, tmp_path: Path) -> None:
    """The report leads from each picture to the photo as it was taken, whatever its name or its folder's."""
    odd = os.fsdecode(b"100% l\xe4den?")  # a folder's name needn't be UTF-8, where the system takes it
    try:
        folder = folder.rename(folder.with_name(odd))
    except OSError:
        folder = folder.rename(folder.with_name("100% läden?"))
    out = tmp_path / "out"
    assert npm_start(folder, "--out", out)[0] == 0
    addresses = re.findall(r'<a href="(.*?)"', (out / PAGE).read_text(encoding="utf-8"))
    assert len(addresses) == 2  # the third can't be shown
    for address in addresses:
        assert re.fullmatch(r"[\w./%~-]+", address, re.ASCII)
        assert (out / os.fsdecode(urllib.parse.unquote_to_bytes(address))).resolve().is_relative_to(folder)
        assert (out / os.fsdecode(urllib.parse.unquote_to_bytes(address))).is_file()


def test_one_photo(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A single photo may be named as well as a folder, and the help says so."""
    photo, out = folder / "book & more" / "Überraschung 1+1 #2.JPG", tmp_path / "out"
    code, shown = npm_start(photo, "--out", out)
    assert code == 0
    assert "1 photo in" in shown
    assert 'href="../in/book%20%26%20more/%C3%9Cberraschung%201%2B1%20%232.JPG"' in (out / PAGE).read_text("utf-8")
    with pytest.raises(SystemExit):
        npm_start("-h")
    assert "single photo" in capsys.readouterr().out


def test_second_run_leaves_its_own_pictures_out(folder: Path) -> None:
    """An output folder inside the photos' folder doesn't become input of the next run."""
    for _ in range(2):
        code, shown = npm_start(folder, "--out", folder / "out")
        assert code == 0
        assert "3 photos in" in shown


def test_nothing_to_read(tmp_path: Path) -> None:
    """A folder that isn't there, or has no photos, is a sentence that says what to do."""
    code, shown = npm_start(tmp_path / "nowhere")
    assert (code, "There is no " in shown) == (2, True)
    (tmp_path / "notes.txt").write_text("buy milk")
    code, shown = npm_start(tmp_path)
    assert code == 2
    assert "There are no photos in" in shown
    assert "npm start -- FOLDER" in shown
    code, shown = npm_start(tmp_path, "--out", tmp_path)
    assert (code, "lies in the output folder" in shown) == (2, True)
    code, shown = npm_start(SAMPLES, "--out", tmp_path / "notes.txt")
    assert (code, "is a file" in shown) == (2, True)


def test_offline_reader_reads_a_sample(tmp_path: Path) -> None:
    """The real reader takes a shipped sample to a row that names it."""
    (tmp_path / "in").mkdir()
    shutil.copy(min(SAMPLES.glob("*.jpg")), tmp_path / "in")
    console = Console(file=io.StringIO())
    assert main([str(tmp_path / "in"), "--out", str(tmp_path / "out")], console) == 0
    [row] = [json.loads(line) for line in (tmp_path / "out" / ROWS).read_text(encoding="utf-8").splitlines()]
    assert row["processing_status"] in ("completed", "needs_review")
    assert row["model_id"] == "offline-reader"


def test_bedrock_without_credentials(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--bedrock without credentials is a sentence, and nothing is asked."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    code, shown = npm_start(folder, "--bedrock", "--out", tmp_path / "out")
    assert code == 2
    assert "there are no AWS credentials" in shown


def test_real_bedrock_keeps_the_rest_emulated(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real Bedrock its models are those of serverless.yml, credentials stay, and S3 is still moto's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("MODELS", raising=False)
    with embedded_stack(None) as stack:
        assert stack.models[0] == "global.anthropic.claude-sonnet-4-20250514-v1:0"
        assert len(stack.models) > 1
        assert stack.region == "eu-central-1"
        assert stack.s3._request_signer._credentials.access_key == "mine"
        assert [bucket["Name"] for bucket in stack.s3.list_buckets()["Buckets"]] == [BUCKET]


def test_real_bedrock_wants_a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a region the real Bedrock can't be asked."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(StackRefusedError, match="AWS_REGION"), embedded_stack(None):
        pass
