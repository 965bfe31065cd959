"""Photos of medicines and supplements."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Box, Can
from samples.render.shot import PORTRAIT, WIDE, Shot

SHOTS = (
    Shot(
        "kopfruh.jpg",
        "kopfruh",
        partial(Box, depth=24, colour=(236, 240, 240), lying=True),
        WIDE,
        table="pine",
        fill=0.95,
        yaw=4,
        pitch=72,
        roll=-2,
        difficulty=("tilted",),
    ),
    Shot(
        "zincamarine.jpg",
        "zincamarine",
        partial(Can, colour=(92, 52, 26), arc=108, lid=14),
        PORTRAIT,
        table="marble",
        wall="white wall",
        pitch=9,
        exposure=Exposure(brightness=0.9, warmth=0.04),
        difficulty=("curved",),
    ),
)
