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
from index.files import load_array
from index.parts import Parts, Rows
from index.passage import Passage, Span

VECTORS, SPANS, RANGES = "vectors.npy", "spans.npy", "ranges.npy"
DOCUMENTS, STARTS = "documents.npy", "starts.npy"


@dataclass(frozen=True, slots=True)
class Layout:
    """Window spans of all documents, and each passage's part: windows ``first`` to ``last``.

    ``documents`` is the number of each passage's document, in the order of indexing; the
    windows of document ``d`` are those from ``starts[d]`` to ``starts[d + 1]``.
    """

    spans: Rows
    ranges: Rows
    documents: Rows
    starts: Rows


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
    return Layout(
        _table(pairs),
        _table(ranges),
        np.array(documents, dtype=np.int64),
        np.cumsum([0, *counts], dtype=np.int64),
    )


def one_after_the_other(layouts: Sequence[Layout]) -> Layout:
    """The layout of several segments, or parts of one, as that of one."""
    windows = np.cumsum([0, *(len(layout.spans) for layout in layouts)])
    documents = np.cumsum([0, *(len(layout.starts) - 1 for layout in layouts)])
    return Layout(
        np.concatenate([_table([]), *(layout.spans for layout in layouts)]),
        np.concatenate(
            [_table([]), *(a.ranges + base for a, base in zip(layouts, windows, strict=False))]
        ),
        np.concatenate(
            [
                np.zeros(0, np.int64),
                *(a.documents + base for a, base in zip(layouts, documents, strict=False)),
            ]
        ),
        np.concatenate(
            [
                np.zeros(1, np.int64),
                *(a.starts[1:] + base for a, base in zip(layouts, windows, strict=False)),
            ]
        ),
    )


def end_to_end(first: Rows, last: Rows) -> tuple[Rows, Rows]:
    """The numbers from each ``first`` to its ``last`` (exclusive), one range after the other,
    and for each number the position of the range it is from; without a loop over the ranges."""
    lengths = last - first
    owner = np.repeat(np.arange(len(first)), lengths)
    begins = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) + (first - begins)[owner], owner


class SegmentWindows:
    """The windows of a segment's passages with their vectors, as float16."""

    def __init__(self, layout: Layout, vectors: NDArray[np.float16]) -> None:
        self.layout = layout
        self.vectors = np.asarray(vectors)  # a plain view of what is mapped

    @classmethod
    def load(cls, folder: Path) -> "SegmentWindows":
        """Open what was saved, vectors mapped; raises ``IndexDamaged`` when it cannot."""
        layout = Layout(
            *(np.asarray(load_array(folder / n)) for n in (SPANS, RANGES, DOCUMENTS, STARTS))
        )
        vectors = load_array(folder / VECTORS)
        if (
            len(layout.ranges) != len(layout.documents)
            or not len(layout.starts)
            or not len(layout.spans) == len(vectors) == layout.starts[-1]
        ):
            raise IndexDamaged(f"{folder} holds files of unequal length; rebuild the index")
        return cls(layout, vectors)


def save_layout(folder: Path, layout: Layout) -> None:
    """Write all of a segment's windows but their vectors into ``folder``."""
    np.save(folder / SPANS, layout.spans)
    np.save(folder / RANGES, layout.ranges)
    np.save(folder / DOCUMENTS, layout.documents)
    np.save(folder / STARTS, layout.starts)


class WindowIndex:
    """The windows of every passage with their vectors; rows are those of the passages."""

    def __init__(self, segments: Sequence[SegmentWindows]) -> None:
        self._layout = one_after_the_other([segment.layout for segment in segments])
        self._vectors = [segment.vectors for segment in segments]
        self._parts = Parts([len(vectors) for vectors in self._vectors])

    @classmethod
    def build(cls, layout: Layout, vectors: Vectors) -> "WindowIndex":
        """One segment in memory; vectors have the shape ``(len(layout.spans), width)``."""
        return cls([SegmentWindows(layout, vectors.astype(np.float16))])

    @property
    def rows(self) -> int:
        """How many passages there are."""
        return len(self._layout.ranges)

    @property
    def count(self) -> int:
        """How many windows there are."""
        return self._parts.total

    def spans(self, row: int) -> list[Span]:
        """The windows of one passage, as document offsets, in order; at least one."""
        first, last = self._layout.ranges[row]
        return [Span(int(start), int(end)) for start, end in self._layout.spans[first:last]]

    def documents(self, rows: Rows) -> Rows:
        """The number of each passage's document, in the order of indexing."""
        numbers: Rows = self._layout.documents[rows]
        return numbers

    def rows_of(self, documents: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which passages are of the documents that are marked, by their numbers."""
        marks: NDArray[np.bool_] = documents[self._layout.documents]
        return marks

    def windows_of(self, documents: NDArray[np.bool_]) -> int:
        """How many windows the marked documents have."""
        return int(np.diff(self._layout.starts)[documents].sum())

    def held_by(self, rows: Rows) -> "Held":
        """The windows of several passages at once; ``rows`` must not be empty."""
        first, last = self._layout.ranges[rows].T
        lengths = last - first
        starts = np.cumsum(lengths) - lengths
        windows, places = np.unique(end_to_end(first, last)[0], return_inverse=True)
        return Held(windows, self._layout.spans[windows], places, starts, lengths)

    def likenesses(self, vector: Vectors, windows: Rows) -> Vectors:
        """The cosine of ``vector`` and each of these windows, in their order."""
        likeness = np.empty(len(windows), dtype=np.float32)
        for part, positions, local in self._parts.split(windows):
            likeness[positions] = self._vectors[part][local].astype(np.float32) @ vector
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
