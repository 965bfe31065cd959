"""The command `try`: what the service would ask about a photo, what is answered, and what it has against that."""

import argparse
import contextlib
import os
import shlex
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from local.emulator import BedrockEmulator
from local.readable import printable
from local.stack import embedded_stack
from operate.estimate import Estimate
from operate.stage import defaults
from operate.trial import read
from operate.trial_screen import answer, request_panel, show
from pipeline.catalog import Catalog, load_catalog
from pipeline.errors import ImageRefused
from pipeline.images import prepare
from pipeline.plugins import load_plugins
from pipeline.requests import read_request
from pipeline.settings import Settings

_QUESTION = "The real Claude is asked, a second time if its answer has faults. A call costs {}. Go on? [y/N] "
_OFFLINE = (
    "Read by the offline reader (on-device OCR), not by Claude: nothing was sent, nothing paid. "
    "--bedrock asks the real Claude."
)


class TrialRefusedError(Exception):
    """There is nothing to try; the message says why."""


def configure(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    command.add_argument("category", metavar="CATEGORY", help="a category of docs/categories.md, or one of yours")
    command.add_argument("photo", type=Path, metavar="PHOTO", help="a JPEG, PNG, WebP or GIF")
    command.add_argument("--bedrock", action="store_true", help="ask the real Claude: with AWS credentials, for money")


def run(options: argparse.Namespace, console: Console, _session: object, ask: Callable[[str], str]) -> int:
    """Run the command; the exit code, as of `try_photo`."""
    return try_photo(options.category, options.photo, console, bedrock=options.bedrock, ask=ask)


def try_photo(
    category: str,
    path: Path,
    console: Console,
    *,
    bedrock: bool,
    ask: Callable[[str], str],
    emulator: Callable[[], BedrockEmulator] = BedrockEmulator,
) -> int:
    """Show a photo's way through one category, read by the offline reader or, with `bedrock`, by the real Claude.

    Returns 0 if the photo was read, else 1. Before anything is paid, `ask` has to answer y to a question.
    Raises TrialRefusedError for a category or a photo that isn't there, StackRefusedError without credentials, and
    OcrError for what is wrong with a plugin, a permission or the settings.
    """
    catalog = load_catalog(load_plugins())
    if category not in catalog:
        raise TrialRefusedError(_no_category(category, path, catalog))
    extractor = catalog[category]
    try:
        photo = path.read_bytes()
        image = prepare(photo)
    except OSError as error:
        raise TrialRefusedError(f"{path} can't be read: {error.strerror}.") from error
    except ImageRefused as error:
        raise TrialRefusedError(f"{path}: its row would be failed ({error.code}). {error}") from error
    with contextlib.ExitStack() as opened:
        url = None if bedrock else opened.enter_context(emulator()).url
        stack = opened.enter_context(embedded_stack(url))
        settings = Settings.from_env(os.environ)  # which the stack has set
        request = read_request(image, extractor, prompt_caching=settings.prompt_caching)
        models = settings.models if bedrock else tuple(defaults()["models"])
        prices = _prices(Estimate.of(request, image), models, caching=settings.prompt_caching)
        if bedrock and ask(_QUESTION.format("; ".join(prices))).strip().lower() != "y":
            console.print("Nothing was asked, and nothing was paid.")
            return 1
        with console.status("Reading ..."):
            trial = read(photo, category, settings, stack)
    console.print(f"[bold]{escape(printable(str(path)))}[/] as {category}", highlight=False, soft_wrap=True)
    show(console, request_panel(extractor, request, photo, image, prices), answer(trial, extractor))
    if not bedrock:
        console.print(_OFFLINE, style="dim", highlight=False)
    return 0 if trial.row.get("processing_status") in ("completed", "needs_review") else 1


def _no_category(category: str, path: Path, catalog: Catalog) -> str:
    if str(path) in catalog:
        return f"The category comes first, then the photo: npm run operate -- try {path} {shlex.quote(category)}"
    alike = "".join(f" Is {name} meant?" for name in get_close_matches(category.lower(), catalog, 1))
    return f"There is no category {category!r}.{alike} There are {', '.join(catalog)}."


def _prices(estimate: Estimate, models: Sequence[str], *, caching: bool) -> list[str]:
    """What reading the photo costs with each model, those of one price together."""
    by_price: dict[str, list[str]] = {}
    for model in models:
        once, again = (estimate.dollars(model, caching=caching, cached=cached) for cached in (False, True))
        price = "unknown price" if once is None else f"about ${once:.3f}"
        if caching and again is not None:
            price += f", ${again:.3f} soon after another photo of the category"
        by_price.setdefault(price, []).append(model)
    return [f"{price}, with {' or '.join(names)}" for price, names in by_price.items()]
