"""The zip that Lambda gets: what is in it, that it loads on Amazon Linux 2, and that it runs with nothing else."""

import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image
from zxingcpp import BarcodeFormat

from tests.integration.deployment import ROOT, Deployment, packaged
from tests.integration.lambda_on_loopback import Aws, RuntimeApi, serving
from tests.plugin_packages import EXAMPLE, EXAMPLE_LINE
from tests.symbols import drawn, laid

OWN = ("handler.py", "pipeline/", "extractors/", "schemas/", "prompts/")
MACHINES = {"arm64": 183, "x86_64": 62}  # e_machine in an ELF header
LARGEST = 10_000_000  # bytes
# Of Amazon Linux 2: glibc 2.26, and the libstdc++ of GCC 7.3 (libstdc++ manual, "ABI policy and guidelines").
NEWEST = {"GLIBC": (2, 26), "GLIBCXX": (3, 4, 24), "CXXABI": (1, 3, 11)}
BUCKET = "product-ocr-dev-photos"


@pytest.fixture(scope="session", params=MACHINES)
def deployment(request: pytest.FixtureRequest) -> tuple[str, Deployment]:
    """An architecture, and what was packed for it: arm64 as it is, x86_64 with a third party's package besides."""
    return request.param, packaged("--stage", "dev") if request.param == "arm64" else with_plugin()


def with_plugin() -> Deployment:
    """What is packed for x86_64 with the worked plugin package in requirements-plugins.txt."""
    return packaged("--stage", "dev", "--param", "architecture=x86_64", plugins=EXAMPLE_LINE)


@pytest.fixture(scope="session")
def python() -> str:
    """The Python that Lambda runs the function with; without it nothing can be compiled for it."""
    found = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
    if not found or subprocess.run([found, "-V"], check=False).returncode:  # noqa: S603
        pytest.skip("there is no python3.11 on this machine")
    return found


def canonical(name: str) -> str:
    """A distribution's name as packaging compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_zip_holds_the_service_and_its_dependencies_and_nothing_else(deployment: tuple[str, Deployment]) -> None:
    """Every file is the service's own, or is listed by one of the distributions that the requirements name."""
    architecture, made = deployment
    names = {name for name in made.names() if not name.endswith(".pyc")}
    own = {name for name in names if name.startswith(OWN)}
    sources = [ROOT / "handler.py"]
    for folder in OWN[1:]:
        sources += [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert own == {path.relative_to(ROOT).as_posix() for path in sources}

    records = {name: name.split("-")[0] for name in names if name.endswith(".dist-info/RECORD")}
    with ZipFile(made.zip) as archive:
        listed = {line.split(",")[0] for name in records for line in archive.read(name).decode().splitlines()}
    assert names - own <= listed
    requirements = (ROOT / "requirements.txt").read_text()
    pinned = {canonical(name) for name in re.findall(r"^([\w.-]+)==", requirements, re.M)}
    plugins = (ROOT / "requirements-plugins.txt").read_text()
    by_path = set(re.findall(r"^[^#\s].*$", plugins, re.M)) | ({EXAMPLE_LINE} if architecture == "x86_64" else set())
    packed = {canonical(name) for name in records.values()}
    assert pinned <= packed
    assert len(packed - pinned) == len(by_path)


def test_one_line_packs_a_plugin() -> None:
    """With its line in requirements-plugins.txt the zip holds the package: code, entry point, the files beside it."""
    made = with_plugin()
    names = {name for name in made.names() if name.startswith("garden_seeds") and not name.endswith(".pyc")}
    files = {path.name for path in (EXAMPLE / "garden_seeds").iterdir() if path.is_file()}
    assert {"__init__.py", "schema.json", "prompt.md"} <= files
    assert {name for name in names if name.startswith("garden_seeds/")} == {f"garden_seeds/{name}" for name in files}
    [entry_points] = [name for name in names if name.endswith(".dist-info/entry_points.txt")]
    with ZipFile(made.zip) as archive:
        assert "[product_ocr]\ngarden_seeds=garden_seeds\n" in archive.read(entry_points).decode()
    assert not any(name.endswith("direct_url.json") for name in names), "where the folder lies on the packing machine"


def test_zip_holds_no_ballast(deployment: tuple[str, Deployment]) -> None:
    """No tests, commands or type stubs."""
    _, made = deployment
    ballast = re.compile(r"(^|/)(tests?|node_modules|bin)/|\.pyi$")
    assert [name for name in made.names() if ballast.search(name)] == []


def test_every_source_has_its_bytecode(deployment: tuple[str, Deployment], python: str) -> None:
    """Lambda needn't compile: each source has bytecode of Python 3.11, made of it, and not to be compared with it."""
    _, made = deployment
    with ZipFile(made.zip) as archive:
        for name in made.names():
            if name.endswith(".py"):
                folder, _, file = name.rpartition("/")
                compiled = archive.read(f"{folder}/__pycache__/{file[:-3]}.cpython-311.pyc".lstrip("/"))
                assert compiled[4:8] == b"\1\0\0\0", f"{name}: PEP 552's flags of unchecked bytecode"
                if python == sys.executable:
                    assert compiled[:4] + compiled[8:16] == MAGIC_NUMBER + source_hash(archive.read(name)), name
    assert sum(name.endswith(".pyc") for name in made.names()) == sum(name.endswith(".py") for name in made.names())


def test_zip_is_small(deployment: tuple[str, Deployment]) -> None:
    """The zip has at most 10 MB."""
    assert deployment[1].zip.stat().st_size <= LARGEST


def test_libraries_load_on_amazon_linux_2(deployment: tuple[str, Deployment]) -> None:
    """Every shared library is of the function's architecture, and asks for no newer glibc or libstdc++."""
    architecture, made = deployment
    with ZipFile(made.zip) as archive:
        libraries = {name: archive.read(name) for name in made.names() if re.search(r"\.so(\.|$)", name)}
    assert len(libraries) > 5
    for name, content in libraries.items():
        assert content.startswith(b"\x7fELF"), name
        assert int.from_bytes(content[18:20], "little") == MACHINES[architecture], name
        # The versions of symbols that are asked for stand in the string table.
        for symbols, newest in NEWEST.items():
            versions = re.findall(rb"%s_(\d[\d.]*)" % symbols.encode(), content)
            asked = max((tuple(map(int, version.split(b"."))) for version in versions), default=(0,))
            assert asked <= newest, f"{name} would not load on python3.11's Amazon Linux 2: {symbols}_{asked}"


def test_both_architectures_have_the_same_libraries() -> None:
    """What runs here for x86_64 stands in the zip for arm64 too: each shared library, by its name without hashes."""

    def libraries(made: Deployment) -> set[str]:
        found = [name for name in made.names() if re.search(r"\.so(\.|$)", name)]
        return {re.sub(r"-[0-9a-f]{8}\.|\.cpython-[\w-]+", ".", name) for name in found}

    assert libraries(packaged("--stage", "dev")) == libraries(with_plugin())


@pytest.fixture(scope="session")
def empty_environment(python: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, Path]:
    """A Python with no packages; the unzipped package; and, apart from it as on Lambda, AWS's own runtime client."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("the packed libraries are for Linux on x86_64: the zip can't run on this machine")
    folder = tmp_path_factory.mktemp("lambda")
    subprocess.run([python, "-m", "venv", "--without-pip", folder / "venv"], check=True)  # noqa: S603
    with ZipFile(with_plugin().zip) as archive:
        archive.extractall(folder / "task")
    for name in ("awslambdaric", "simplejson", "snapshot-restore-py"):
        for file in distribution(name).files or ():
            if not file.parts[0].startswith(".."):
                (folder / "runtime" / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(file.locate()), folder / "runtime" / file)
    return str(folder / "venv" / "bin" / "python"), folder / "task", folder / "runtime"


def photo() -> bytes:
    """A JPEG of nothing in particular."""
    made = io.BytesIO()
    Image.effect_noise((640, 480), 64).save(made, "JPEG")
    return made.getvalue()


def uploaded(key: str) -> dict[str, Any]:
    """S3's event for a new object."""
    stored = {"bucket": {"name": BUCKET}, "object": {"key": key, "size": 1000, "sequencer": "01", "versionId": "v1"}}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": "2026-11-23T12:00:00.000Z"}
    return {"Records": [{**record, "eventVersion": "2.1", "awsRegion": "us-east-1", "s3": stored}]}


def test_unzipped_it_runs_under_awss_runtime_client_in_an_empty_environment(
    empty_environment: tuple[str, Path, Path],
) -> None:
    """S3's test event passes; a plugin's photo is read, checked and stored; one that no model reads waits.

    So every service that the function calls is reached, with the botocore data, the libraries, the schemas, the prompts
    and the entry points of the zip alone.
    """
    python, task, runtime = empty_environment
    printed = {"variety": "Maikönig", "packaging_date": "2027", "sow_by_date": "2026"}
    answer = {"product_name": "Lettuce", "specifications": printed}
    aws, lambda_ = Aws(photo(), answer), RuntimeApi()
    with serving(aws) as address:
        environment = {
            "AWS_ENDPOINT_URL": f"http://{address}",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "PYTHONPATH": str(runtime),
            "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's folder can't be written to
            "PHOTO_BUCKET": BUCKET,
            "SPECIFICATIONS_TABLE": "specifications",
            "COORDINATION_TABLE": "coordination",
            "RETRY_QUEUE_URL": f"http://{address}/retry",
            "DEAD_LETTER_QUEUE_URL": f"http://{address}/dead-letter",
            "MODELS": "global.anthropic.claude-sonnet-4-6",
        }
        with lambda_.running([python, "-m", "awslambdaric", "handler.handler"], task, environment):
            test_event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET}
            for event in (test_event, uploaded("garden_seeds/lettuce.jpg"), uploaded("general/lamp.jpg")):
                outcome = lambda_.invoke(event)
                assert outcome.kind == "response", outcome.content
    assert [body["tool_choice"]["name"] for body in aws.asked("bedrock")] == ["record_garden_seeds", "record_general"]
    assert len(aws.asked("s3")) == 2
    rows = [json.dumps(body["ExpressionAttributeValues"]) for body in aws.asked("dynamodb")]
    [row] = [row for row in rows if "sown" in row]
    assert '"needs_review"' in row
    assert json.dumps("Maikönig") in row
    (message,) = aws.asked("sqs")
    assert json.loads(message["MessageBody"])["upload"]["key"] == "general/lamp.jpg"


def test_unzipped_it_decodes_a_barcode(empty_environment: tuple[str, Path, Path], tmp_path: Path) -> None:
    """The decoder in the zip reads a barcode of a JPEG, with the packed Pillow alone beside it."""
    python, task, _ = empty_environment
    laid(drawn(BarcodeFormat.EAN13, "9780306406157"), degrees=40).save(tmp_path / "photo.jpg")
    code = (
        "import sys, time; from pathlib import Path; from pipeline import barcodes, images, pixels;"
        "image = images.prepare(Path(sys.argv[1]).read_bytes());"
        "print(barcodes.decode(pixels.luminance(image.data, image.media_type), time.monotonic)[0].isbn,"
        "barcodes.zxingcpp.__file__)"
    )
    command = [python, "-B", "-c", code, str(tmp_path / "photo.jpg")]
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }  # the zip's own, alone
    done = subprocess.run(command, cwd=task, env=environ, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stdout.split() == ["9780306406157", str(task / "zxingcpp" / "__init__.py")], done.stderr
