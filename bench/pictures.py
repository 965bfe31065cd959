"""The photos of the bench, rendered: light that falls off, a sensor's noise, print in many sizes."""

import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

NAMES = {  # width, height in pixels, and Pillow's name of the format
    "2 MP JPEG": (1600, 1200, "JPEG"),
    "12 MP JPEG": (4000, 3000, "JPEG"),
    "48 MP JPEG": (8000, 6000, "JPEG"),
    "12 MP PNG": (4000, 3000, "PNG"),
    "12 MP WebP": (4000, 3000, "WEBP"),
}
TINY = (64, 48)  # of each kind as well, to have Pillow's readers loaded before memory is counted

_OPTIONS: dict[str, dict[str, int]] = {
    "JPEG": {"quality": 90},
    "PNG": {"compress_level": 3},
    "WEBP": {"quality": 85, "method": 1},
}


def photo(width: int, height: int) -> Image.Image:
    """Return a picture like a photo of a label, in RGB."""
    light = Image.linear_gradient("L").rotate(30, expand=True).crop((70, 70, 280, 280))
    warm = Image.radial_gradient("L").crop((30, 60, 230, 200))
    grain = Image.effect_noise((512, 512), 5)  # then 12 MP weigh about as much as a phone's photo
    bands = []
    for band in (light, warm, ImageChops.invert(light)):
        full = band.point(lambda value: 70 + value * 0.5).resize((width, height), Image.Resampling.BILINEAR)
        for top in range(0, height, 512):
            for left in range(0, width, 512):
                place = (left, top, min(left + 512, width), min(top + 512, height))
                below = full.crop(place)
                full.paste(ImageChops.add(below, grain.crop((0, 0, *below.size)), offset=-128), place)
        bands.append(full)
    picture = Image.merge("RGB", bands)
    draw = ImageDraw.Draw(picture)
    top = height // 20
    while top < height * 0.9:
        size = 12 + (top * 7) % (height // 25)
        words = (
            f"INGREDIENTS: sugar {top % 97},5 g, cocoa butter {size} %, milk powder. Lot L{top * 37:06d} EXP 2027-03"
        )
        draw.text((width // 20, top), words, fill=(20, 20, 30), font=ImageFont.load_default(size))
        top += size + size // 2
    return picture


def render(folder: Path) -> None:
    """Write a photo a name into the folder, and a tiny one of each kind."""
    for name, (width, height, kind) in NAMES.items():
        photo(width, height).save(folder / name, kind, **_OPTIONS[kind])
        photo(*TINY).save(folder / f"tiny {kind}", kind)


if __name__ == "__main__":
    render(Path(sys.argv[1]))
    sys.stdout.write("null\n")
