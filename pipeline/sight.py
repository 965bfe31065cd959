"""What the photo tells by itself, before a model is paid: its barcodes, and how well it can be read."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.barcodes import Barcode, decode
from pipeline.catalog import Finding
from pipeline.errors import ImageRefused
from pipeline.faults import fault
from pipeline.images import PreparedImage
from pipeline.pixels import luminance
from pipeline.quality import Quality, measure

_MOST_BARCODES = 20  # of a photo that are stored: hundreds fit on a sheet, and with their texts would burst the row


@dataclass(frozen=True, slots=True)
class Sight:
    """The photo's barcodes, and its quality; None if it can't be decoded here, and is sent as it is."""

    barcodes: tuple[Barcode, ...] = ()
    quality: Quality | None = None

    @property
    def score(self) -> float:
        """How well it can be read, 0 to 1; 1 where nothing is known against it."""
        return self.quality.score if self.quality else 1.0

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """What makes it hard to read: codes, each with a sentence for the person who takes the photo."""
        return self.quality.problems if self.quality else ()

    @property
    def retake_reasons(self) -> list[str]:
        """The codes of its problems."""
        return [code for code, _ in self.problems]

    def as_row(self) -> dict[str, Any]:
        """The row's attributes: what was decoded, and why to take the photo anew; each only if there is something."""
        barcodes = [
            {name: value for name, value in asdict(barcode).items() if value is not None}
            for barcode in self.barcodes[:_MOST_BARCODES]
        ]
        seen = {"barcodes": barcodes, "retake_reasons": self.retake_reasons}
        return {name: value for name, value in seen.items() if value}

    def findings(self) -> list[Finding]:
        """What is to be done better, as warnings."""
        return [fault("", sentence, "warning") for _, sentence in self.problems]

    def refuse_if_poor(self) -> None:
        """Raises ImageRefused, with the first reason to take the photo anew."""
        for code, sentence in self.problems:
            raise ImageRefused(code, sentence)


def look(image: PreparedImage, clock: Callable[[], float]) -> Sight:
    """Look at a prepared picture. `clock` gives seconds: what is hard to decode isn't tried for long."""
    picture = luminance(image.data, image.media_type)
    return Sight(decode(picture, clock), measure(picture)) if picture else Sight()
