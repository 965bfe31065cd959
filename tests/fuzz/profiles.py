"""How long hypothesis looks for counterexamples: seconds, or hours with `HYPOTHESIS_PROFILE=long`.

The default draws the same examples in every run: a failure is then news of the change at hand, and never of chance. The
long profile draws others each time, a hundred times as many, and remembers what failed (in `.hypothesis/`).
"""

import os
from collections.abc import Mapping

from hypothesis import HealthCheck, settings

_TIMES = {"default": 1, "long": 100}


def fuzzed(examples: int, environ: Mapping[str, str] = os.environ) -> settings:
    """Marks a test that is to see so many examples by default. Raises ValueError for a profile that isn't there."""
    profile = environ.get("HYPOTHESIS_PROFILE") or "default"
    if profile not in _TIMES:
        raise ValueError(f"HYPOTHESIS_PROFILE is {profile!r}. There are {', '.join(_TIMES)}.")
    long = profile == "long"
    return settings(
        max_examples=examples * _TIMES[profile],
        derandomize=not long,
        print_blob=long,
        deadline=None,  # a busy machine is no fault of the code
        # `world` is one for all examples of a test, and `handled` cleans it before each.
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
        **({} if long else {"database": None}),
    )
