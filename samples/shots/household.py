"""Photos of cleaning and laundry products."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Box, Can
from samples.render.shot import PORTRAIT, Shot

SHOTS = (
    Shot(
        "hygieneklar.jpg",
        "hygieneklar",
        partial(Box, depth=38, colour=(232, 238, 240), lying=True, round=9),
        PORTRAIT,
        table="slate",
        fill=0.94,
        yaw=-4,
        pitch=76,
        quality=80,
    ),
    Shot(
        "morbidella.jpg",
        "morbidella",
        partial(Can, colour=(196, 180, 214), arc=86, lid=16),
        PORTRAIT,
        table="marble",
        wall="green wall",
        pitch=5,
        exposure=Exposure(brightness=0.92, warmth=0.04),
        difficulty=("curved",),
    ),
)
