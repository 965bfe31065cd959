"""Photos of household appliances: a rating plate, an energy label."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Box
from samples.render.shot import PORTRAIT, Shot

SHOTS = (
    Shot(
        "kettle.png",
        "kettle",
        partial(Box, depth=40, colour=(48, 51, 54), lying=True, round=12),
        (1008, 784),
        table="marble",
        fill=0.94,
        yaw=4,
        pitch=72,
        exposure=Exposure(grain=0.5, softness=0.8),
    ),
    Shot(
        "neveluce.jpg",
        "neveluce",
        partial(Box, depth=8, colour=(236, 238, 238), lying=True, round=3),
        table="grey wall",
        fill=0.94,
        yaw=-5,
        pitch=72,
        roll=2,
        exposure=Exposure(brightness=0.9, warmth=0.05, grain=2.8),
        difficulty=("tilted",),
    ),
    Shot(
        "ondaline.jpg",
        "ondaline",
        partial(Box, depth=60, colour=(238, 238, 236)),
        PORTRAIT,
        table="concrete",
        wall="blue wall",
        fill=0.95,
        yaw=8,
        pitch=9,
        exposure=Exposure(brightness=0.95, warmth=-0.02),
    ),
)
