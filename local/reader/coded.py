"""Sentences with a code before each, as in the schema's example "H319 Causes serious eye irritation."."""

import re
from collections.abc import Iterator
from itertools import takewhile

from local.page import Line, Page
from local.reader.cells import alike
from local.reader.doubts import is_faint
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.layout import opens_with_label
from local.reader.running import joined

_EXAMPLE = re.compile(r"([A-Z]+)\d{3} [A-Z].*[^\W\d_]\.")
_CODE = r"(?<![\w+/-])[A-Z]{1,3}\d{3}[a-zA-Z]{0,2}(?:\s?\+\s?[A-Z]\d{3})*(?![\w+/-])"  # also "P305+P351+P338"
_PITCH = 1.15  # heights from one line's middle to the next at most: where it's more, a line between may be unread


def is_coded(field: Field) -> bool:
    """Its examples are such sentences."""
    return field.is_list and any(map(_EXAMPLE.fullmatch, field.examples))


def coded(page: Page, field: Field) -> Iterator[Found]:
    """The sentences of the codes that the field's example and description name, each up to the next code of any kind.

    Left out is a sentence whose end is unsure, or that is read unsurely; all, where a code stands twice, as in two
    languages.
    """
    letters = {found[1] for example in field.examples if (found := _EXAMPLE.fullmatch(example))}
    for named in re.findall(r"\b((?:[A-Z]+ or )*[A-Z]+) code", str(field.schema.get("description", ""))):
        letters |= {*named.split(" or ")}
    own = re.compile(rf"(?:{'|'.join(sorted(letters))})\d")
    said = [one for block in _blocks(page) for one in _sentences(block, field) if own.match(one.value)]
    codes = [one.value.split(" ")[0] for one in said]
    sure = [one for one in said if not is_faint(one) and re.search(r"[^\W\d_]{3}.*[^\W\d_]\.?$", one.value)]
    if sure and len(set(codes)) == len(codes):
        lines = dict.fromkeys(line for one in sure for line in one.lines)
        yield Found(field, [one.value for one in sure], tuple(lines))


def _blocks(page: Page) -> Iterator[list[Line]]:
    """Lines closely one below the other, from one with a code to the end of the last code's sentence."""
    used: set[Line] = set()
    for line in page.lines:
        if line in used or not re.search(_CODE, line.text):
            continue
        block = [line]
        while (following := _next(page, block[-1])) is not None:
            if block[-1].text.endswith(".") and not re.search(_CODE, following.text):
                break
            block.append(following)
        used |= {*block}
        yield block


def _next(page: Page, line: Line) -> Line | None:
    """The line right below that begins where this one does."""
    under = [
        other
        for other in page.lines
        if 0.3 * line.height < other.middle - line.middle < _PITCH * min(line.height, other.height)
        and abs(other.left - line.left) < line.height
        and alike(other, line)
    ]
    return min(under, key=lambda other: other.middle, default=None)


def _sentences(block: list[Line], field: Field) -> Iterator[Found]:
    """What stands from each code of the block to the next; the last one, which no code ends, if it's one sentence."""
    text, begins = "", []
    for line in block:
        begins.append(len(text))
        text = joined(text, line.text)
    spans = list(zip(block, begins, [*begins[1:], len(text)], strict=True))
    starts = [match.start() for match in re.finditer(_CODE, text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        first, *more = re.split(r"(?<=[^\W\d_]\.)\s+(?=[^\W\d_a-zà-ÿ])", text[start:end].strip())
        if end == len(text) and (more or not first.endswith(".")):
            continue
        kept = [first, *takewhile(lambda sentence: not opens_with_label(sentence), more)]
        lines = tuple(line for line, begin, stop in spans if begin < end and start < stop)
        yield Found(field, " ".join(kept), lines)
