"""Simulated time. Code runs in fibers: threads of which only one runs at a time, until it waits for something.

So containers really interleave, wherever one of them waits, and yet a seed always gives the same run.
"""

import heapq
import itertools
import threading
from collections.abc import Callable


class Killed(BaseException):
    """The container is gone: raised wherever its code waits, and again wherever it then tries to do anything."""


class Scheduler:
    """What is to happen when. `now` is in seconds since the soak began."""

    def __init__(self) -> None:
        self.now = 0.0
        self.running: Fiber | None = None
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._number = itertools.count()  # of two that are due at once, the first comes first
        self._baton = threading.Semaphore(0)

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """Do this in so many seconds from now."""
        heapq.heappush(self._due, (self.now + seconds, next(self._number), do))

    def start(self, body: Callable[[], None]) -> None:
        """Run `body` in a fiber of its own, from now on."""
        self.resume(Fiber(self, body))

    def run(self, meanwhile: Callable[[], None]) -> None:
        """Until nothing is left to happen; `meanwhile` is called between any two things that do."""
        while self._due:
            self.now, _, do = heapq.heappop(self._due)
            do()
            meanwhile()

    def resume(self, fiber: "Fiber") -> None:
        """Let a fiber run until it waits or ends. What its body raises is a fault of the soak's, and raised here."""
        self.running = fiber
        fiber.baton.release()
        self._baton.acquire()
        self.running = None
        if fiber.fault:
            raise fiber.fault

    def wait(self, seconds: float) -> None:
        """Called in a fiber: others run meanwhile."""
        fiber = self.running
        assert fiber, "only a fiber can wait"
        if not self._due or self._due[0][0] > self.now + seconds:
            self.now += seconds  # nobody has anything to do until then
            return
        self.after(seconds, lambda: self.resume(fiber))
        self.give_back()
        fiber.baton.acquire()

    def give_back(self) -> None:
        """Called in a fiber that goes no further for now."""
        self._baton.release()


class Fiber:
    """A body in a thread of its own, which runs only while it holds the baton."""

    def __init__(self, scheduler: Scheduler, body: Callable[[], None]) -> None:
        self.baton = threading.Semaphore(0)
        self.fault: BaseException | None = None
        self._scheduler, self._body = scheduler, body
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        self.baton.acquire()
        try:
            self._body()
        except BaseException as fault:  # noqa: BLE001 - handed to the scheduler, which raises it
            self.fault = fault
        self._scheduler.give_back()
