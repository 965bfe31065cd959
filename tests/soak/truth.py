"""What really happened, kept beside the service: the uploaded versions, their stories, and every paid call."""

from dataclasses import dataclass, field
from typing import Literal

Step = Literal["choose", "read", "repair"]
Fate = Literal["on its way", "arrived", "kept", "lost to a kill", "lost to a timeout"]


@dataclass(slots=True, kw_only=True)
class Version:
    """One version of one object, and what is special about it."""

    number: int
    key: str
    data: bytes
    metadata: dict[str, str]
    category: str | None  # None: only the model can say
    is_image: bool = True
    deleted: bool = False  # before anybody can read it
    unavailable_until: float = 0.0  # Bedrock answers 503 to whoever asks about it
    deadly: bool = False  # whoever reads it from S3 is killed
    version_id: str = ""
    story: list[tuple[float, str]] = field(default_factory=list)
    paid: "list[PaidCall]" = field(default_factory=list)


@dataclass(slots=True)
class PaidCall:
    """One call of the model that Bedrock has charged for, and what became of its answer.

    `kept`: after the answer had arrived, a write of the same invocation to the table of specifications or to a queue
    took effect. Until then a kill, or the function's timeout, takes the answer with it: `lost to a kill`. An answer
    that came later than the client waited for it never reached the service: `lost to a timeout`.
    """

    step: Step
    model_id: str
    said: str  # what kind of answer it was
    at: float
    fate: Fate = "on its way"


def needlessly_paid(version: Version) -> list[PaidCall]:
    """The calls that were paid again for the same reading, although no answer was lost.

    A reading is one step (choosing the category, reading, repairing) of one version. A call is needless if an earlier
    call for the same step had an answer that was lost neither to a kill nor to a timeout: the service had it, and
    could have kept it. Asking for a repair is not the same reading again, as it asks for the faulty fields.
    """
    had: set[Step] = set()
    needless = []
    for call in version.paid:
        if call.step in had:
            needless.append(call)
        if call.fate in ("arrived", "kept"):
            had.add(call.step)
    return needless


class Truth:
    """All versions, by number and by id; how many events, invocations and kills there were."""

    def __init__(self) -> None:
        self.versions: list[Version] = []
        self.by_id: dict[str, Version] = {}
        self.events = 0
        self.invocations = 0
        self.kills = 0

    def uploaded(self, version: Version) -> None:
        """A version that now has its id."""
        self.by_id[version.version_id] = version

    def paid_calls(self) -> list[PaidCall]:
        """All calls that were paid."""
        return [call for version in self.versions for call in version.paid]
