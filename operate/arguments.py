"""What several commands take as an argument, with a sentence for what can't be taken."""

import argparse


def whole_number(text: str) -> int:
    """A whole number from 1 up; raises ArgumentTypeError for anything else."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 up, not {text!r}")
    return int(text)
