"""Things that lie in several segments, for what must not depend on how they are divided."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from hypothesis import strategies as st

from index.occurrences import SegmentOccurrences
from index.postings import Numbering, SegmentPostings, renumbered

T = TypeVar("T")


def divisions(most: int = 5) -> st.SearchStrategy[list[float]]:
    """Where to cut, as shares of the whole; ``divide`` obeys them."""
    return st.lists(st.floats(0, 1), max_size=most - 1).map(sorted)


def divide(things: Sequence[T], cuts: Sequence[float]) -> list[Sequence[T]]:
    """The things in order, in one part more than there are cuts; some may be empty."""
    places = [0, *(round(cut * len(things)) for cut in cuts), len(things)]
    return [things[a:b] for a, b in pairwise(places)]


def segment_of_terms(
    windows: Sequence[Sequence[str]], passages: Sequence[Sequence[str]] | None = None
) -> tuple[SegmentPostings, SegmentOccurrences]:
    """The postings of passages that hold these terms (the windows unless given), and what
    stands in the windows, as a draft of a segment makes them."""
    numbering = Numbering()
    of_passages = numbering.lists(windows if passages is None else passages)
    of_windows = numbering.lists(windows)
    vocabulary, places = numbering.sorted(numbering.used_by(of_passages))
    return (
        SegmentPostings.invert(vocabulary, renumbered(of_passages, places)),
        SegmentOccurrences(renumbered(of_windows, places)),
    )
