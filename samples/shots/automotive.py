"""Photos of tyres and car fluids."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Box
from samples.render.shot import PORTRAIT, SQUARE, Shot

SHOTS = (
    Shot(
        "valderra.jpg",
        "valderra",
        partial(Box, depth=90, colour=(30, 31, 33), lying=True, round=160),
        SQUARE,
        table="concrete",
        fill=0.97,
        yaw=4,
        pitch=74,
        exposure=Exposure(brightness=1.06, warmth=-0.02, grain=1.4),
    ),
    Shot(
        "corvane.jpg",
        "corvane",
        partial(Box, depth=52, colour=(24, 46, 92), round=5),
        PORTRAIT,
        table="felt",
        wall="grey wall",
        fill=0.92,
        yaw=11,
        pitch=9,
        roll=-2,
        exposure=Exposure(brightness=0.94, warmth=0.03),
        difficulty=("tilted",),
    ),
)
