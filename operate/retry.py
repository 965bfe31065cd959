"""When to try a call to S3 again, and how long to wait before it."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

# Codes that pass although their HTTP status is 4xx (S3 API reference, list of error codes). BadDigest and
# IncompleteBody say that the bytes were damaged on their way, or that the file changed while it was read.
_PASSING = frozenset({"RequestTimeout", "BadDigest", "IncompleteBody", "OperationAborted", "Throttling"})


@dataclass(frozen=True)
class Backoff:
    """Exponential backoff with full jitter: a wait is anything from 0 s to the ceiling, which doubles up to `longest`.

    Full jitter spreads many clients best (AWS Architecture Blog, "Exponential Backoff And Jitter"). These
    values outlast about a minute on average, two at most: S3 needs time to split a prefix that it asked to slow down.
    """

    attempts: int = 8
    first: float = 1.0
    longest: float = 60.0
    random: Callable[[], float] = random.random

    def wait(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row (1 or more)."""
        return float(self.random() * min(self.longest, self.first * 2 ** (failures - 1)))


def passes(error: Exception) -> bool:
    """Whether the same call may succeed later: throttled, a fault of the service, or no connection."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or status == 429 or error.response["Error"].get("Code") in _PASSING
    return isinstance(error, ConnectionError | HTTPClientError)
