"""A photo to the picture that the model is sent: ours against Pillow as one would write it without a thought.

And what it costs to measure that picture's quality, beside preparing it.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from bench.figures import Figure, Figures, child, in_turns, paired

MODEL_EDGE = 1568  # px: what the naive way knows of the model
_MEASURED = "12 MP JPEG"


def naive(photo: bytes) -> bytes:
    """Return the photo upright, in RGB, within the model's long edge, as a JPEG: decoded whole, then made small."""
    from PIL import Image, ImageOps

    picture = ImageOps.exif_transpose(Image.open(BytesIO(photo))).convert("RGB")
    picture.thumbnail((MODEL_EDGE, MODEL_EDGE), Image.Resampling.LANCZOS)
    file = BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def ours(photo: bytes) -> bytes:
    """Return the photo as the service prepares it."""
    from pipeline.images import prepare

    return prepare(photo).data


_WAYS: dict[str, Callable[[bytes], bytes]] = {"ours": ours, "naive": naive}


def cpu_ms(photo: bytes, rounds: int) -> tuple[list[float], list[float]]:
    """Return the CPU milliseconds of both ways, in turns, after one round to warm up."""
    mine, theirs = in_turns(rounds + 1, lambda: _taken(lambda: ours(photo)), lambda: _taken(lambda: naive(photo)))
    return mine[1:], theirs[1:]


def quality_ms(photo: bytes, rounds: int) -> tuple[list[float], list[float]]:
    """Return the CPU milliseconds of measuring the prepared photo's quality, and of preparing it, in turns."""
    from pipeline.images import prepare
    from pipeline.pixels import luminance
    from pipeline.quality import measure

    prepared = prepare(photo)
    grey = luminance(prepared.data, prepared.media_type)
    if grey is None:
        raise ValueError("The prepared photo can't be decoded.")
    mine, theirs = in_turns(rounds + 1, lambda: _taken(lambda: measure(grey)), lambda: _taken(lambda: prepare(photo)))
    return mine[1:], theirs[1:]


def _taken(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def peak_mib(way: Callable[[bytes], bytes], photo: bytes, tiny: bytes) -> float:
    """Return the peak of this process's memory over its peak before, in MiB; only right in a fresh process."""
    way(tiny)
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux KiB
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    way(photo)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit / 2**20


def figures(rounds: int) -> Figures:
    """Measure each photo's CPU time and peak memory. All work is in children: memory is counted from their start."""
    with tempfile.TemporaryDirectory() as folder:
        child("bench.pictures", folder)
        for path in sorted(Path(folder).glob("* MP *"), key=lambda path: int(path.name.split()[0])):
            yield paired(f"prepare {path.name}, CPU", "ms", *child("bench.preparing", "cpu", str(path), str(rounds)))
            tiny = str(path.with_name(f"tiny {path.name.split()[-1].upper()}"))
            mine, theirs = (child("bench.preparing", "memory", str(path), way, tiny) for way in _WAYS)
            yield Figure(f"prepare {path.name}, peak memory over base", mine, "MiB", theirs, mine / theirs)
        times = child("bench.preparing", "quality", str(Path(folder) / _MEASURED), str(rounds))
        yield paired(f"quality of a {_MEASURED}, CPU, against preparing it", "ms", *times)


if __name__ == "__main__":
    what, picture, setting, *rest = sys.argv[1:]
    data = Path(picture).read_bytes()
    measured: object
    if what == "memory":
        measured = peak_mib(_WAYS[setting], data, Path(*rest).read_bytes())
    else:
        measured = {"cpu": cpu_ms, "quality": quality_ms}[what](data, int(setting))
    sys.stdout.write(json.dumps(measured) + "\n")
