"""A photo's bytes -> the picture that the model is sent: upright, flat, and not a pixel more than the model uses.

The limits are Bedrock's and Claude's (Anthropic's vision guide): 5 MB an image once in base64 and 8000 x 8000 px.
Models before 4.7 shrink what they get to 1568 px on the long edge and 1568 tokens of 28 x 28 px: more buys nothing.
"""

from bisect import bisect_right
from dataclasses import dataclass
from io import BytesIO
from math import ceil

from PIL import Image, ImageFile

from pipeline import pixels
from pipeline.errors import ImageRefused
from pipeline.sniff import readable_type

MODEL_EDGE = 1568  # px
MODEL_TOKENS = 1568
PATCH = 28  # px: the edge of a token
SENDABLE_BYTES = 5 * 1024 * 1024 * 3 // 4  # 3,932,160: in base64, 5 MB
SENDABLE_EDGE = 8000  # px

# One line of the smallest print that can be told apart (capitals of 8 px), with a margin. Below 200 px the model is
# unreliable, says Anthropic, but crops of 240 x 109 px are read well: there, abstaining is the model's to decide.
SMALLEST_EDGE = 16  # px

# Of the function's 1024 MB, Python with its libraries takes about 150, the photo up to 50, the request's copies 20.
# Half is for decoding, the rest for what wasn't foreseen. Cameras' JPEGs take a tenth of it.
DECODING_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """A picture as the model is sent it; `width` and `height` in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


def prepare(photo: bytes) -> PreparedImage:
    """Return the photo as the model is to see it.

    A photo that already is so passes untouched. Any other is encoded anew, as a JPEG without metadata: no position
    goes out. One that can't be decoded here (damaged, or too large for our memory), but is within what Bedrock takes,
    is sent as it is, as the model may read it yet.
    Raises ImageRefused: empty_object, not_an_image, unsupported_media_type, too_small, image_bomb, unreadable_image.
    """
    media_type = readable_type(photo)
    image = _opened(photo, media_type)
    width, height = image.size
    size = fitted(width, height)
    if min(size) < SMALLEST_EDGE:  # by itself, or as a strip so long that it would be scaled to that
        raise ImageRefused(
            "too_small",
            f"The picture is {width} x {height} px, sent as {size[0]} x {size[1]}: nothing can be read in less than "
            f"{SMALLEST_EDGE} px. Upload a larger one, or a part of it.",
        )
    as_it_is = PreparedImage(photo, media_type, width, height)
    turn, tells_place = pixels.read_exif(image)
    tells_place = tells_place or b"exif:GPS" in photo  # XMP, which is text
    light = len(photo) <= SENDABLE_BYTES
    if light and size == image.size and turn is None and not tells_place and pixels.is_plain(image):
        return as_it_is
    try:
        return _drawn(image, photo, size, turn)
    except ImageRefused:
        if light and max(width, height) <= SENDABLE_EDGE:
            return as_it_is
        raise


def thumbnail(image: PreparedImage, long_edge: int = 768) -> PreparedImage:
    """Return the picture with its long edge at most `long_edge` pixels; itself if it is so, or can't be decoded."""
    size = fitted(image.width, image.height, long_edge)
    if size == (image.width, image.height):
        return image
    try:
        return _drawn(_opened(image.data, image.media_type), image.data, size)
    except ImageRefused:  # `prepare` found the same, and decided to send it as it is
        return image


def fitted(width: int, height: int, long_edge: int = MODEL_EDGE) -> tuple[int, int]:
    """Return the largest size in pixels of the same shape that the model uses in full, and never a larger one."""
    longest = max(width, height)

    def scaled(edge: int) -> tuple[int, int]:
        return max(1, round(width * edge / longest)), max(1, round(height * edge / longest))

    def tokens(edge: int) -> int:
        across, down = scaled(edge)
        return ceil(across / PATCH) * ceil(down / PATCH)

    # The tokens grow with the edge, so that the number of edges within the limit is the largest of them.
    return scaled(bisect_right(range(1, min(longest, long_edge) + 1), MODEL_TOKENS, key=tokens))


def _opened(photo: bytes, media_type: str) -> ImageFile.ImageFile:
    try:
        return pixels.open_header(photo, media_type)
    except Image.DecompressionBombError as fault:  # Pillow's own limit, 178 megapixels: WebP and GIF may meet it here
        raise ImageRefused("image_bomb", f"The picture is too large to be decoded: {fault}") from fault
    except pixels.DAMAGED as fault:
        raise ImageRefused(
            "unreadable_image", f"The {media_type} file is damaged at its beginning ({fault}). Upload it again."
        ) from fault


def _drawn(
    image: ImageFile.ImageFile, photo: bytes, size: tuple[int, int], turn: Image.Transpose | None = None
) -> PreparedImage:
    """Return the opened picture scaled to `size`, then turned. Raises ImageRefused: image_bomb, unreadable_image."""
    width, height = image.size
    try:
        if pixels.plan(image, photo, size) > DECODING_BYTES:
            raise ImageRefused(
                "image_bomb",
                f"The picture says that it is {width} x {height} px: decoding it would take more than the "
                f"{DECODING_BYTES >> 20} MB that the function has for that. Upload it at half the size.",
            )
        picture = pixels.decoded(image, size, turn)
    except pixels.DAMAGED as fault:
        raise ImageRefused(
            "unreadable_image", f"The picture can't be decoded ({fault}): it may be cut off. Upload it again."
        ) from fault
    encoded = BytesIO()
    # 90 and full colour resolution keep small print, and red on blue, sharp. Even noise then is within SENDABLE_BYTES.
    picture.save(encoded, "JPEG", quality=90, subsampling="4:4:4", comment=b"")
    return PreparedImage(encoded.getvalue(), "image/jpeg", picture.width, picture.height)
