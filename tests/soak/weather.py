"""How likely what fails when. Rates are those of a bad day, and worse in storms; they end, so that all can settle.

A storm lasts at most two minutes and lets some requests through. `paid_twice` = 0 rests on less: that the table comes
back within the half hour for which a lease outlives who has paid (`pipeline/store.py`). Where it refuses everything for
longer, another message of the same image may be faster than the one with the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

Where = Literal["before", "after"]
Kind = Literal["refused", "refused though done", "no connection", "answer lost", "cut off"]


@dataclass(frozen=True, slots=True)
class Fault:
    """How a request fails: AWS's code and HTTP status for those that AWS refuses."""

    kind: Kind
    code: str = ""
    status: int = 0


_UNREACHABLE, _LOST, _CUT = Fault("no connection"), Fault("answer lost"), Fault("cut off")
_FAULTS: Mapping[str, Mapping[Fault, float]] = {
    "specifications": {
        Fault("refused", "ProvisionedThroughputExceededException", 400): 0.01,
        Fault("refused", "ThrottlingException", 400): 0.01,
        Fault("refused", "TransactionConflictException", 400): 0.004,
        Fault("refused", "InternalServerError", 500): 0.004,
        Fault("refused though done", "InternalServerError", 500): 0.004,
        _UNREACHABLE: 0.002,
        _LOST: 0.004,
    },
    "coordination": {
        Fault("refused", "ThrottlingException", 400): 0.02,
        Fault("refused though done", "InternalServerError", 500): 0.005,
        _LOST: 0.005,
    },
    "s3": {
        Fault("refused", "SlowDown", 503): 0.02,
        Fault("refused", "InternalError", 500): 0.01,
        _UNREACHABLE: 0.003,
        _LOST: 0.003,
        _CUT: 0.005,
    },
    "sqs": {
        Fault("refused", "ServiceUnavailable", 503): 0.02,
        Fault("refused", "RequestThrottled", 400): 0.02,
        _UNREACHABLE: 0.005,
        _LOST: 0.01,
    },
    "bedrock": {
        Fault("refused", "ThrottlingException", 429): 0.03,
        Fault("refused", "ModelNotReadyException", 429): 0.004,
        Fault("refused", "InternalServerException", 500): 0.01,
        Fault("refused", "ServiceUnavailableException", 503): 0.01,
        Fault("refused", "ModelTimeoutException", 408): 0.004,
        Fault("refused", "ModelErrorException", 424): 0.004,
        _UNREACHABLE: 0.003,
        _LOST: 0.006,
        _CUT: 0.002,
    },
}
# In a storm nearly every request gets this.
_STORMS: Mapping[str, tuple[Fault, ...]] = {
    "specifications": (Fault("refused", "ThrottlingException", 400), _LOST, _UNREACHABLE),
    "coordination": (_UNREACHABLE, Fault("refused", "ThrottlingException", 400)),
    "s3": (Fault("refused", "SlowDown", 503), _UNREACHABLE),
    "sqs": (Fault("refused", "ServiceUnavailable", 503), _LOST),
    "bedrock": (Fault("refused", "ServiceUnavailableException", 503), Fault("refused", "ThrottlingException", 429)),
}
_STORM_RATE = 0.85
_SECONDS_BETWEEN_STORMS = 400.0
_LONGEST_STORM = 120.0
_KILLS = 0.005  # of requests: before they are sent, and as often after they took effect
_FREEZES = 0.0004  # of requests: the container stands still for a while, and may outlive its time
# Median seconds of an answer, and how much it varies.
_SECONDS: Mapping[str, tuple[float, float]] = {
    "specifications": (0.008, 0.5),
    "coordination": (0.006, 0.5),
    "s3": (0.05, 0.5),
    "sqs": (0.015, 0.5),
    "bedrock": (8.0, 0.5),
}
_SLOW_ANSWERS = 0.04  # of Bedrock's: nearly as long as the client waits


class Weather:
    """Draws what happens to each request, until `calm_from` (seconds since the soak began); then nothing fails."""

    def __init__(self, random: Random, calm_from: float) -> None:
        self.calm_from = calm_from
        self._random = random
        self._storms = [storm for service in _STORMS for storm in self._drawn(service)]
        # Table and queue fail together now and then: an answer then has nowhere to go.
        tables = [storm for storm in self._storms if storm[0] == "specifications"]
        self._storms += [("sqs", since, until) for _, since, until in tables[::2]]
        self._first_model_gone = self._drawn("model")

    def fault(self, service: str, now: float) -> Fault | None:
        """What goes wrong with a request, if anything."""
        if now >= self.calm_from:
            return None
        if any(name == service and since <= now < until for name, since, until in self._storms):
            return self._random.choice(_STORMS[service]) if self._random.random() < _STORM_RATE else None
        drawn = self._random.random()
        for fault, rate in _FAULTS[service].items():
            drawn -= rate
            if drawn < 0:
                return fault
        return None

    def kill(self, now: float) -> Where | None:
        """Whether the container dies before this request is sent, or after it took effect."""
        drawn = self._random.random()
        if now >= self.calm_from or drawn >= 2 * _KILLS:
            return None
        return "before" if drawn < _KILLS else "after"

    def seconds(self, service: str) -> float:
        """How long an answer takes."""
        if service == "bedrock" and self._random.random() < _SLOW_ANSWERS:
            return self._random.uniform(60, 99)
        median, spread = _SECONDS[service]
        return min(99.0, median * self._random.lognormvariate(0, spread))

    def freeze(self, now: float) -> float:
        """For how many seconds the container stands still."""
        frozen = now < self.calm_from and self._random.random() < _FREEZES
        return self._random.uniform(10, 400) if frozen else 0.0

    def first_model_is_gone(self, now: float) -> bool:
        """Whether access to the first model of the list is refused just now."""
        return any(since <= now < until for _, since, until in self._first_model_gone)

    def _drawn(self, service: str) -> list[tuple[str, float, float]]:
        storms, at = [], self._random.expovariate(1 / _SECONDS_BETWEEN_STORMS)
        while at < self.calm_from:
            storms.append((service, at, min(self.calm_from, at + self._random.uniform(10, _LONGEST_STORM))))
            at += self._random.expovariate(1 / _SECONDS_BETWEEN_STORMS)
        return storms
