"""A label's source: its picture, and what it says."""

import io
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import typst
from numpy.typing import NDArray
from PIL import Image

LABELS = Path(__file__).resolve().parent.parent / "labels"
_FONT_PACKAGES = (
    "font_fjallaone",
    "font_fredoka_one",
    "font_lato",
    "font_manrope",
    "font_roboto",
    "font_source_sans_pro",
    "font_source_serif_pro",
)
_LONGEST_SNIPPET = 48


class Artwork:
    """One label of `samples/labels`, typeset."""

    def __init__(self, label: str) -> None:
        """`label`: the file's name without `.typ`. Only the fonts of the installed packages (and Typst's own) are used,
        so that the same label looks the same on every machine."""
        self._label = label
        fonts = [Path(spec.origin).parent for name in _FONT_PACKAGES if (spec := find_spec(name)) and spec.origin]
        self._typst = typst.Compiler(
            input=str(LABELS / f"{label}.typ"), root=str(LABELS), font_paths=fonts, ignore_system_fonts=True
        )

    def picture(self, dots_per_mm: float) -> NDArray[np.uint8]:
        """The printed face, RGB, at so many pixels a millimetre."""
        png = self._typst.compile(format="png", ppi=dots_per_mm * 25.4)
        if isinstance(png, list):
            raise ValueError(f"{self._label}.typ fills {len(png)} pages: make the page higher or the print smaller.")
        with Image.open(io.BytesIO(png)) as image:
            return np.asarray(image.convert("RGB"))

    def size(self) -> tuple[float, float]:
        """Width and height of the printed face in millimetres."""
        dots = 10
        height, width, _ = self.picture(dots).shape
        return width / dots, height / dots

    def truth(self) -> dict[str, Any]:
        """What the label says: category, languages, difficulty, known_barcode, product_name, brand, specifications, and
        `strings`, the snippets as they're printed."""
        entry: dict[str, Any] = self._records("<about>")[0]
        strings: list[str] = []
        for record in self._records("<fact>"):
            _put(entry, record["path"].split("."), record["value"])
            printed = record["printed"]
            # A longer text is broken into lines on the label: no snippet that can be looked for.
            if printed and len(printed) <= _LONGEST_SNIPPET and printed not in strings:
                strings.append(printed)
        return entry | {"strings": strings}

    def _records(self, selector: str) -> list[Any]:
        return json.loads(self._typst.query(selector, field="value"))


def _put(entry: dict[str, Any], path: list[str], value: Any) -> None:
    """Set `value` at the path; lists at one path are joined."""
    for name in path[:-1]:
        entry = entry.setdefault(name, {})
    known = entry.get(path[-1])
    entry[path[-1]] = known + value if isinstance(known, list) else value
