"""Print one JSON line a figure: `python -m bench [FIGURE ...] [--rounds N]`, of all figures unless some are named."""

import argparse
import sys

from bench import cold_start, decoding, overhead, package, preparing
from bench.figures import Figures


def _trust(rounds: int) -> Figures:
    from bench import trust  # here, or the pipeline would count among the memory of what is measured before

    return trust.figures(rounds)


FIGURES = {
    "prepare": preparing.figures,
    "decode": decoding.figures,
    "cold-start": cold_start.figures,
    "overhead": overhead.figures,
    "zip": package.figures,
    "trust": _trust,
}


def main(arguments: list[str] | None = None) -> None:
    """Measure the figures that are named, or all, and print each as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="A JSON line a figure.")
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"one of {', '.join(FIGURES)}; default: all")
    parser.add_argument(
        "--rounds", type=int, default=11, help="measurements a figure, for trust faults of a kind a photo (default: 11)"
    )
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.figures if name not in FIGURES]
    if unknown:
        parser.error(f"there is no figure {', '.join(unknown)}: choose from {', '.join(FIGURES)}")
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")
    for name in asked.figures or FIGURES:
        for figure in FIGURES[name](asked.rounds):
            sys.stdout.write(figure.as_json() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
