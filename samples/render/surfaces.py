"""What stands around the product: tables and walls, as pictures that tile without a seam."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.float32]
SIZE = 1024
DOTS_PER_MM = 2.0


def noise(rng: np.random.Generator, across: float, down: float, size: int = SIZE) -> Picture:
    """Smooth periodic noise, mean 0 and deviation 1; `across` and `down` are the sizes of its grains in pixels."""
    frequency = np.fft.fftfreq(size)
    blur = np.exp(-2 * np.pi**2 * ((down * frequency[:, None]) ** 2 + (across * frequency[None, :]) ** 2))
    smooth = np.fft.ifft2(np.fft.fft2(rng.standard_normal((size, size))) * blur).real
    return ((smooth - smooth.mean()) / smooth.std()).astype(np.float32)


def _tinted(colour: tuple[int, int, int], brightness: NDArray[np.floating[Any]]) -> Picture:
    return np.clip(np.array(colour, np.float32) * (1 + brightness[..., None]), 0, 255).astype(np.float32)


def _boards(colour: tuple[int, int, int]) -> Callable[[np.random.Generator], Picture]:
    def paint(rng: np.random.Generator) -> Picture:
        grain = 0.05 * noise(rng, 90, 1.2) + 0.035 * noise(rng, 220, 5) + 0.015 * noise(rng, 1, 1)
        board = np.arange(SIZE) // (SIZE // 4)
        grain += rng.uniform(-0.09, 0.09, 4).astype(np.float32)[board][:, None]
        grain[np.arange(SIZE) % (SIZE // 4) < 3] -= 0.35
        return _tinted(colour, grain)

    return paint


def _stone(colour: tuple[int, int, int], coarse: float, fine: float) -> Callable[[np.random.Generator], Picture]:
    def paint(rng: np.random.Generator) -> Picture:
        return _tinted(colour, coarse * noise(rng, 70, 70) + fine * (noise(rng, 1.2, 1.2) + 0.5 * noise(rng, 8, 8)))

    return paint


def _linen(colour: tuple[int, int, int]) -> Callable[[np.random.Generator], Picture]:
    def paint(rng: np.random.Generator) -> Picture:
        threads = np.sin(np.arange(SIZE) * (2 * np.pi * 256 / SIZE)).astype(np.float32)
        relief = threads[None, :] + threads[:, None] + noise(rng, 1.5, 20) + noise(rng, 20, 1.5) + noise(rng, 80, 80)
        return _tinted(colour, 0.04 * relief)

    return paint


def _plain(colour: tuple[int, int, int]) -> Callable[[np.random.Generator], Picture]:
    return _stone(colour, coarse=0.012, fine=0.008)


SURFACES: dict[str, Callable[[np.random.Generator], Picture]] = {
    "oak": _boards((176, 132, 88)),
    "walnut": _boards((104, 72, 50)),
    "pine": _boards((214, 182, 136)),
    "slate": _stone((74, 78, 82), 0.05, 0.05),
    "marble": _stone((222, 220, 216), 0.03, 0.006),
    "concrete": _stone((158, 156, 152), 0.04, 0.03),
    "linen": _linen((202, 194, 178)),
    "felt": _linen((62, 84, 82)),
    "white wall": _plain((226, 224, 218)),
    "grey wall": _plain((168, 172, 176)),
    "green wall": _plain((136, 154, 136)),
    "blue wall": _plain((128, 148, 170)),
    "ochre wall": _plain((206, 172, 118)),
}
