"""All that is said of a run: its figures, together."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from operate.evaluation import calibration
from operate.evaluation.against import Comparison
from operate.evaluation.calibration import Calibration
from operate.evaluation.figures import Categories, Effort, Tally, by_attribute, by_category
from operate.evaluation.results import Run


@dataclass(frozen=True)
class Report:
    """A run's figures. `unmapped` are the truth's names that met no schema, with how often, by category and name."""

    run: Run
    overall: Tally
    by_category: Mapping[str, Tally]
    by_attribute: Mapping[str, Tally]
    categories: Categories
    fields_confidence: Calibration
    photos_confidence: Calibration
    own_confidence: int
    effort: Effort | None
    statuses: Mapping[str, int]
    unmapped: Mapping[str, int]
    comparison: Comparison | None

    @classmethod
    def of(cls, run: Run, before: Run | None = None) -> "Report":
        """The figures of this run, held against one before it if there is one."""
        fields = [field for photo in run.photos for field in photo.fields]
        unmapped = Counter(f"{photo.category}: {name}" for photo in run.photos for name in photo.unmapped)
        return cls(
            run=run,
            overall=Tally.of(fields),
            by_category=by_category(run.photos),
            by_attribute=by_attribute(run.photos),
            categories=Categories.of(run.photos),
            fields_confidence=calibration.of_fields(run.photos),
            photos_confidence=calibration.of_photos(run.photos),
            own_confidence=sum(field.confidence is not None for field in fields if field.outcome in calibration.JUDGED),
            effort=Effort.of(run.photos),
            statuses=dict(sorted(Counter(photo.status for photo in run.photos).items())),
            unmapped=dict(sorted(unmapped.items())),
            comparison=Comparison.of(before, run) if before else None,
        )

    def as_json(self) -> dict[str, Any]:
        """The figures by name, for programs."""
        comparison = self.comparison
        return {
            "overall": self.overall.as_json(),
            "by_category": {name: tally.as_json() for name, tally in self.by_category.items()},
            "by_attribute": {name: tally.as_json() for name, tally in self.by_attribute.items()},
            "categories": {**asdict(self.categories), "accuracy": self.categories.accuracy},
            "confidence": {"fields": asdict(self.fields_confidence), "photos": asdict(self.photos_confidence)},
            "values_with_own_confidence": self.own_confidence,
            "effort": asdict(self.effort) if self.effort else None,
            "statuses": self.statuses,
            "unmapped": self.unmapped,
            "against": asdict(comparison) if comparison else None,
        }
