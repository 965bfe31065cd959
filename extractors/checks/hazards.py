"""Hazard statements and the diamonds beside them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.checks.findings import Finding, path_to, texts, warning

# Regulation (EC) 1272/2008 (CLP), annex V: which diamond a statement's hazard class is shown by. Only classes for which
# no rule of precedence (article 26) lets the diamond be left out, but that GHS01 makes GHS02 optional.
_DIAMONDS = {
    "GHS02": {"H222", "H223", "H224", "H225", "H226", "H228"},
    "GHS05": {"H314", "H318"},
    "GHS06": {"H300", "H301", "H310", "H311", "H330", "H331"},
    "GHS08": {"H304", "H334", "H340", "H341", "H350", "H351", "H360", "H361", "H370", "H371", "H372", "H373"},
    "GHS09": {"H400", "H410", "H411"},
}


def diamonds_of_statements(said: Mapping[str, Any]) -> Iterator[Finding]:
    """A diamond stands beside each H code that calls for it. It may be out of sight: a warning, if others are seen."""
    diamonds, statements = texts(said, "hazard_pictograms"), texts(said, "hazard_statements")
    seen = {diamond.printed for diamond in diamonds}
    for diamond, codes in _DIAMONDS.items():
        shown = diamond in seen or (diamond == "GHS02" and "GHS01" in seen)
        calling = [field for field in statements if codes & set(re.findall(r"\bH[0-9]{3}", field.printed))]
        if seen and not shown and calling:
            named = sorted(codes & set(re.findall(r"\bH[0-9]{3}", " ".join(field.printed for field in calling))))
            beside = f"{' and '.join(named)} stands beside {diamond}"
            message = f"{beside}: a diamond or a code is misread or missed."
            yield warning(message, *diamonds, *calling, path=path_to("hazard_pictograms"))
