"""What must hold on a label: declared checks, each a function of a product's specifications that gives findings.

An extractor names those that fit its category: `check = must_hold(dates.in_order, composition.fibres_add_up)`. Every
check is made so that a true label never makes it an error; what proves nothing when it holds gives no proof.
docs/checks.md says of each what it compares, how far figures may be apart, and why.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from extractors.checks.findings import Finding

Specifications = Mapping[str, Any]
Check = Callable[[Specifications], Iterable[Finding]]


@dataclass(frozen=True)
class MustHold:
    """The checks of one category, called with a product: the findings of all of them, one after the other."""

    checks: tuple[Check, ...]

    def __call__(self, product: Mapping[str, Any]) -> Iterator[Finding]:
        """What they find in a product whose specifications are as its schema wants them."""
        for check in self.checks:
            yield from check(product["specifications"])


def must_hold(*checks: Check) -> MustHold:
    """What an extractor registers as its `check`."""
    return MustHold(checks)
