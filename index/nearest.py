"""Nearest vectors of a generation. In: its segments, a question's vector. Out: Hits by likeness.

Rows are those of the generation: a segment's rows begin where the segment before ends.
"""

from collections.abc import Iterable, Sequence
from copy import copy

import numpy as np

from index.embed import Vectors
from index.errors import IndexDamaged
from index.flat import best
from index.parts import Parts, Rows
from index.passage import Hit
from index.segment_vectors import SegmentVectors


class VectorIndex:
    """Several segments as one; scores are cosines, -1 to 1."""

    def __init__(self, segments: Sequence[SegmentVectors], width: int) -> None:
        """Raises ``IndexDamaged`` when a segment is of another width."""
        for number, segment in enumerate(segments):
            if segment.width != width:
                told = f"the vectors of segment {number} have width {segment.width}, not {width}"
                raise IndexDamaged(f"{told}; rebuild the index")
        self.segments = tuple(segments)
        self.width = width
        self.parts = Parts([segment.rows for segment in segments])
        self._allowed: list[Rows] | None = None

    @classmethod
    def build(cls, batches: Iterable[Vectors], width: int) -> "VectorIndex":
        """One exact segment in memory of the rows of all batches, in order."""
        return cls([SegmentVectors.in_memory(batches, width)], width)

    def within(self, rows: Rows) -> "VectorIndex":
        """The same with ``search`` among these rows (ascending) alone, which it compares with
        one by one; rows keep their numbers."""
        narrowed = copy(self)
        narrowed._allowed = [np.empty(0, dtype=np.int64)] * len(self.segments)
        for part, _, local in self.parts.split(rows):
            narrowed._allowed[part] = local
        return narrowed

    @property
    def rows(self) -> int:
        """How many vectors there are."""
        return self.parts.total

    def search(self, vector: Vectors, k: int) -> list[Hit]:
        """The ``k`` rows most like ``vector``, best first, equal ones by row; or all."""
        if not self.segments:
            return []
        found = [self._nearest(number, vector, k) for number in range(len(self.segments))]
        rows = np.concatenate([at + self.parts.base(i) for i, (at, _) in enumerate(found)])
        scores = np.concatenate([likeness for _, likeness in found])
        # Equal scores stand by row already: within a segment, and segment after segment.
        first = best(scores, k)
        return list(map(Hit, rows[first].tolist(), scores[first].tolist()))

    def _nearest(self, number: int, vector: Vectors, k: int) -> tuple[Rows, Vectors]:
        if self._allowed is None:
            return self.segments[number].nearest(vector, k)
        return self.segments[number].nearest_of(vector, self._allowed[number], k)

    def scores(self, vector: Vectors, rows: Rows) -> Vectors:
        """The likeness of ``vector`` to each of ``rows``, in their order."""
        scores = np.empty(len(rows), dtype=np.float32)
        for part, positions, local in self.parts.split(rows):
            scores[positions] = self.segments[part].scores(vector, local)
        return scores

    def vectors(self, rows: Rows) -> Vectors:
        """Copies of the stored vectors, shape ``(len(rows), width)``, in the order of rows."""
        copies = np.empty((len(rows), self.width), dtype=np.float32)
        for part, positions, local in self.parts.split(rows):
            copies[positions] = self.segments[part].vectors(local)
        return copies
