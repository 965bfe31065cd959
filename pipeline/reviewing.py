"""What a schema can't see: an answer cut off, empty or of another kind of product, and the checks of extractors and
plugins."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

import pluggy
import structlog

from pipeline.catalog import Extractor, Finding
from pipeline.corroboration import OtherText
from pipeline.faults import fault
from pipeline.images import PreparedImage
from pipeline.plugins import implementations


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
    return findings


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
