"""Photos of covers of books."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Box
from samples.render.shot import PORTRAIT, Shot

SHOTS = (
    Shot(
        "tidal-clock.jpg",
        "tidal-clock",
        partial(Box, depth=22, colour=(238, 234, 224), lying=True),
        PORTRAIT,
        table="walnut",
        yaw=-6,
        pitch=72,
        exposure=Exposure(brightness=0.93, warmth=0.05),
    ),
    Shot(
        "isla.jpg",
        "isla",
        partial(Box, depth=24, colour=(150, 52, 40)),
        PORTRAIT,
        table="pine",
        wall="ochre wall",
        yaw=16,
        pitch=8,
        exposure=Exposure(brightness=0.9, warmth=0.06),
    ),
    Shot(
        "statik.jpg",
        "statik",
        partial(Box, depth=20, colour=(240, 238, 230), lying=True),
        PORTRAIT,
        table="felt",
        yaw=4,
        pitch=74,
        orientation=6,
        difficulty=("exif-rotated",),
    ),
)
