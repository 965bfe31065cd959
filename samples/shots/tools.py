"""Photos of tools: the plate on a grinder's motor housing, the box of a cordless drill."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Box, Can
from samples.render.shot import PORTRAIT, SQUARE, Shot

SHOTS = (
    Shot(
        "funkenried.jpg",
        "funkenried",
        partial(Can, colour=(29, 78, 74), arc=100, lid=9),
        SQUARE,
        table="slate",
        wall="grey wall",
        fill=0.98,
        pitch=7,
        exposure=Exposure(brightness=0.8, warmth=0.06, grain=3.0),
        difficulty=("curved", "dim"),
    ),
    Shot(
        "tornavik.jpg",
        "tornavik",
        partial(Box, depth=90, colour=(238, 136, 34)),
        PORTRAIT,
        table="pine",
        wall="green wall",
        fill=0.96,
        yaw=-7,
        pitch=8,
    ),
)
