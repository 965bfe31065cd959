"""On-device OCR as the independent reader that a model's values are compared with: a plugin, as one's own would be."""

from collections.abc import Callable

import pluggy

from local.ocr import Ocr
from local.page import Page
from pipeline.images import PreparedImage

hookimpl = pluggy.HookimplMarker("product_ocr")


class SecondReader:
    """Reads each photo's text beside the model. Not for the offline reader, which reads by the same OCR."""

    def __init__(self, read: Callable[[bytes], Page] | None = None) -> None:
        """`read`: the printed page of a picture's bytes, by default on-device OCR."""
        self._read = read or Ocr()

    @hookimpl
    def read_text(self, image: PreparedImage) -> str:
        return "\n".join(line.text for line in self._read(image.data).lines)
