"""The command line: python -m tests.soak --images 5000 --seed 7 [--moto] [--trace IMAGE]"""

import argparse
import json
import sys
from collections.abc import Callable

from tests.soak.soak import Soaked, soak

_SHOWN = 3


def main(arguments: list[str] | None = None, run: Callable[..., Soaked] = soak) -> int:
    """Soak, print one line of JSON, and answer the exit code: 1 if anything was lost, double, paid twice or wrong."""
    parser = argparse.ArgumentParser(prog="npm run soak --", description=__doc__)
    parser.add_argument("--images", type=int, default=1000, help="versions of photos to upload (1000)")
    parser.add_argument("--seed", type=int, default=7, help="what everything is drawn from (7)")
    parser.add_argument("--moto", action="store_true", help="use moto's DynamoDB: five times slower")
    parser.add_argument("--trace", type=int, metavar="IMAGE", help="tell the story of the image of this number")
    options = parser.parse_args(arguments)

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)  # noqa: T201

    soaked = run(options.images, options.seed, progress=say, on_moto=options.moto)
    told = soaked.report.breaches[:_SHOWN]
    if options.trace is not None:
        told = [(soaked.truth.versions[options.trace], "as asked for"), *told]
    for version, sentence in told:
        say(f"\nImage {version.number}, {version.key}: {sentence}")
        for at, what in version.story:
            say(f"  {at:10.2f} s  {what}")
    for version, sentence in soaked.report.breaches[_SHOWN:]:
        say(f"Image {version.number}, {version.key}: {sentence} (--trace {version.number} tells its story)")
    print(json.dumps(soaked.line))  # noqa: T201
    return 0 if soaked.report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
