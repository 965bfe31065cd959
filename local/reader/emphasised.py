"""Words that a running text sets in capitals, for a list that is told so: "bold or capital ingredients"."""

import re
from collections.abc import Iterable, Iterator, Mapping

from local.page import Line
from local.reader.fields import Field
from local.reader.found import Found
from local.reader.layout import Layout
from local.reader.words import squash

_CAPITAL = r"[^\W\d_a-zß-öø-ÿœ]"
_CAPITALS = rf"(?<![\w-]){_CAPITAL}{{2,}}(?: {_CAPITAL}{{2,}})*(?![\w-])"
_LONG = 5  # letters; a shorter word in capitals may be an abbreviation, where the page doesn't say what capitals mean
_FEW = 0.4  # of a text's words at most: where more are in capitals, they mark nothing
_SENTENCE = 6  # words that a text has at least to tell what is usual in it


def emphasised(layout: Layout, fields: Iterable[Field], found: Mapping[tuple[str, ...], Found]) -> Iterator[Found]:
    """What stands in capitals in the text that the field's description names, as allergens do in ingredients.

    They are marked so by Regulation (EU) 1169/2011, article 21. Where a short word in capitals may be an abbreviation
    ("EDTA"), all is left out, unless the page says that it marks such words ("For allergens see ...").
    """
    texts = {one.field.name: one for one in found.values() if one.field.is_text}
    for field in fields:
        named = re.search(r"\bcapital (\w+)", str(field.schema.get("description", "")))
        text = texts.get(named[1]) if named and field.is_list and field.path not in found else None
        words = re.findall(r"[^\W\d_]{2,}", text.value) if text else []
        capitals = [word for word in words if word.isupper()]
        if text is None or len(words) < _SENTENCE or len(capitals) > _FEW * len(words):
            continue
        said = _says_so(layout, field)
        marked = [run for run in re.findall(_CAPITALS, text.value) if not any(run in how for how in said.values())]
        if marked and (said or all(len(word) >= _LONG for word in capitals)):
            yield Found(field, list(dict.fromkeys(marked)), (*text.lines, *said))


def _says_so(layout: Layout, field: Field) -> dict[Line, str]:
    """What the page says of how it marks the field's words, by its line: "For allergens see ingredients in bold"."""
    own = {squash(field.name), squash(str(field.schema.get("title", "")))}
    said = {}
    for anchor in layout.anchors:
        if field in anchor.fields and squash(anchor.label) in own:
            below = layout.below(anchor.line)
            said[anchor.line] = f"{anchor.line.text} {below.text if below else ''}"
    return {line: text for line, text in said.items() if re.search(r"\b(?:bold|capital)", text, re.IGNORECASE)}
