"""Photos of cosmetics."""

from functools import partial

from samples.render.objects import Box
from samples.render.shot import PORTRAIT, Shot

SHOTS = (
    Shot(
        "cream.jpg",
        "cream",
        partial(Box, depth=42, colour=(240, 228, 222)),
        PORTRAIT,
        table="marble",
        yaw=-13,
        pitch=12,
    ),
    Shot(
        "sunlotion.webp",
        "sunlotion",
        partial(Box, depth=24, colour=(244, 178, 48), lying=True, round=16),
        PORTRAIT,
        table="linen",
        fill=0.92,
        yaw=-7,
        pitch=72,
        quality=86,
    ),
)
