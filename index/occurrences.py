"""Which terms stand in which window. In: the terms of windows. Out: matches by window.

A forward index: the numbers of each window's terms in the order of the text, numbered as in
the postings of its segment. It tells for any windows at once how well each term of a question
is matched inside one of them, without reading or stemming a text when a question is asked.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.files import load_array
from index.parts import Parts, Rows
from index.postings import SegmentPostings, TermLists
from index.windows import end_to_end

NUMBERS, STARTS = "numbers.npy", "starts.npy"


class SegmentOccurrences:
    """The terms of every window of a segment, by their numbers in its postings."""

    def __init__(self, lists: TermLists) -> None:
        self._numbers = np.asarray(lists.numbers)  # plain views of what is mapped
        self._starts = np.asarray(lists.starts)

    @property
    def lists(self) -> TermLists:
        """The numbers of the terms of each window."""
        return TermLists(self._numbers, self._starts)

    @property
    def windows(self) -> int:
        """How many windows there are."""
        return len(self._starts) - 1

    @classmethod
    def load(cls, folder: Path) -> "SegmentOccurrences":
        """Open what ``save`` wrote, mapped; raises ``IndexDamaged`` when it cannot."""
        numbers, starts = load_array(folder / NUMBERS), load_array(folder / STARTS)
        if starts.ndim != 1 or not len(starts) or starts[-1] != len(numbers):
            raise IndexDamaged(f"{folder} holds other terms than it says; rebuild the index")
        return cls(TermLists(numbers, starts))

    def save(self, folder: Path) -> None:
        """Write two files into ``folder``, which must not exist."""
        folder.mkdir()
        np.save(folder / NUMBERS, self._numbers)
        np.save(folder / STARTS, self._starts)

    def terms_of(self, window: int) -> frozenset[int]:
        """The numbers of the distinct terms of one window."""
        held = self._numbers[self._starts[window] : self._starts[window + 1]]
        return frozenset(held.tolist())

    def values(self, windows: Rows, matches: Sequence[Mapping[int, float]]) -> NDArray[np.float32]:
        """The value of the best match in each window, shape ``(len(windows), len(matches))``.

        ``matches`` gives for each term of a question the values, above 0, of the terms that
        match it, by number; where none stands in the window the value is 0.
        """
        best = np.zeros((len(windows), len(matches)), dtype=np.float32)
        known = sorted({number for match in matches for number in match})
        if not known:
            return best
        table = np.zeros((len(known), len(matches)), dtype=np.float32)
        for column, match in enumerate(matches):
            table[np.searchsorted(known, list(match)), column] = list(match.values())
        # Where each number stands in the table; the last place is for all that are higher.
        places = np.full(known[-1] + 2, -1, dtype=np.int64)
        places[known] = np.arange(len(known))
        numbers, owner = self._gather(windows)
        found = places[np.minimum(numbers, known[-1] + 1)]
        hits = np.flatnonzero(found >= 0)
        np.maximum.at(best, owner[hits], table[found[hits]])
        return best

    def pairs(self, windows: Rows, pairs: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
        """Whether two terms follow each other, shape ``(len(windows), number of pairs)``."""
        wanted = list(pairs)
        found = np.zeros((len(windows), len(wanted)), dtype=np.bool_)
        numbers, owner = self._gather(windows)
        within = owner[1:] == owner[:-1]
        for column, (first, second) in enumerate(wanted):
            hits = within & (numbers[:-1] == first) & (numbers[1:] == second)
            found[owner[:-1][hits], column] = True
        return found

    def _gather(self, windows: Rows) -> tuple[NDArray[np.int32], Rows]:
        """The terms of these windows one after the other, and whose each is (by position)."""
        places, owner = end_to_end(self._starts[windows], self._starts[windows + 1])
        return self._numbers[places], owner


class Occurrences:
    """The terms of every window; windows are numbered as in ``WindowIndex``."""

    def __init__(self, segments: Sequence[tuple[SegmentPostings, SegmentOccurrences]]) -> None:
        self._segments = tuple(segments)
        self._parts = Parts([occurrences.windows for _, occurrences in segments])

    @property
    def windows(self) -> int:
        """How many windows there are."""
        return self._parts.total

    def terms_of(self, window: int) -> frozenset[str]:
        """The distinct terms of one window."""
        part, local = self._parts.locate(window)
        postings, occurrences = self._segments[part]
        return frozenset(postings.vocabulary[number] for number in occurrences.terms_of(local))

    def signs_of(self, window: int) -> frozenset[Hashable]:
        """What stands for the distinct terms of one window, the same for the same term in any
        window of this index."""
        if len(self._segments) == 1:  # their numbers do, and need not be looked up
            return self._segments[0][1].terms_of(window)
        return self.terms_of(window)

    def values(self, windows: Rows, matches: Sequence[Mapping[str, float]]) -> NDArray[np.float32]:
        """The value of the best match in each window, shape ``(len(windows), len(matches))``.

        ``matches`` gives for each term of a question the values, above 0, of the terms that
        match it; where none stands in the window the value is 0.
        """
        best = np.zeros((len(windows), len(matches)), dtype=np.float32)
        for part, positions, local in self._parts.split(windows):
            postings, occurrences = self._segments[part]
            best[positions] = occurrences.values(
                local, [_numbered(match, postings) for match in matches]
            )
        return best

    def pairs(self, windows: Rows, pairs: Sequence[tuple[str, str]]) -> NDArray[np.bool_]:
        """Whether two terms follow each other, shape ``(len(windows), len(pairs))``."""
        found = np.zeros((len(windows), len(pairs)), dtype=np.bool_)
        for part, positions, local in self._parts.split(windows):
            postings, occurrences = self._segments[part]
            numbers = [(postings.number(a), postings.number(b)) for a, b in pairs]
            # -1 stands nowhere
            known = [(-1 if a is None else a, -1 if b is None else b) for a, b in numbers]
            found[positions] = occurrences.pairs(local, known)
        return found


def _numbered(match: Mapping[str, float], postings: SegmentPostings) -> dict[int, float]:
    found = {postings.number(term): value for term, value in match.items()}
    return {number: value for number, value in found.items() if number is not None}
