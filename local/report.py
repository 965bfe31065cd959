"""What was read: `report.html` for people (photo beside its specifications), `specifications.jsonl` for programs."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from operate.rows import number

PAGE = "report.html"
ROWS = "specifications.jsonl"
STATUSES = ("completed", "needs_review", "failed", "waiting", "processing", "no row")


@dataclass(frozen=True)
class Entry:
    """One photo and what became of it.

    `name` is its path below the folder; `row` as DynamoDB keeps it, empty if there is none; `picture` a file's path
    from the report's folder; `problem` says why there is no row.
    """

    name: str
    row: Mapping[str, Any] = field(default_factory=dict)
    picture: str | None = None
    problem: str = ""

    @property
    def status(self) -> str:
        """One of STATUSES."""
        return str(self.row.get("processing_status", "no row"))

    @property
    def product(self) -> Mapping[str, Any]:
        """`product_specifications` of the row."""
        return self.row.get("product_specifications") or {}

    @property
    def specifications(self) -> Mapping[str, Any]:
        """The specifications by their names; empty if nothing was read."""
        return self.product.get("specifications") or {}

    @property
    def category(self) -> str:
        """The category, or nothing while it isn't known."""
        return str(self.product.get("category") or self.row.get("category") or "")

    @property
    def error(self) -> str:
        """Why there is no row, or what the row says went wrong."""
        return self.problem or str(self.row.get("error_message") or "")


def write_rows(path: Path, entries: Iterable[Entry]) -> None:
    """Write the rows as they're stored, one JSON object a line."""
    with path.open("w", encoding="utf-8") as file:
        for entry in entries:
            if entry.row:
                file.write(json.dumps(entry.row, default=number, ensure_ascii=False, sort_keys=True) + "\n")


def write_page(
    path: Path, entries: list[Entry], titles: Mapping[str, Mapping[str, str]], *, reader: str, summary: str
) -> None:
    """Write the page. `reader` says who read the photos, `summary` how it went; both are plain sentences.

    `titles` are, by category, the schema's own names of the specifications; any other name is shown as it is.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,  # what was printed on a product, or named a file, is hostile until escaped
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def specifications(entry: Entry) -> str | list[tuple[str, Any]]:
        return shown(entry.specifications, titles.get(entry.category, {}))

    environment.filters |= {"plain": plain, "percent": percent, "specifications": specifications}
    counts = Counter(entry.status for entry in entries)
    page = environment.get_template("report.html.j2").stream(
        entries=entries,
        reader=reader,
        summary=summary,
        statuses=[(status, counts[status]) for status in STATUSES if status in counts],
        categories=sorted({entry.category for entry in entries if entry.category}),
    )
    with path.open("w", encoding="utf-8") as file:
        file.writelines(page)


def plain(name: str) -> str:
    """A name as people write it: `needs_review` -> `Needs review`."""
    return name.replace("_", " ").strip().capitalize()


def titles_in(schema: Mapping[str, Any]) -> dict[str, str]:
    """The titles of all properties in a JSON Schema, at any depth, by the properties' names.

    A property without one has that of the definition that it refers to (`#/$defs/NAME`), if that has one.
    """
    titles: dict[str, str] = {}
    definitions = schema.get("$defs", {})

    def look(part: Any) -> None:
        if isinstance(part, Mapping):
            for name, described in part.get("properties", {}).items():
                referred = definitions.get(described.get("$ref", "").rpartition("/")[2], {})
                if title := described.get("title") or referred.get("title"):
                    titles.setdefault(name, title)
            for inner in part.values():
                look(inner)

    look(schema)
    return titles


def percent(score: Any) -> str:
    """A confidence score as people write it."""
    return "" if score is None else f"{float(score):.0%}"


def shown(value: Any, titles: Mapping[str, str]) -> str | list[tuple[str, Any]]:
    """A value as people write it, or label and value pairs if it has parts: `{value: 500, unit: g}` -> `500 g`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        amount = _amount(value)
        return (
            [(titles.get(name) or plain(str(name)), shown(part, titles)) for name, part in value.items()]
            if amount is None
            else amount
        )
    if isinstance(value, list):
        items = [shown(item, titles) for item in value]
        if all(isinstance(item, str) for item in items):
            return ", ".join(map(str, items))
        return [(f"{index}.", item) for index, item in enumerate(items, start=1)]
    return str(value)


def _amount(value: Mapping[str, Any]) -> str | None:
    """A quantity, a range of it or a price; None for anything else."""
    unit = value.get("unit", value.get("currency"))
    if unit is None or not value.keys() <= {"value", "min_value", "max_value", "unit", "currency"}:
        return None
    number_only, low, high = (value.get(name) for name in ("value", "min_value", "max_value"))
    if low is not None and high is not None:
        return f"{low}–{high} {unit}"
    if low is not None or high is not None:
        return f"≥ {low} {unit}" if low is not None else f"≤ {high} {unit}"
    return f"{number_only} {unit}" if number_only is not None else None
