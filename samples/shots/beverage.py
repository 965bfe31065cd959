"""Photos of drinks."""

from functools import partial

from samples.render.lens import Exposure
from samples.render.objects import Can
from samples.render.shot import PORTRAIT, Shot

SHOTS = (
    # A bottle from near by: its neck and foot are out of the frame.
    Shot(
        "sassoventoso.jpg",
        "sassoventoso",
        partial(Can, colour=(22, 29, 22), arc=106),
        PORTRAIT,
        table="walnut",
        wall="ochre wall",
        fill=1.14,
        pitch=5,
        exposure=Exposure(brightness=0.94, warmth=0.05),
        difficulty=("curved",),
    ),
    Shot(
        "kelpie.jpg",
        "kelpie",
        partial(Can, colour=(186, 190, 194), arc=112, lid=6),
        PORTRAIT,
        table="slate",
        wall="blue wall",
        pitch=10,
        roll=-3,
        exposure=Exposure(warmth=-0.02),
        difficulty=("curved", "tilted"),
    ),
)
