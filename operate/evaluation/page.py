"""The figures as a page that can be sent on: pictures, plots and styles are in it."""

import re
from base64 import b64encode
from pathlib import Path

import jinja2
from markupsafe import Markup

from local.readable import count, moment, percent, plain
from operate.evaluation.report import Report
from operate.evaluation.screen import confidence
from operate.shapes import as_text

FILE = "evaluation.html"
_TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "evaluation"
_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif"}
_VERDICTS = {
    "right": "right",
    "partial": "right in part",
    "near": "near",
    "wrong": "wrong",
    "missed": "missed",
    "invented": "invented",
    "unsupported": "invented?",
    "unnamed": "not in the truth",
}


def write(out: Path, report: Report) -> None:
    """Write the page into `out`, where the photos' small pictures are."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,  # what was printed on a product, or named a file, is hostile until escaped
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": lambda share: "–" if share is None else percent(share),
        "plain": plain,
        "count": count,
        "moment": moment,
        "name": _name,
        "said": lambda value: "" if value is None else as_text(value),
        "confidence": confidence,
        "picture": lambda picture: _embedded(out / picture),
    }
    page = environment.get_template("page.html.j2").stream(report=report, run=report.run, verdicts=_VERDICTS)
    with (out / FILE).open("w", encoding="utf-8") as file:
        file.writelines(page)


def _name(path: str) -> Markup:
    """A field's path below the specifications, that a narrow column may break at its joints."""
    return Markup("<wbr>").join(re.split(r"(?<=[._])", path.removeprefix("specifications.")))


def _embedded(path: Path) -> str:
    """A picture as an address that holds it (RFC 2397)."""
    data = b64encode(path.read_bytes()).decode("ascii")
    return f"data:{_TYPES[path.suffix]};base64,{data}"
