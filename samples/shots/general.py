"""Photos of things of no other category."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Box, Can
from samples.render.shot import WIDE, Shot

SHOTS = (
    Shot(
        "twine.jpg",
        "twine",
        partial(Can, colour=(176, 142, 92), arc=106),
        table="oak",
        wall="green wall",
        pitch=12,
        difficulty=("curved",),
    ),
    Shot(
        "candle.jpg",
        "candle",
        partial(Can, colour=(58, 54, 52), arc=100, lid=9),
        table="marble",
        wall="grey wall",
        pitch=10,
        exposure=Exposure(brightness=0.6, warmth=0.08, grain=3.0),
        difficulty=("curved", "dim"),
    ),
    Shot(
        "pencils.jpg",
        "pencils",
        partial(Box, depth=16, colour=(38, 92, 70), lying=True),
        WIDE,
        table="pine",
        yaw=-8,
        pitch=64,
        roll=3,
        difficulty=("tilted",),
    ),
)
