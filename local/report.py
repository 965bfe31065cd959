"""What was read: `report.html` for people (photo beside its specifications), `specifications.jsonl` for programs."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from local.readable import Shown, breakable, count, moment, percent, plain, shown
from operate.rows import number

PAGE = "report.html"
ROWS = "specifications.jsonl"
SURE = 0.7  # of a confidence score; what is below is worth a look before it's used, whatever the status
_FIELDS = 8  # that a card names as less sure
STATUSES = ("completed", "needs_review", "failed", "waiting", "processing", "no row")


@dataclass(frozen=True)
class Entry:
    """One photo and what became of it.

    `name` is its path below the folder; `row` as DynamoDB keeps it, empty if there is none; `picture` a file's path
    from the report's folder; `problem` says why there is no row; `original` is the photo's address for a browser,
    relative to the report, None if it can't be reached from there.
    """

    name: str
    row: Mapping[str, Any] = field(default_factory=dict)
    picture: str | None = None
    problem: str = ""
    original: str | None = None

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
    def unsure(self) -> bool:
        """Whether the service is less than SURE of it."""
        score = self.product.get("confidence_score")
        return score is not None and float(score) < SURE

    @property
    def less_sure(self) -> list[tuple[str, float]]:
        """The fields that the service is less than SURE of, by their paths in the product, the least sure first."""
        fields = {name: float(sure) for name, sure in (self.row.get("field_confidence") or {}).items()}
        below = sorted((item for item in fields.items() if item[1] < SURE), key=lambda item: item[1])
        return [(name.removeprefix("specifications."), sure) for name, sure in below[:_FIELDS]]

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

    def specifications(entry: Entry) -> Shown:
        return shown(entry.specifications, titles.get(entry.category, {}))

    readable = {"plain": plain, "percent": percent, "moment": moment, "count": count}
    environment.filters |= {**readable, "breakable": breakable, "specifications": specifications}
    counts = Counter(entry.status for entry in entries)
    page = environment.get_template("report.html.j2").stream(
        groups=_by_category(entries),
        total=len(entries),
        reader=reader,
        summary=summary,
        statuses=[(status, counts[status]) for status in STATUSES if status in counts],
    )
    with path.open("w", encoding="utf-8") as file:
        file.writelines(page)


def _by_category(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """The entries of each category, in the order of their names; last those whose category isn't known."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.category, []).append(entry)
    return sorted(groups.items(), key=lambda group: (not group[0], group[0]))
