"""What can come from outside: any text and any JSON, and what is almost right."""

import copy
from typing import Any

from hypothesis import strategies as st

# Lone surrogates, NUL, line breaks, ESC: whatever JSON can write.
TEXT = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    ["", "\0", "\ud800", "\r\n", "\x1b[2J", "../../etc/passwd", "N/A", "a" * 3000, "é" * 600, "%00", "$.'\"`{{7*7}}"]
)
NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.floats(),  # NaN and the infinities, which Python's JSON reader takes
    st.sampled_from([10**38, -(10**40), 10**400, -(10**400), 2**63, 1e308, -1e-308, 5e-324]),
)
PLAIN = st.none() | st.booleans() | NUMBERS | TEXT
JSON: st.SearchStrategy[Any] = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5), max_leaves=12
)


def nested(levels: int, leaf: Any = 1) -> Any:
    """A list in a list in a list ..."""
    for _ in range(levels):
        leaf = [leaf]
    return leaf


DEEP = st.integers(1, 200).map(nested) | st.integers(1, 200).map(lambda levels: {"a": nested(levels)})
ANYTHING = JSON | DEEP


@st.composite
def almost(draw: st.DrawFn, base: Any, edits: int = 3, values: st.SearchStrategy[Any] = ANYTHING) -> Any:
    """`base` with up to so many of its values replaced by others, taken out, or put in twice."""
    document = copy.deepcopy(base)
    for _ in range(draw(st.integers(0, edits))):
        places = list(_places(document))
        if not places:
            break
        holder, name = draw(st.sampled_from(places))
        what = draw(st.sampled_from(["replace", "replace", "remove", "add"]))
        if what == "replace":
            holder[name] = draw(values)
        elif what == "remove":
            del holder[name]
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[name]))
        else:
            holder[draw(TEXT)] = draw(values)
    return document


def _places(node: Any) -> Any:
    if isinstance(node, dict):
        members = list(node.items())
    elif isinstance(node, list):
        members = list(enumerate(node))
    else:
        return
    for name, value in members:
        yield node, name
        yield from _places(value)
