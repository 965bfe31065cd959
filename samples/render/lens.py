"""From the light of a scene to a photo's file: lens, light, sensor, compression."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from samples.render.surfaces import noise

Frame = NDArray[np.float32]


@dataclass(frozen=True)
class Exposure:
    """`brightness` 1 is well lit; `warmth` above 0 is lamp light, below 0 a cloudy day; `grain` is the sensor's noise
    (of 255); `softness` the blur in pixels; `glare` where a lamp is mirrored (x and y as shares of the frame)."""

    brightness: float = 1.0
    warmth: float = 0.02
    grain: float = 2.2
    softness: float = 0.55
    glare: tuple[float, float] | None = None


def expose(light: Frame, size: tuple[int, int], exposure: Exposure, rng: np.random.Generator) -> Image.Image:
    """The photo of `size` (width, height) that a sensor makes of the light."""
    small = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), exposure.softness * max(size) / 1400)
    picture = np.asarray(blurred, dtype=np.float32)
    y, x = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j].astype(np.float32)
    uneven = cv2.resize(noise(rng, 24, 24, 64), size, interpolation=cv2.INTER_CUBIC)
    picture *= (1.0 - 0.07 * x - 0.06 * y - 0.13 * (x * x + y * y) / 2 + 0.02 * uneven)[..., None]
    if exposure.glare:
        gx, gy = (2 * share - 1 for share in exposure.glare)
        away = ((x - gx) / 0.20) ** 2 + ((y - gy + 0.35 * (x - gx)) / 0.13) ** 2
        veil = ((x - gx) / 0.8) ** 2 + ((y - gy) / 0.6) ** 2
        picture += (150 * np.exp(-away) + 32 * np.exp(-veil))[..., None]
    picture *= exposure.brightness * np.array([1 + exposure.warmth, 1, 1 - 1.4 * exposure.warmth], np.float32)
    # Photons come one by one: the darker, the noisier, relative to the light. Noise in colour is coarser than in light.
    spread = exposure.grain * (0.5 + np.sqrt(np.clip(picture, 0, 255) / 255))
    speckle = rng.standard_normal(picture.shape, dtype=np.float32)
    coarse = rng.standard_normal(picture.shape, dtype=np.float32)
    blotches = np.asarray(cv2.GaussianBlur(coarse, (0, 0), 1.6), dtype=np.float32)
    picture += spread * (1.3 * speckle.mean(2, keepdims=True) + 0.3 * speckle + 0.8 * blotches)
    return Image.fromarray(np.clip(np.round(picture), 0, 255).astype(np.uint8))


def save(photo: Image.Image, path: Path, *, quality: int, orientation: int = 1, camera: str | None = None) -> None:
    """Write the photo; the format is the file name's. `orientation` is the EXIF tag (6: the camera was held upright, so
    the pixels are stored turned); `camera` adds what a phone writes beside it."""
    if orientation == 6:
        photo = photo.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    if orientation != 1 or camera:
        exif[0x0112] = orientation
    if camera:
        exif[0x010F], exif[0x0110] = camera.split(" ", 1)
        exif[0x0132] = "2026:05:14 10:21:37"
        exif[0x011A] = exif[0x011B] = 72.0
    match path.suffix:
        case ".jpg":
            photo.save(path, quality=quality, optimize=True, progressive=False, exif=exif)
        case ".webp":
            photo.save(path, quality=quality, method=6)
        case ".png":
            # A PNG of a noisy photo would be megabytes: 64 colours keep it small and readable.
            photo.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
        case suffix:
            raise ValueError(f"{path.name}: no photo is written as {suffix}; use .jpg, .webp or .png.")
