"""What handling does to a print: the fibres of the board, its slight waves, the creases of a bag."""

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.render.surfaces import noise

Frame = NDArray[np.float32]


def handled(print_: NDArray[np.uint8], dots_per_mm: float, crumple: float, rng: np.random.Generator) -> Frame:
    """The printed face as light, with the relief of its material; creases shift the print by up to `crumple` mm."""
    height, width = print_.shape[:2]
    face = print_.astype(np.float32)
    if crumple:
        folds = noise(rng, 18, 30, 256) + 0.3 * np.abs(noise(rng, 9, 14, 256))
        creases = _stretched(np.asarray(folds, dtype=np.float32), (width, height))
        down, across = (np.asarray(np.gradient(creases, axis=axis), dtype=np.float32) for axis in (0, 1))
        steepest = float(np.hypot(down, across).max())
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        shift = np.float32(crumple * dots_per_mm / steepest)
        seen = x + shift * across, y + shift * down
        moved = np.asarray(cv2.remap(face, *seen, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
        face = np.asarray(moved * (1 + 0.2 * (across + 0.8 * down) / steepest)[..., None], dtype=np.float32)
    waves = _stretched(noise(rng, 40, 40, 256), (width, height))
    fibres = _stretched(noise(rng, 0.8, 0.8, 512), (width, height))
    return np.asarray(face * (1 + 0.012 * waves + 0.007 * fibres)[..., None], dtype=np.float32)


def _stretched(relief: Frame, size: tuple[int, int]) -> Frame:
    return np.asarray(cv2.resize(relief, size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)
