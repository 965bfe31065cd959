"""What a file is, by its first bytes: names and Content-Type headers of uploads are often wrong."""

from pipeline.errors import ImageRefused

READABLE = ("image/jpeg", "image/png", "image/webp", "image/gif")
"""The types that Claude on Bedrock takes (Anthropic's vision guide)."""

_CONVERT = "Convert it to JPEG and upload it again."

_ADVICE = {
    "image/heic": "a HEIC photo, as iPhones take. Convert it to JPEG and upload it again, or let the iPhone take JPEG: "
    "Settings > Camera > Formats > Most Compatible.",
    "image/avif": f"an AVIF image. {_CONVERT}",
    "image/tiff": f"a TIFF image, or a camera's raw file. {_CONVERT}",
    "image/bmp": f"a BMP image. {_CONVERT}",
    "image/svg+xml": f"an SVG drawing. {_CONVERT}",
    "application/pdf": "a PDF document. Save its page as JPEG or PNG and upload that.",
}

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
)

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def media_type_of(photo: bytes) -> str | None:
    """Return the media type that the first bytes show, or None if they show no image (or PDF) that we know.

    It also names types that we can't read (HEIC, AVIF, TIFF, BMP, SVG, PDF), so that a refusal can say what to do.
    """
    for magic, media_type in _MAGIC:
        if photo.startswith(magic):
            return media_type
    if photo[:4] == b"RIFF" and photo[8:12] == b"WEBP":
        return "image/webp"
    if photo[4:8] == b"ftyp":  # ISO base media: the brands say which of its many formats
        size = int.from_bytes(photo[:4], "big")
        brands = {photo[at : at + 4] for at in (8, *range(16, min(size, 256), 4))}
        if brands & {b"avif", b"avis"}:
            return "image/avif"
        return "image/heic" if brands & _HEIC_BRANDS else None
    if photo[:2] == b"BM" and photo[6:10] == bytes(4):  # its two reserved fields: "BM" alone begins many a text
        return "image/bmp"
    start = photo[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!")) and b"<svg" in start):
        return "image/svg+xml"
    return None


def readable_type(photo: bytes) -> str:
    """Return the photo's media type, one of READABLE.

    Raises ImageRefused: `empty_object`, `not_an_image` or `unsupported_media_type`, with what to do about it.
    """
    if not photo:
        raise ImageRefused("empty_object", "The object is empty (0 bytes). Upload the photo again.")
    media_type = media_type_of(photo)
    if media_type in READABLE:
        return media_type
    if media_type is None:
        raise ImageRefused(
            "not_an_image", "The object is not an image, whatever its name says. Upload a JPEG, PNG, WebP or GIF photo."
        )
    raise ImageRefused("unsupported_media_type", f"The object is {_ADVICE[media_type]}")
