"""What a schema can't see: an answer cut off, empty or of another kind of product, and the checks of extractors and
plugins."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from difflib import get_close_matches
from functools import partial
from itertools import islice
from typing import Any

import pluggy
import structlog

from pipeline.catalog import Extractor, Finding
from pipeline.corroboration import OtherText
from pipeline.faults import fault
from pipeline.images import PreparedImage
from pipeline.plugins import implementations

_ALIKE = 0.85  # of difflib's ratio: `authors` is `author`, `best_before` isn't `best_before_date`
_MOST_NAMES = 20
_LONGEST_NAME = 64  # characters, as the schemas let names have


def review(
    product: Mapping[str, Any],
    extractor: Extractor,
    image: PreparedImage | None,
    plugins: pluggy.PluginManager | None,
) -> list[Finding]:
    """What the extractor's check and the plugins find in a product that is right by its schema.

    A check that breaks is itself a finding: the answer was paid for.
    """
    findings = _heard(extractor.category, lambda: extractor.check(deepcopy(product)))
    for name, look in implementations(plugins, "review_specifications") if plugins else ():
        findings += _heard(name, partial(look, extractor=extractor, product=deepcopy(product), image=image))
    return findings


def doubts(product: Mapping[str, Any], extractor: Extractor, *, truncated: bool) -> list[Finding]:
    """What speaks against an answer as a whole, and what no second look would mend."""
    findings = []
    if truncated:
        findings.append(fault("", "The answer was cut off at the most tokens allowed: more may be printed."))
    if not any(product.get(name) for name in ("product_name", "brand", "specifications")):
        findings.append(fault("", "Nothing on this photo could be read."))
    if other := product.get("other_category"):
        findings.append(
            fault("category", f"The photo shows another kind of product than {extractor.category}: {other}")
        )
    return [*findings, *_misnamed(product.get("specifications"), extractor)]


def _misnamed(specifications: Any, extractor: Extractor) -> Iterator[Finding]:
    """A warning for each name of the model's own that is nearly the schema's: who looks for that finds nothing."""
    foreseen = extractor.foreseen
    own = specifications.keys() - foreseen.keys() if isinstance(specifications, Mapping) else ()
    for name in islice(sorted(own), _MOST_NAMES):
        for meant in get_close_matches(name[:_LONGEST_NAME], foreseen, 1, _ALIKE):
            if meant not in specifications:
                yield fault(f"specifications.{name}", f"The schema has no {name}: is {meant} meant?", "warning")


def other_text(image: PreparedImage, plugins: pluggy.PluginManager) -> OtherText | None:
    """What the first plugin that reads the photo itself sees on it; None without one, or if it sees nothing."""
    for name, read in implementations(plugins, "read_text"):
        try:
            if (text := read(image=image)) is not None:
                return OtherText(str(text)) if str(text).strip() else None
        except Exception:  # noqa: BLE001 - a plugin may fail in any way; the answer stands without it
            structlog.get_logger().exception("plugin.failed", hook="read_text", plugin=name)
    return None


def _heard(who: str, check: Callable[[], Iterable[Mapping[str, Any]] | None]) -> list[Finding]:
    """What a check finds; only what says that it's a warning or a proof is none of the errors."""
    try:
        return [
            fault(found["path"], found["message"], _severity(found["severity"]), found.get("values"))
            for found in check() or ()
        ]
    except Exception as error:  # noqa: BLE001 - a check is anyone's code, run on whatever the model answered
        structlog.get_logger().exception("plugin.failed", hook="review_specifications", plugin=who)
        return [fault("", f"The check of {who} failed ({type(error).__name__}: {error}): not all has been checked.")]


def _severity(said: str) -> str:
    return said if said in ("warning", "proof") else "error"
