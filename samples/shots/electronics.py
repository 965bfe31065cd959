"""Photos of devices and their rating plates."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Box
from samples.render.shot import PORTRAIT, WIDE, Shot

SHOTS = (
    Shot(
        "charger.jpg",
        "charger",
        partial(Box, depth=30, colour=(224, 224, 222), lying=True, round=9),
        (4032, 3024),
        table="oak",
        fill=0.84,
        yaw=6,
        pitch=68,
        exposure=Exposure(brightness=0.96, warmth=0.03, grain=1.6, softness=0.4),
        quality=62,
        camera="Meridian M6 Pro",
        difficulty=("low-contrast", "large"),
    ),
    Shot(
        "powerbank.jpg",
        "powerbank",
        partial(Box, depth=15, colour=(44, 48, 52), lying=True, round=7),
        WIDE,
        table="concrete",
        yaw=-5,
        pitch=66,
        exposure=Exposure(glare=(0.74, 0.3)),
        difficulty=("glare",),
    ),
    Shot(
        "headphones.jpg",
        "headphones",
        partial(Box, depth=50, colour=(90, 45, 130)),
        PORTRAIT,
        table="slate",
        wall="grey wall",
        yaw=14,
        pitch=12,
    ),
)
