"""The packer's own plugins, run by Node on a small service: what they keep, and the ways to fail."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from scripts.bytecode import add_bytecode

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
RUN = """
const [file, hook, serviceDir, service] = process.argv.slice(1);
const serverless = { serviceDir, service: JSON.parse(service) };
new (require(file))(serverless, { function: "process" }, { log: { warning: console.log } }).hooks[hook]();
"""

TREE = {"type": "structure", "members": {"child": {"shape": "Tree"}, "documentation": {"shape": "Text"}}}
MODEL: dict[str, Any] = {
    "metadata": {"protocol": "json"},
    "operations": {
        "Plant": {"input": {"shape": "Tree"}, "errors": [{"shape": "TooDry"}], "documentation": "Plants a tree."},
        "Fell": {"input": {"shape": "Axe"}},
    },
    "shapes": {
        "Tree": {**TREE, "documentation": "A tree."},
        "Text": {"type": "string"},
        "TooDry": {"type": "structure", "members": {}},
        "Axe": {"type": "structure", "members": {}},
    },
}


def run(plugin: str, hook: str, folder: Path, **service: Any) -> subprocess.CompletedProcess[str]:
    """Run a hook of a plugin on a service in the folder; what it warns of is printed."""
    command = [shutil.which("node") or "node", "-e", RUN, str(SCRIPTS / plugin), hook, str(folder), json.dumps(service)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def trim(folder: Path, **operations: list[str]) -> subprocess.CompletedProcess[str]:
    """Trim what is installed in the folder to these operations."""
    hook = "before:package:createDeploymentArtifacts"
    return run("service-models.js", hook, folder, custom={"operations": operations})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """botocore's data, with one service in two versions, and another service."""
    data = tmp_path / ".serverless" / "requirements" / "botocore" / "data"
    for version in ("forest/2020-01-01", "forest/2024-01-01", "desert/2024-01-01"):
        (data / version).mkdir(parents=True)
        for name in ("endpoint-rule-set-1.json.gz", "service-2.json.gz"):
            (data / version / name).write_bytes(gzip.compress(json.dumps(MODEL).encode()))
        (data / version / "paginators-1.json").write_text("{}")
    endpoints = {"partitions": [{"partition": "aws", "services": {"forest": {"endpoints": {}}, "desert": {}}}]}
    (data / "endpoints.json").write_text(json.dumps(endpoints))
    (data / "partitions.json").write_text("{}")
    return data


def test_a_service_is_trimmed_to_the_operations_that_are_named(tmp_path: Path, data: Path) -> None:
    """The operation stays with all that it refers to, in the newest version; other services and all prose are gone."""
    done = trim(tmp_path, forest=["Plant"])
    assert (done.returncode, done.stderr) == (0, "")
    files = sorted(path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file())
    newest = ["forest/2024-01-01/endpoint-rule-set-1.json.gz", "forest/2024-01-01/service-2.json.gz"]
    assert files == ["endpoints.json", *newest, "partitions.json"]
    kept = json.loads(gzip.decompress((data / newest[1]).read_bytes()))
    assert kept["metadata"] == MODEL["metadata"]
    assert kept["operations"] == {"Plant": {"input": {"shape": "Tree"}, "errors": [{"shape": "TooDry"}]}}
    assert kept["shapes"] == {"Tree": TREE, "Text": {"type": "string"}, "TooDry": MODEL["shapes"]["TooDry"]}
    assert json.loads((data / "endpoints.json").read_text())["partitions"][0]["services"] == {
        "forest": {"endpoints": {}}
    }


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("operations", "sentence"),
    [
        ({"forest": ["Plant", "Burn"]}, "custom.operations names Burn, which botocore's forest doesn't have."),
        ({"sea": ["Sail"]}, "custom.operations names sea, which botocore doesn't know."),
    ],
)
def test_what_aws_does_not_have_is_refused(tmp_path: Path, operations: dict[str, list[str]], sentence: str) -> None:
    """A service or an operation that botocore doesn't know ends the packaging with a sentence."""
    done = trim(tmp_path, **operations)
    assert done.returncode != 0
    assert sentence in done.stderr


def test_nothing_is_trimmed_where_botocore_is_not_installed(tmp_path: Path) -> None:
    """A requirements.txt without botocore is no error of this plugin."""
    assert trim(tmp_path, forest=["Plant"]).returncode == 0


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    """A zip with one module."""
    with ZipFile(tmp_path / "function.zip", "w") as archive:
        archive.writestr("package/module.py", "VALUE = 'compiled'\n")
    return tmp_path / "function.zip"


def test_bytecode_runs_and_is_never_compared_with_its_source(artifact: Path, tmp_path: Path) -> None:
    """What Python runs of the unzipped package is the bytecode, whatever time or content the source has."""
    add_bytecode(str(artifact))
    with ZipFile(artifact) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "package" / "module.py").write_text("VALUE = 'source'\n")
    code = f"import sys; sys.path.append({str(tmp_path)!r}); from package.module import VALUE; print(VALUE)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "compiled\n"


def test_same_sources_make_the_same_zip(artifact: Path, tmp_path: Path) -> None:
    """The zip doesn't change from one packaging to the next, so that Lambda is sent only what is new."""
    shutil.copy(artifact, tmp_path / "again.zip")
    add_bytecode(str(artifact))
    add_bytecode(str(tmp_path / "again.zip"))
    assert artifact.read_bytes() == (tmp_path / "again.zip").read_bytes()


def compile_with(python: str, artifact: Path, runtime: str, **packed: Any) -> subprocess.CompletedProcess[str]:
    """Run the plugin that adds bytecode, by default to the zip of the whole service."""
    service = {"provider": {"runtime": runtime}, "package": {"artifact": str(artifact)}, **packed}
    custom = {"pythonRequirements": {"pythonBin": python}}
    return run("bytecode.js", "after:package:createDeploymentArtifacts", artifact.parent, custom=custom, **service)


def test_without_the_functions_python_the_sources_go_alone(artifact: Path) -> None:
    """No bytecode of another version is packed, and the packager says so, and what to do."""
    done = compile_with(sys.executable, artifact, "python2.99")
    assert done.returncode == 0
    assert "holds no bytecode" in done.stdout
    assert "--param pythonBin=" in done.stdout
    with ZipFile(artifact) as archive:
        assert archive.namelist() == ["package/module.py"]


def test_the_functions_python_is_found_by_its_version(artifact: Path) -> None:
    """With the Python that the function runs on, bytecode is packed beside each source, without a word."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert compile_with(sys.executable, artifact, f"python{version}").stdout == ""
    with ZipFile(artifact) as archive:
        compiled = f"package/__pycache__/module.cpython-{version.replace('.', '')}.pyc"
        assert archive.namelist() == ["package/module.py", compiled]


def test_a_function_that_is_deployed_alone_gets_its_bytecode(artifact: Path) -> None:
    """`sls deploy function` packs a zip of the function, and no zip of the service."""
    function = {"process": {"package": {"artifact": str(artifact)}}}
    runtime = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    assert compile_with(sys.executable, artifact, runtime, package={}, functions=function).returncode == 0
    with ZipFile(artifact) as archive:
        assert len(archive.namelist()) == 2


def test_a_source_that_does_not_compile_is_packed_as_it_is(artifact: Path) -> None:
    """A package may hold code for other Pythons; the rest gets its bytecode."""
    with ZipFile(artifact, "a") as archive:
        archive.writestr("package/ancient.py", "print 'hello'\n")
    add_bytecode(str(artifact))
    with ZipFile(artifact) as archive:
        assert archive.namelist()[:2] == ["package/module.py", "package/ancient.py"]
        assert [name.partition(".")[0] for name in archive.namelist()[2:]] == ["package/__pycache__/module"]
