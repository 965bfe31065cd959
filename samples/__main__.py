"""Render the photos and write their truth: `python -m samples [LABEL...]` (all of them without a name)."""

import json
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image, ImageOps

from samples.render.artwork import Artwork
from samples.render.lens import expose, save
from samples.render.scene import photograph_scene
from samples.render.shot import Shot
from samples.shots import shots

HERE = Path(__file__).resolve().parent
_LARGE = 6_000_000


def render(shot: Shot) -> dict[str, Any]:
    """Render one photo into `samples/photos`, and return its truth. The same shot gives the same photo."""
    artwork = Artwork(shot.label)
    rng = np.random.default_rng(zlib.crc32(shot.file.encode()))
    # Drawn twice as large and scaled down, edges are smooth; 12 megapixels are smooth enough as they are.
    finer = 1 if shot.size[0] * shot.size[1] > _LARGE else 2
    frame = (shot.size[0] * finer, shot.size[1] * finer)
    view = {"fill": shot.fill, "yaw": shot.yaw, "pitch": shot.pitch, "roll": shot.roll}
    light = photograph_scene(shot.body(*artwork.size()), artwork.picture, frame, view, shot.table, shot.wall, rng)
    path = HERE / "photos" / shot.file
    photo = expose(light, shot.size, shot.exposure, rng)
    save(photo, path, quality=shot.quality, orientation=shot.orientation, camera=shot.camera)
    said = artwork.truth()
    said["difficulty"] = [*said["difficulty"], *shot.difficulty]
    return {"file": shot.file} | said


def _scanned(path: Path) -> list[str]:
    with Image.open(path) as photo:
        found = zxingcpp.read_barcodes(np.asarray(ImageOps.exif_transpose(photo).convert("L")))
    return [barcode.text for barcode in found]


def main(labels: list[str]) -> int:
    """Render the shots of these labels (all, if there are none) and bring truth.json up to date."""
    known = shots()
    if unknown := set(labels) - {shot.label for shot in known}:
        sys.stderr.write(f"No shot of {', '.join(sorted(unknown))}; the modules of samples/shots list them.\n")
        return 2
    rendered: dict[str, dict[str, Any]] = {}
    for shot in known:
        if not labels or shot.label in labels:
            rendered[shot.file] = render(shot)
            path = HERE / "photos" / shot.file
            codes = ", ".join(_scanned(path)) or "no barcode scanned"
            sys.stdout.write(f"{shot.file}: {path.stat().st_size // 1000} kB, {codes}\n")
    _record(rendered, [shot.file for shot in known])
    return 0


def _record(rendered: dict[str, dict[str, Any]], files: list[str]) -> None:
    """Bring truth.json up to date: what was just rendered, what it has of the other files, in their order."""
    truth_file = HERE / "truth.json"
    before = {entry["file"]: entry for entry in json.loads(truth_file.read_text())} if truth_file.exists() else {}
    both = before | rendered
    entries = [both[file] for file in files if file in both]
    truth_file.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
