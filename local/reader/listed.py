"""Words and codes that a schema gives as examples, where the page prints them by themselves."""

import re
from collections.abc import Iterator

from local.page import Line, Page
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.values import is_country_code

_WORD = 4  # letters; a shorter one stands for anything
_DRAWN = "\u3400-\u9fff"  # Chinese characters are what OCR makes of the drawings beside a mark: a crossed-out bin
_SURE_MARK = 0.85  # OCR score; two letters are soon seen in a drawing


def listed(page: Page, field: Field) -> Iterator[Found]:
    """The words that the description gives as examples, where they are a line or a part of one by themselves."""
    found: dict[str, Line] = {}
    for line in page.lines:
        parts = [part.strip() for part in re.split(rf"\s[·•|/]\s|[·•|,{_DRAWN}]|\s{{2,}}", line.text)]
        for example in field.examples:
            form = re.sub(r"\d+", r"\\d+(?:-\\d+)*", re.escape(example))
            if re.search(r"[A-Z] .*\d$", example):  # a norm may have its year: "EN 352-2:1993"
                form += r"(?::\s?(?:19|20)\d\d)?"
            if field.is_text and (form != re.escape(example) or len(example) < _WORD):  # a form, not the value
                continue
            flags = 0 if any(map(str.isupper, example)) else re.IGNORECASE
            printed = [match[0] for part in parts if (match := re.fullmatch(form, part, flags))]
            if not printed and len(example) > 3 and re.search(r"[A-Z].*\d", example):  # a code, also in a sentence
                printed = re.findall(rf"(?<![\w/-]){form}(?![\w/])", line.text)
            for text in printed:
                if not _is_health_mark(page, line) and (len(text) > 2 or line.score > _SURE_MARK):
                    found.setdefault(text, line)
    if found:
        yield Found(field, list(found), tuple(found.values()))


def _is_health_mark(page: Page, line: Line) -> bool:
    """The oval of a food works: "CE" or "EC" below a country's code and the works' number, as in "IT 5 CE"."""
    if len(line.text) != 2:
        return False
    return any(
        (match := re.fullmatch(r"([A-Z]{2})[ -]?(?:[A-Z]{1,2}[ -]?)?\d{1,5}", other.text)) is not None
        and is_country_code(match[1])
        and 0 < line.middle - other.middle < 2 * line.height
        and abs((line.left + line.right) - (other.left + other.right)) < 2 * line.height
        for other in page.lines
    )
