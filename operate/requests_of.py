"""The command `requests`: what the service would ask about each photo of a folder, written to files.

A model's answers to them, made anywhere, can be measured by `evaluate --reader answers=FOLDER`.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from local.readable import count, printable
from operate.evaluation.mapping import load_mapping
from operate.evaluation.shapes import shapes_of
from operate.evaluation.truth import EvaluationRefusedError, load_truth
from operate.files import Photo, find
from pipeline.catalog import Catalog, load_catalog
from pipeline.errors import ImageRefused
from pipeline.images import PreparedImage, prepare, thumbnail
from pipeline.plugins import load_plugins
from pipeline.requests import choose_request, read_request
from pipeline.settings import Settings

_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif"}


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    command.add_argument("folder", type=Path, metavar="FOLDER", help="a folder of photos")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    command.add_argument("--category", metavar="C", help="the category of all photos")
    command.add_argument("--truth", type=Path, metavar="FILE", help="names each one's category (FOLDER/truth.json)")


def run(options: argparse.Namespace, console: Console, _session: object, _ask: Callable[[str], str]) -> int:
    """Write, for `jam.jpg`, `jam.jpg.choose.json`, `jam.jpg.request.json` and `jam.jpg.prepared.jpg`.

    0 if all photos could be prepared, else 1. Raises EvaluationRefusedError if there is nothing to write.
    """
    catalog = load_catalog(load_plugins())
    categories = _categories(options, catalog)
    out = options.out.resolve()
    found = (item.path for item in find([options.folder]) if isinstance(item, Photo))
    photos = [path for path in found if out not in path.resolve().parents]  # the pictures of an earlier run
    if not photos:
        raise EvaluationRefusedError(f"There are no photos in {options.folder}.")
    refused, unknown = 0, []
    for path in photos:
        file = path.relative_to(options.folder).as_posix() if path != options.folder else path.name
        category = options.category or categories.get(file)
        try:
            _write(options.out / file, prepare(path.read_bytes()), catalog, category)
        except ImageRefused as error:
            refused += 1
            console.print(f"[yellow]{_said(file)}:[/] {_said(str(error))}", highlight=False, soft_wrap=True)
            continue
        if not category:
            unknown.append(file)
    console.print(f"{count(len(photos) - refused, 'photo')}: {_said(str(options.out))}", highlight=False)
    if unknown:
        console.print(
            f"Of {count(len(unknown), 'photo')} the category isn't known, so just the request that asks for it was "
            f"written: {_said(', '.join(unknown[:5]))}{' ...' if len(unknown) > 5 else ''}. Name it with --category, "
            "or in a truth file.",
            highlight=False,
            soft_wrap=True,
        )
    return 1 if refused else 0


def _categories(options: argparse.Namespace, catalog: Catalog) -> dict[str, str]:
    """The photos' categories as a truth file names them."""
    if options.category:
        if options.category not in catalog:
            raise EvaluationRefusedError(f"There is no category {options.category!r}. There are {', '.join(catalog)}.")
        return {}
    truth = options.truth or options.folder / "truth.json"
    if not options.truth and not truth.is_file():
        return {}
    return {photo.file: photo.category for photo in load_truth(truth, shapes_of(catalog), load_mapping())}


def _write(path: Path, image: PreparedImage, catalog: Catalog, category: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f"{path.name}.prepared{_SUFFIXES[image.media_type]}").write_bytes(image.data)
    _put(path.with_name(f"{path.name}.choose.json"), choose_request(thumbnail(image), catalog))
    if category:
        request = read_request(image, catalog[category], prompt_caching=Settings.prompt_caching)
        _put(path.with_name(f"{path.name}.request.json"), request)


def _put(path: Path, request: dict[str, Any]) -> None:
    path.write_text(json.dumps(request, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _said(text: str) -> str:
    return escape(printable(text))
