"""What an answer is worth: the schema's faults, what the photo's own barcodes say, and what can't hold together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pluggy

from pipeline.answers import recorded
from pipeline.barcodes import Barcode
from pipeline.catalog import Extractor, Finding
from pipeline.codes import with_decoded
from pipeline.faults import faults_in
from pipeline.fields import concerns, fields_of, nested
from pipeline.images import PreparedImage
from pipeline.reviewing import review


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model recorded, and what there is to say of it.

    `faults` can't be right, and another look may mend them: the schema's, and checks that failed on `values`;
    `findings` are what else there is: warnings, proofs, errors that are for people. `legibility`: by dotted path the
    model's word for what isn't entirely clear; `notes`: where its digits are not those of the bars; `tool_use`: its
    block in the answer; `truncated`: tokens ran out.
    """

    product: Mapping[str, Any]
    faults: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    tool_use: Mapping[str, Any]
    truncated: bool = False
    legibility: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """How answers about one photo are judged: all that is known beside them.

    Without `plugins` and `image`, by schema, barcodes and the extractor's own check alone.
    """

    extractor: Extractor
    barcodes: tuple[Barcode, ...] = ()
    image: PreparedImage | None = None
    plugins: pluggy.PluginManager | None = None

    def reading(self, message: Mapping[str, Any]) -> Reading:
        """The answer, judged. Raises AnswerUnusable where nothing is recorded."""
        answer = recorded(message, self.extractor.tool["name"])
        return self.judged(answer.product, answer.tool_use, answer.truncated, answer.legibility)

    def judged(
        self,
        product: Mapping[str, Any],
        tool_use: Mapping[str, Any],
        truncated: bool = False,
        legibility: Mapping[str, str] | None = None,
    ) -> Reading:
        """A product, with every finding about it: of the schema, and of checks about what is right by the schema."""
        product, notes = with_decoded(product, self.barcodes, self.extractor)
        faults = faults_in(product, self.extractor)
        sound = _without(product, faults)
        trusted = not faults or not faults_in(sound, self.extractor)  # checks may trust the schema
        found = review(sound, self.extractor, self.image, self.plugins) if trusted else []
        failed = tuple(one for one in found if one["severity"] == "error" and "values" in one)
        others = tuple(one for one in found if one not in failed)
        return Reading(product, (*faults, *failed), others, tool_use, truncated, legibility or {}, tuple(notes))


def _without(product: Mapping[str, Any], faults: Sequence[Finding]) -> Mapping[str, Any]:
    """The product without the fields that have faults."""
    if not faults:
        return product
    sound = {
        path: value
        for path, value in fields_of(product).items()
        if not any(concerns(found["path"], path) for found in faults)
    }
    return {"specifications": {}, **nested(sound)}
