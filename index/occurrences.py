"""Which terms stand in which window. In: window texts, a LexicalIndex. Out: matches by window.

A forward index: the numbers of each window's terms in the order of the text, numbered as in
the lexical index. It tells for any windows at once how well each term of a question is
matched inside one of them, without reading or stemming a text when a question is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.lexical import LexicalIndex, terms
from index.windows import Rows, end_to_end

NUMBERS, STARTS = "numbers.npy", "starts.npy"


class Occurrences:
    """The terms of every window; windows are numbered as in ``WindowIndex``."""

    def __init__(self, numbers: NDArray[np.int32], starts: Rows) -> None:
        self._numbers = np.asarray(numbers)  # a plain view of what is mapped
        self._starts = starts

    @property
    def windows(self) -> int:
        """How many windows there are."""
        return len(self._starts) - 1

    @classmethod
    def build(cls, texts: Iterable[str], lexical: LexicalIndex) -> "Occurrences":
        """From the windows' texts in order; a term the lexical index lacks is left out."""
        found = [[lexical.number(term) for term in terms(text)] for text in texts]
        known = [[number for number in window if number is not None] for window in found]
        starts = np.cumsum([0, *map(len, known)], dtype=np.int64)
        numbers = np.fromiter((n for window in known for n in window), np.int32, starts[-1])
        return cls(numbers, starts)

    @classmethod
    def load(cls, folder: Path) -> "Occurrences":
        """Open what ``save`` wrote, mapped; raises ``IndexDamaged`` when it cannot."""
        try:
            numbers = np.load(folder / NUMBERS, mmap_mode="r")
            starts = np.load(folder / STARTS)
        except (OSError, ValueError, EOFError) as error:
            raise IndexDamaged(f"{folder} cannot be read ({error}); rebuild the index") from error
        if starts.ndim != 1 or not len(starts) or starts[-1] != len(numbers):
            raise IndexDamaged(f"{folder} holds other terms than it says; rebuild the index")
        return cls(numbers, starts)

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
