"""The barcodes of a photo, read before the model is asked, against preparing the photo, which is done in any case."""

import json
import sys
import time
from collections.abc import Callable
from io import BytesIO

from bench.figures import Figures, child, in_turns, paired
from bench.pictures import photo

_GTIN = "4006381333931"


def cpu_ms(shown: str, rounds: int) -> tuple[list[float], list[float]]:
    """Return the CPU milliseconds of decoding and of preparing, in turns, after one round to warm up.

    `shown` is "a barcode", which is found at once, or "none", for which all is tried. Raises RuntimeError for what is
    found there and isn't shown, or isn't found.
    """
    import zxingcpp
    from PIL import Image

    from pipeline.barcodes import decode
    from pipeline.images import prepare
    from pipeline.pixels import luminance

    picture = photo(1600, 1200)
    if shown != "none":
        symbol = zxingcpp.create_barcode(_GTIN, zxingcpp.BarcodeFormat.EAN13).to_image(scale=4)
        picture.paste(Image.fromarray(symbol), (1000, 700))
    file = BytesIO()
    picture.save(file, "JPEG", quality=90)

    def taken(way: Callable[[], object]) -> float:
        start = time.process_time()
        way()
        return 1000 * (time.process_time() - start)

    def decoded() -> list[str | None]:
        grey = luminance(prepared.data, prepared.media_type)
        return [code.gtin for code in decode(grey, lambda: 0.0)] if grey else []

    prepared = prepare(file.getvalue())
    if decoded() != ([] if shown == "none" else [_GTIN]):
        raise RuntimeError(f"found {decoded()} where {shown} is shown")
    ours, theirs = in_turns(rounds + 1, lambda: taken(decoded), lambda: taken(lambda: prepare(file.getvalue())))
    return ours[1:], theirs[1:]


def figures(rounds: int) -> Figures:
    """Measure a 2 MP photo with a barcode, and one without. The time limit is lifted, so that all is tried."""
    for shown in ("a barcode", "none"):
        measured = child("bench.decoding", shown, str(rounds))
        yield paired(f"barcodes of a 2 MP JPEG with {shown}, CPU, against preparing it", "ms", *measured)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(cpu_ms(sys.argv[1], int(sys.argv[2]))) + "\n")
