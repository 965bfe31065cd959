"""The hooks: what a plugin can add to the service.

A plugin marks its functions with `pluggy.HookimplMarker("product_ocr")`; it need not import anything of ours.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pluggy

PROJECT = "product_ocr"

hookspec = pluggy.HookspecMarker(PROJECT)


@hookspec
def register_extractors(register: Callable[..., None]) -> None:
    """Call register(category, schema=..., prompt=..., check=...) once a category."""


@hookspec(firstresult=True)
def choose_category(upload: Any, image: Any) -> str | None:
    """Name the image's category, or None to let another plugin, or the model, decide."""


@hookspec
def review_specifications(extractor: Any, product: Mapping[str, Any], image: Any) -> Iterable[Mapping[str, str]]:  # type: ignore[empty-body]
    """Return findings that a schema can't see."""


@hookspec
def image_finished(outcome: Any) -> None:
    """Hear how one image ended; must not change it, and can't break it."""
