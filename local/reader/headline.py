"""Brand and product name, by what is printed large; only where something else on the page bears it out."""

import re
from statistics import median

from local.page import Line, Page
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.labels import Layout
from local.reader.words import squash

_LARGE = 1.35  # times the usual height of print on this page
_COMPANY = re.compile(
    r"\b(?:GmbH|Ltd|Limited|Inc|LLC|Corp|Corporation|AG|KG|SAS?|S\.A\.?|S\.p\.A|SARL|SÁRL|S\.?L|BV|A/S|Co)\b|www\.|[©®™]"
)


def headline(layout: Layout, name: Field | None, brand: Field | None) -> list[Found]:
    """The brand (a large line that a company's line or a web address repeats), and the name, the largest other print."""
    large = _large(layout)
    marks = [line for line in large if _borne_out(line, layout.page)]
    found = []
    if brand and marks:
        found.append(Found(brand, marks[0].text.rstrip("®™ "), (marks[0],)))
    block = _block([line for line in large if line not in marks], layout)
    if name and block and (marks or len(large) == len(block)):
        found.append(Found(name, " ".join(line.text for line in block), tuple(block)))
    return found


def _large(layout: Layout) -> list[Line]:
    lines = [line for line in layout.page.lines if sum(map(str.isalpha, line.text)) > 2]
    if len(lines) < 4:
        return []
    usual = median(line.height for line in lines)
    return [
        line
        for line in lines
        if line.height >= _LARGE * usual
        and line.score > 0.9
        and line.height < line.width
        and not re.search(r"\d\s?(?:g|ml|l|kg|oz)\b", line.text)
        and not any(anchor.line is line and anchor.leads for anchor in layout.anchors)
    ]


def _borne_out(line: Line, page: Page) -> bool:
    wanted = squash(line.text)
    return len(wanted) > 3 and any(
        wanted in squash(other.text) and _COMPANY.search(other.text) for other in page.lines if other is not line
    )


def _block(lines: list[Line], layout: Layout) -> list[Line]:
    """The largest line and those of like size right above or below it."""
    if not lines:
        return []
    largest = max(lines, key=lambda line: line.height)
    block = [largest]
    for line in sorted(lines, key=lambda line: abs(line.middle - largest.middle)):
        near = any(abs(line.middle - other.middle) < 1.6 * largest.height for other in block)
        level = abs((line.left + line.right) - (largest.left + largest.right)) < largest.width
        if line not in block and near and level and line.height > 0.7 * largest.height:
            block.append(line)
    return sorted(block, key=lambda line: line.middle)
