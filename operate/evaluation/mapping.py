"""How a truth file's own names (`net_weight_g`) meet the schemas' (`net_content`, in g): mapping.json says it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from operate.evaluation.shapes import Shape, shape_at

FILE = Path(__file__).with_name("mapping.json")
_EVERYWHERE = "any"


@dataclass(frozen=True)
class Place:
    """Where a truth's value stands in the product, and how it's to be read; mapping.json says what each part means."""

    path: str
    unit: str | None = None
    currency: str | None = None
    up_to: str | None = None
    part: bool = False


Mapped = Mapping[str, Mapping[str, Place]]


def load_mapping(path: Path = FILE) -> dict[str, dict[str, Place]]:
    """The mapping, by category and by the truth's name."""
    categories = json.loads(path.read_text(encoding="utf-8"))
    return {
        category: {name: Place(**place) for name, place in places.items()}
        for category, places in categories.items()
        if not category.startswith("$")
    }


def place_of(name: str, category: str, product: Shape, mapping: Mapped) -> Place | None:
    """Where the value that the truth calls so stands in this category's product; None if it has no place there."""
    lines = (mapping.get(category, {}).get(name), mapping.get(_EVERYWHERE, {}).get(name))
    places = [line for line in lines if line] + [Place(f"specifications.{name}")]
    return next((place for place in places if shape_at(product, place.path)), None)
