"""Pictures for the tests, made as they're needed."""

from io import BytesIO

from PIL import Image, ImageDraw

from pipeline.images import PreparedImage

RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 30), (30, 30, 200), (220, 220, 30)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def corners(width: int = 240, height: int = 120) -> Image.Image:
    """A picture with a colour in each quarter, so that every turn of it looks different."""
    picture = Image.new("RGB", (width, height), RED)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 2, 0, width, height // 2), GREEN)
    draw.rectangle((0, height // 2, width // 2, height), BLUE)
    draw.rectangle((width // 2, height // 2, width, height), YELLOW)
    return picture


def seen(image: PreparedImage) -> Image.Image:
    return Image.open(BytesIO(image.data)).convert("RGB")
