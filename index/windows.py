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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors
from index.errors import IndexDamaged
from index.passage import Passage, Span

VECTORS, SPANS, RANGES = "vectors.npy", "spans.npy", "ranges.npy"
DOCUMENTS = "documents.npy"
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Layout:
    """Window spans of all documents, and each passage's part: windows ``first`` to ``last``.

    ``documents`` is the number of each passage's document, in the order of indexing.
    """

    spans: Rows
    ranges: Rows
    documents: Rows


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
    numbers = {key: number for number, key in enumerate(windows)}
    documents = [numbers[passage.document_id] for passage in passages]
    return Layout(_table(pairs), _table(ranges), np.array(documents, dtype=np.int64))


def end_to_end(first: Rows, last: Rows) -> tuple[Rows, Rows]:
    """The numbers from each ``first`` to its ``last`` (exclusive), one range after the other,
    and for each number the position of the range it is from; without a loop over the ranges."""
    lengths = last - first
    owner = np.repeat(np.arange(len(first)), lengths)
    begins = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) + (first - begins)[owner], owner


class WindowIndex:
    """The windows of every passage with their vectors; rows are those of the passages."""

    def __init__(self, layout: Layout, vectors: NDArray[np.float16]) -> None:
        self._layout = layout
        self._vectors = np.asarray(vectors)  # a plain view of what is mapped

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
            layout = Layout(*(np.load(folder / name) for name in (SPANS, RANGES, DOCUMENTS)))
            vectors = np.load(folder / VECTORS, mmap_mode="r")
        except (OSError, ValueError, EOFError) as error:
            raise IndexDamaged(f"{folder} cannot be read ({error}); rebuild the index") from error
        if len(layout.ranges) != len(layout.documents) or len(layout.spans) != len(vectors):
            raise IndexDamaged(f"{folder} holds files of unequal length; rebuild the index")
        return cls(layout, vectors)

    def save(self, folder: Path) -> None:
        """Write four files into ``folder``, which must not exist."""
        folder.mkdir()
        np.save(folder / SPANS, self._layout.spans)
        np.save(folder / RANGES, self._layout.ranges)
        np.save(folder / DOCUMENTS, self._layout.documents)
        np.save(folder / VECTORS, self._vectors)

    def spans(self, row: int) -> list[Span]:
        """The windows of one passage, as document offsets, in order; at least one."""
        first, last = self._layout.ranges[row]
        return [Span(int(start), int(end)) for start, end in self._layout.spans[first:last]]

    def documents(self, rows: Rows) -> Rows:
        """The number of each passage's document, in the order of indexing."""
        numbers: Rows = self._layout.documents[rows]
        return numbers

    def held_by(self, rows: Rows) -> "Held":
        """The windows of several passages at once; ``rows`` must not be empty."""
        first, last = self._layout.ranges[rows].T
        lengths = last - first
        starts = np.cumsum(lengths) - lengths
        windows, places = np.unique(end_to_end(first, last)[0], return_inverse=True)
        return Held(windows, self._layout.spans[windows], places, starts, lengths)

    def likenesses(self, vector: Vectors, windows: Rows) -> Vectors:
        """The cosine of ``vector`` and each of these windows, in their order."""
        likeness: Vectors = self._vectors[windows].astype(np.float32) @ vector
        return likeness


@dataclass(frozen=True, slots=True)
class Held:
    """The windows that some passages hold; neighbours in text without marks share windows.

    ``windows`` are their numbers, ascending, each once, and ``spans`` their offsets;
    ``places`` lists passage by passage where each of its windows stands in ``windows``,
    a passage's part beginning at its ``starts`` and being as long as its ``lengths``.
    """

    windows: Rows
    spans: Rows
    places: Rows
    starts: Rows
    lengths: Rows

    def best(self, values: NDArray[Any]) -> NDArray[Any]:
        """The greatest value among each passage's windows, column by column."""
        greatest: NDArray[Any] = np.maximum.reduceat(values[self.places], self.starts)
        return greatest

    def owners(self) -> Rows:
        """For each of ``places`` the position of the passage it belongs to."""
        return np.repeat(np.arange(len(self.starts)), self.lengths)


def _table(pairs: Sequence[tuple[int, int]]) -> Rows:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
