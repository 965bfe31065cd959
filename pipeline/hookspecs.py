"""The hooks: what a plugin can add to the service.

A plugin marks its functions with `pluggy.HookimplMarker("product_ocr")`; it need not import anything of ours, and may
leave out arguments that it doesn't use. The types that are named here tell what each argument holds.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pluggy

if TYPE_CHECKING:
    from pipeline.catalog import Check, Extractor, Finding
    from pipeline.images import PreparedImage
    from pipeline.report import Outcome
    from pipeline.uploads import ImageUpload

PROJECT = "product_ocr"

hookspec = pluggy.HookspecMarker(PROJECT)


class Register(Protocol):
    """Adds one category to the catalog.

    `schema` is the JSON Schema of its `specifications`, `prompt` a `string.Template`, each a Path or the thing itself.
    `check(product)` gives findings, as `review_specifications` does. Raises PluginRefused for what is wrong with them.
    """

    def __call__(
        self, category: str, *, schema: Mapping[str, Any] | Path, prompt: str | Path, check: "Check | None" = None
    ) -> None: ...


@hookspec
def register_extractors(register: Register) -> None:
    """Call register(category, schema=..., prompt=..., check=...) once a category."""


@hookspec(firstresult=True)
def choose_category(upload: "ImageUpload", image: "PreparedImage") -> str | None:
    """Name the image's category, or None to let another plugin, the key or the model decide.

    `upload` has bucket, key, version_id, etag, sequencer, size (bytes), requested_at and image_id; `image`, as the
    model is sent it, has data (bytes), media_type, width and height (pixels).
    """


@hookspec
def review_specifications(  # type: ignore[empty-body]
    extractor: "Extractor", product: Mapping[str, Any], image: "PreparedImage"
) -> "Iterable[Finding]":
    """Return findings that a schema can't see; called only for a product that its schema finds valid.

    A finding is a mapping {"path": "specifications.isbn", "message": a sentence, "severity": "error", "warning" or
    "proof"}; an error makes the row `needs_review`. With "values", {path: value} of all that was compared, an error
    goes back to the model, once, to look at them again; a proof, that what must hold does hold, bears them out.
    `extractor` has category, description and version; `product` is a copy of {product_name, brand, specifications,
    other_category}, where what is unknown is absent.
    """


@hookspec(firstresult=True)
def read_text(image: "PreparedImage") -> str | None:
    """Give the text that another reader than the model sees on the photo, such as an OCR's; None to leave it to others.

    Values that it has, too, gain confidence, and others lose some. Called once an image, after the model's answer.
    """


@hookspec
def image_finished(outcome: "Outcome") -> None:
    """Hear how one image ended; must not change it, and can't break it.

    `outcome` has image_id, bucket, key, version_id, status, error_code, error_message, and `result`: what was written
    to the row.
    """
