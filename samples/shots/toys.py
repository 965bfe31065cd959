"""Photos of toys: boxes of a construction set and of a board game."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Box
from samples.render.shot import SQUARE, Shot

SHOTS = (
    Shot(
        "hafenkran.jpg",
        "hafenkran",
        partial(Box, depth=56, colour=(214, 168, 34)),
        (1344, 896),
        table="pine",
        wall="blue wall",
        fill=0.95,
        yaw=9,
        pitch=9,
        quality=78,
    ),
    Shot(
        "brumeval.jpg",
        "brumeval",
        partial(Box, depth=34, colour=(28, 38, 62), lying=True),
        SQUARE,
        table="oak",
        fill=0.94,
        yaw=-11,
        pitch=66,
        exposure=Exposure(brightness=0.82, warmth=0.07, grain=2.8, glare=(0.2, 0.52)),
        difficulty=("glare", "tilted"),
    ),
)
