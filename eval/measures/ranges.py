"""Ranges of documents and what they share. In: offsets. Out: numbers of characters."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from index.passage import Span
from service.answer import CitedPassage, Response


class Ranged(Protocol):
    """Anything with offsets."""

    @property
    def start(self) -> int:
        """First code point."""
        ...

    @property
    def end(self) -> int:
        """One past the last code point."""
        ...


Returned = Sequence[tuple[str, Ranged]]
"""Ranges of documents, best first, each with its document's path."""


def merged(ranges: Iterable[Ranged]) -> list[Span]:
    """The same characters as ascending ranges of which no two overlap or touch."""
    found: list[Span] = []
    for item in sorted((r for r in ranges if r.start < r.end), key=lambda r: r.start):
        if found and item.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, item.end))
        else:
            found.append(Span(item.start, item.end))
    return found


def shared(first: Iterable[Ranged], second: Iterable[Ranged]) -> int:
    """How many distinct characters lie in both; all ranges are of one document."""
    ones, others = merged(first), merged(second)
    total = i = j = 0
    while i < len(ones) and j < len(others):
        one, other = ones[i], others[j]
        total += max(0, min(one.end, other.end) - max(one.start, other.start))
        if one.end <= other.end:
            i += 1
        else:
            j += 1
    return total


def length(ranges: Iterable[Ranged]) -> int:
    """The sum of their lengths; what lies in two counts twice."""
    return sum(item.end - item.start for item in ranges)


def ranges_of(passages: Iterable[CitedPassage]) -> list[tuple[str, Ranged]]:
    """Passages with the paths of their documents."""
    return [(passage.document.path, passage) for passage in passages]


def quotes_of(response: Response) -> list[tuple[str, Ranged]]:
    """The answer's quotes with the paths of the documents they are cited from.

    A quote of a rank that no passage has gets an empty path, and so matches nothing.
    """
    paths = {passage.rank: passage.document.path for passage in response.passages}
    return [(paths.get(quote.citation, ""), quote) for quote in response.answer.quotes]
