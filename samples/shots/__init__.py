"""How each label was photographed: the body it's printed on, the place, the light, the camera. A module a category."""

import importlib
import pkgutil

from samples.render.shot import Shot


def shots() -> tuple[Shot, ...]:
    """The photos to be taken, of all modules of this package in alphabetical order."""
    modules = sorted(found.name for found in pkgutil.iter_modules(__path__, f"{__name__}."))
    return tuple(shot for name in modules for shot in importlib.import_module(name).SHOTS)
