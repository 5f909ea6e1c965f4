"""Where else a text stands. In: a whole text, a run, an offset. Out: Spans, the nearest first."""

from collections.abc import Iterator
from itertools import islice

from index.passage import Span


def nearest_occurrences(whole: str, text: str, near: int, most: int) -> tuple[Span, ...]:
    """Up to ``most`` places where ``text`` stands in ``whole``, by how far they begin from
    ``near``; of two as far, the earlier first. Places may overlap each other."""
    starts = [*islice(_before(whole, text, near), most), *islice(_after(whole, text, near), most)]
    starts.sort(key=lambda start: (abs(start - near), start))
    return tuple(Span(start, start + len(text)) for start in starts[:most])


def _after(whole: str, text: str, near: int) -> Iterator[int]:
    start = whole.find(text, near)
    while start >= 0:
        yield start
        start = whole.find(text, start + 1)


def _before(whole: str, text: str, near: int) -> Iterator[int]:
    start = whole.rfind(text, 0, near + len(text) - 1)
    while start >= 0:
        yield start
        start = whole.rfind(text, 0, start + len(text) - 1)
