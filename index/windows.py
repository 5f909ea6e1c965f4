"""The fine grain: sentences, or windows of unmarked text, inside each passage.

In: passages, window spans, their vectors. Out: for each passage the windows it holds, and how
like a question each of them is. A passage of several sentences is found by the one that
answers, and that one is what is shown of it.

Vectors are kept as float16 (half the disk, an error of about 0.0005 in a cosine) and mapped,
so that a question touches only the windows of its candidates.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors
from index.errors import IndexDamaged
from index.passage import Passage, Span

VECTORS, SPANS, RANGES = "vectors.npy", "spans.npy", "ranges.npy"


@dataclass(frozen=True, slots=True)
class Layout:
    """Window spans of all documents, and each passage's part: windows ``first`` to ``last``."""

    spans: NDArray[np.int64]
    ranges: NDArray[np.int64]


def lay_out(passages: Sequence[Passage], windows: dict[str, Sequence[Span]]) -> Layout:
    """Give every passage the windows that lie inside it; each holds at least one.

    ``windows`` by document id, sorted by start and end, as ``Split.windows`` are.
    """
    pairs = [(span.start, span.end) for found in windows.values() for span in found]
    counts = [len(found) for found in windows.values()]
    base = dict(zip(windows, np.cumsum([0, *counts]).tolist(), strict=False))
    starts = {key: [span.start for span in found] for key, found in windows.items()}
    ranges = []
    for passage in passages:
        found = windows[passage.document_id]
        first = bisect_left(starts[passage.document_id], passage.start)
        last = first
        while last < len(found) and found[last].end <= passage.end:
            last += 1
        offset = base[passage.document_id]
        ranges.append((offset + first, offset + last))
    return Layout(_table(pairs), _table(ranges))


class WindowIndex:
    """The windows of every passage with their vectors; rows are those of the passages."""

    def __init__(self, layout: Layout, vectors: NDArray[np.float16]) -> None:
        self._layout = layout
        self._vectors = vectors

    @property
    def rows(self) -> int:
        """How many passages there are."""
        return len(self._layout.ranges)

    @property
    def count(self) -> int:
        """How many windows there are."""
        return len(self._vectors)

    @classmethod
    def build(cls, layout: Layout, vectors: Vectors) -> "WindowIndex":
        """From the windows' vectors, shape ``(len(layout.spans), width)``."""
        return cls(layout, vectors.astype(np.float16))

    @classmethod
    def load(cls, folder: Path) -> "WindowIndex":
        """Open what ``save`` wrote, vectors mapped; raises ``IndexDamaged`` when it cannot."""
        try:
            spans, ranges = np.load(folder / SPANS), np.load(folder / RANGES)
            vectors = np.load(folder / VECTORS, mmap_mode="r")
        except (OSError, ValueError, EOFError) as error:
            raise IndexDamaged(f"{folder} cannot be read ({error}); rebuild the index") from error
        return cls(Layout(spans, ranges), vectors)

    def save(self, folder: Path) -> None:
        """Write three files into ``folder``, which must not exist."""
        folder.mkdir()
        np.save(folder / SPANS, self._layout.spans)
        np.save(folder / RANGES, self._layout.ranges)
        np.save(folder / VECTORS, self._vectors)

    def spans(self, row: int) -> list[Span]:
        """The windows of one passage, as document offsets, in order; at least one."""
        first, last = self._layout.ranges[row]
        return [Span(int(start), int(end)) for start, end in self._layout.spans[first:last]]

    def likeness(self, vector: Vectors, row: int) -> Vectors:
        """The cosine of ``vector`` and each window of one passage, in their order."""
        first, last = self._layout.ranges[row]
        likeness: Vectors = self._vectors[first:last].astype(np.float32) @ vector
        return likeness

    def best_likeness(self, vector: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """For each of ``rows`` the cosine of ``vector`` and its most like window."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        ranges = self._layout.ranges[rows]
        lengths = ranges[:, 1] - ranges[:, 0]
        starts = np.cumsum(lengths) - lengths
        # All windows of all rows, one after the other, without a loop over the rows.
        wanted = np.arange(lengths.sum()) + np.repeat(ranges[:, 0] - starts, lengths)
        likeness = self._vectors[wanted].astype(np.float32) @ vector
        best: Vectors = np.maximum.reduceat(likeness, starts)
        return best


def _table(pairs: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
