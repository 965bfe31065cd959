"""Photos of packs, jars and cans of food."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Box, Can
from samples.render.shot import PORTRAIT, SQUARE, Shot

_LAMP = Exposure(brightness=0.58, warmth=0.09, grain=3.6)
_CLOUDY = Exposure(brightness=0.92, warmth=-0.03)

SHOTS = (
    Shot(
        "granola.jpg",
        "granola",
        partial(Box, depth=24, colour=(226, 214, 190), round=3, crumple=0.22),
        PORTRAIT,
        yaw=-9,
        pitch=10,
    ),
    Shot(
        "apfelmark.jpg",
        "apfelmark",
        partial(Can, colour=(206, 196, 120), arc=96, lid=12),
        table="pine",
        wall="green wall",
        pitch=9,
        roll=-3,
        exposure=_CLOUDY,
        difficulty=("curved", "tilted"),
    ),
    Shot(
        "sables.jpg",
        "sables",
        partial(Box, depth=22, colour=(23, 46, 76), lying=True),
        PORTRAIT,
        table="linen",
        yaw=90,
        pitch=76,
        difficulty=("sideways",),
    ),
    Shot(
        "cafe.jpg",
        "cafe",
        partial(Can, colour=(60, 40, 28), arc=112, lid=8),
        SQUARE,
        table="walnut",
        wall="ochre wall",
        pitch=10,
        exposure=_LAMP,
        difficulty=("curved", "dim"),
    ),
    Shot(
        "marmalade.jpg", "marmalade", partial(Box, depth=60, colour=(236, 226, 206)), wall="blue wall", yaw=12, pitch=11
    ),
)
