"""One invocation of the function, in one container: it waits, it dies, and it remembers what it was paid for."""

from contextvars import ContextVar
from dataclasses import dataclass, field

from pipeline.services import Services
from tests.soak.scheduler import Killed, Scheduler
from tests.soak.truth import PaidCall, Truth, Version


@dataclass(slots=True)
class Container:
    """One execution environment. `skew`: by how many seconds its clock is ahead."""

    name: str
    skew: float
    deployment: int
    services: Services | None = None


@dataclass(slots=True)
class Run:
    """One invocation, in a container, about one version. It ends at its deadline, whatever it does."""

    id: str
    container: Container
    version: Version
    scheduler: Scheduler
    truth: Truth
    deadline: float
    paid: list[PaidCall] = field(default_factory=list)
    dead: bool = False

    def wait(self, seconds: float) -> None:
        """Time passes. Raises Killed where the invocation doesn't outlive it, and always when it's dead."""
        if self.dead:
            raise Killed
        self.scheduler.wait(max(0.0, min(seconds, self.deadline - self.scheduler.now)))
        if self.scheduler.now >= self.deadline:
            self.die("timed out")

    def die(self, how: str) -> None:
        """The container is gone, and with it every answer that wasn't kept. Raises Killed."""
        if not self.dead:
            self.dead = True
            self.truth.kills += 1
            self.note(how)
            for call in self.paid:
                if call.fate in ("on its way", "arrived"):
                    call.fate = "lost to a kill"
        raise Killed

    def kept(self) -> None:
        """A write has taken effect that could keep what was answered so far."""
        for call in self.paid:
            if call.fate == "arrived":
                call.fate = "kept"

    def note(self, what: str) -> None:
        """Tell the version's story on."""
        self.version.story.append((self.scheduler.now, f"{self.container.name}/{self.id}: {what}"))


RUN: ContextVar[Run] = ContextVar("run")  # the invocation that the code now running belongs to
