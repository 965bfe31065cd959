"""Third parties' packages, as pip lays them out."""

import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "garden-seeds"
EXAMPLE_LINE = "./examples/garden-seeds"  # what packs it, in requirements-plugins.txt
_SITE = TemporaryDirectory(prefix="site-")  # removed when Python ends


@cache
def installed_example() -> Path:
    """The folder where pip has installed the worked package, and nothing else."""
    pip("install", "--no-deps", "--no-compile", "--target", _SITE.name, EXAMPLE)
    return Path(_SITE.name)


def lay_out(folder: Path, module: str, source: str, name: str | None = None) -> None:
    """Put a module into the folder, and a dist-info with its entry point, by its own name or another."""
    (folder / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[product_ocr]\n{name or module} = {module}\n", encoding="utf-8")


def forget(module: str) -> None:
    """Let the next import of a module read its file, which may be another by then."""
    sys.modules.pop(module, None)


def pip(*arguments: object) -> None:
    """Run pip; what it complains of is the test's failure."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pip", *map(str, arguments), *quiet], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
