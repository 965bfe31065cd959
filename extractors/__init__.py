"""The built-in extractors: one module a category, found by being here.

To add a category NAME, drop three files in: `extractors/NAME.py` (copy `general.py`, change two words),
`schemas/NAME.json` (what is printed on such a product) and `prompts/NAME.md` (where, and what is often misread).
"""

from pathlib import Path

import pluggy

hookimpl = pluggy.HookimplMarker("product_ocr")

_ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = _ROOT / "schemas"
PROMPTS = _ROOT / "prompts"
