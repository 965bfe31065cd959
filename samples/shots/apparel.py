"""Photos of clothing: a sewn-in label and a hang tag."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Box
from samples.render.shot import PORTRAIT, Shot

SHOTS = (
    Shot(
        "fenmoor.jpg",
        "fenmoor",
        partial(Box, depth=0.8, colour=(236, 234, 228), lying=True, round=1, crumple=0.16),
        PORTRAIT,
        table="felt",
        fill=0.93,
        yaw=4,
        pitch=76,
        exposure=Exposure(brightness=0.95, warmth=-0.01),
    ),
    Shot(
        "verzura.jpg",
        "verzura",
        partial(Box, depth=1.2, colour=(226, 218, 198), lying=True, round=3),
        PORTRAIT,
        table="walnut",
        fill=0.92,
        yaw=-8,
        pitch=70,
        roll=5,
        exposure=Exposure(brightness=0.8, warmth=0.06, grain=2.8),
        difficulty=("tilted",),
    ),
)
