"""Rows of a whole that is kept in parts. In: the parts' sizes, rows. Out: rows of each part.

A generation is a list of segments; a row of the generation is the segment's base plus the
row in the segment. What is kept by segment (vectors, windows, texts) is found by that::

    for part, positions, local in parts.split(rows):
        values[positions] = segments[part].values(local)
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def sampled(count: int, most: int) -> Rows:
    """At most so many of the rows 0 to ``count - 1``, evenly spread, both ends among them."""
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    return np.unique(np.linspace(0, count - 1, most).round().astype(np.int64))


def starts_of(lengths: NDArray[Any]) -> Rows:
    """Where each of several runs begins that follow one another, and where the last ends:
    shape ``(len(lengths) + 1,)``. Of marks (bool), how many there are before each place."""
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


class Parts:
    """Where each part begins; a part may be empty."""

    def __init__(self, sizes: Sequence[int]) -> None:
        if any(size < 0 for size in sizes):
            raise ValueError(f"a part cannot have fewer than 0 rows: {list(sizes)}")
        self._ends = np.cumsum(sizes, dtype=np.int64)
        self._bases = self._ends - np.array(sizes, dtype=np.int64)

    def __len__(self) -> int:
        """How many parts there are."""
        return len(self._ends)

    @property
    def total(self) -> int:
        """How many rows all parts have."""
        return int(self._ends[-1]) if len(self) else 0

    def base(self, part: int) -> int:
        """The row of the whole that is the part's row 0."""
        return int(self._bases[part])

    def locate(self, row: int) -> tuple[int, int]:
        """The part that a row is in, and its row there; raises ``IndexError`` if in none."""
        self._check(row, row)
        part = int(np.searchsorted(self._ends, row, side="right"))
        return part, row - self.base(part)

    def split(self, rows: Rows) -> Iterator[tuple[int, Rows, Rows]]:
        """For each part that holds some of ``rows``, ascending: number, positions, local rows.

        ``positions`` say where in ``rows`` (shape ``(n,)``, any order, any number of times)
        those of the part stand, ascending; ``local`` are their rows in the part, so that
        ``base(part) + local`` is ``rows[positions]``. Raises ``IndexError`` before the first
        part when a row is in none.
        """
        if not len(rows):
            return
        self._check(rows.min(), rows.max())
        if len(self) == 1:  # nothing to look for
            yield 0, np.arange(len(rows)), rows
            return
        owners = np.searchsorted(self._ends, rows, side="right")
        order = np.argsort(owners, kind="stable")
        parts, starts = np.unique(owners[order], return_index=True)
        for part, positions in zip(parts.tolist(), np.split(order, starts[1:]), strict=True):
            yield part, positions, rows[positions] - self._bases[part]

    def _check(self, least: int, greatest: int) -> None:
        if least < 0 or greatest >= self.total:
            outside = least if least < 0 else greatest
            raise IndexError(f"row {outside} is none of {self.total}")
