"""docs/confidence.md, held to its word: the figures that it gives are those that the service computes with."""

import re
from pathlib import Path

from pipeline import confidence
from pipeline.settings import Settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "confidence.md").read_text(encoding="utf-8")


def figures(heading: str) -> list[float]:
    """The second column of the table with this first heading."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return [float(cell) for cell in re.findall(r"^\|[^|]+\| ([0-9.]+) \|", table, re.MULTILINE)]


def test_the_probabilities_are_those_of_the_page() -> None:
    """Each word for legibility, and none, begins where the page says."""
    assert figures("the model says") == [*confidence._PRIOR.values(), confidence._UNASKED]


def test_the_factors_are_those_of_the_page() -> None:
    """Each piece of evidence counts as the page says, in its order."""
    assert figures("evidence") == [
        confidence._CHECK_DIGIT,
        confidence._PROOF,
        confidence._SEEN_BY_ANOTHER,
        confidence._WARNED,
        confidence._REFUTED,
        confidence._POOR_PHOTO,
    ]


def test_the_bounds_are_those_of_the_page() -> None:
    """Length, shares and limits, in the text."""
    assert f"1 + n / {confidence._CHARACTERS}" in PAGE
    assert f"{confidence._OVERLOOKED} at most" in PAGE
    assert f"at most {confidence._HARDLY_ANY} of a value's words" in PAGE
    assert f"at most {confidence._MOST}, at least {confidence._LEAST}" in PAGE
    assert f"has {confidence._DECODED}" in PAGE
    assert f"default {Settings.review_below}" in PAGE
