"""Shares that make up a whole."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from extractors.checks.findings import Field, Finding, error, path_to, proof, warning
from extractors.checks.quantities import quantity

_FIBRES = "textile_composition"


def fibres_add_up(said: Mapping[str, Any]) -> Iterator[Finding]:
    """The fibres of each part are 100 % (Regulation (EU) 1007/2011, article 9).

    More is an error, less a warning, for a line may be missing. 1 % may be off: three thirds are printed as 33 % each.
    Just 100 % proves the shares.
    """
    fibres = [fibre for fibre in _list(said.get(_FIBRES)) if isinstance(fibre, Mapping)]
    numbered = [(at, fibre, quantity(fibre, "percentage")) for at, fibre in enumerate(fibres)]
    # In the label's order: a suit has two shells, and the next part ends the first of them.
    for part, entries in groupby(numbered, key=lambda entry: entry[1].get("part", "")):
        shares = [(at, share) for at, _, share in entries]
        # "other fibres", or a leather without a figure: nothing to add up
        known = [(at, share) for at, share in shares if share]
        if len(known) < len(shares):
            continue
        fields = [Field(path_to(_FIBRES, at, "percentage"), share.printed) for at, share in known]
        total = round(sum(share.low for _, share in known), 2)
        which = f" of {part}" if part else ""
        if abs(total - 100) > 1:
            message = f"The fibres{which} add up to {total:g} %, not 100 %: one is misread, missing or of another part."
            yield (error if total > 100 else warning)(message, *fields, path=path_to(_FIBRES))
        elif total == 100:
            yield proof(f"The fibres{which} add up to 100 %.", *fields, path=path_to(_FIBRES))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
