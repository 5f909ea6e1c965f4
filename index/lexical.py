"""BM25 over all segments. In: the postings of each segment. Out: a score for each passage.

Lucene's form of BM25 (Robertson et al. 1994; Kamphuis et al. 2020): rarity and mean length
are those of all passages together, so that the same passages score the same however they are
divided into segments.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from index.parts import Parts
from index.postings import SegmentPostings
from index.terms import terms

K1, B = 1.2, 0.75


class LexicalIndex:
    """BM25 (k1 = 1.2, b = 0.75) over passages; rows are those of the segments in order."""

    def __init__(self, segments: Sequence[SegmentPostings]) -> None:
        self._segments = tuple(segments)
        self._parts = Parts([len(segment.lengths) for segment in segments])
        self._allowed: NDArray[np.bool_] | None = None
        total = sum(int(segment.lengths.sum(dtype=np.int64)) for segment in segments)
        mean = (total / self.rows if self.rows else 0.0) or 1.0
        self._norms = [
            (K1 * (1 - B + B * segment.lengths / mean)).astype(np.float32) for segment in segments
        ]

    @classmethod
    def build(cls, texts: Iterable[str]) -> "LexicalIndex":
        """One segment in memory; row i is the i-th text."""
        return cls([SegmentPostings.build(texts)])

    def within(self, allowed: NDArray[np.bool_]) -> "LexicalIndex":
        """The same for some rows alone: the others score 0 and hold no term.

        Rows keep their numbers; rarity and mean length stay those of all passages, so that
        the same passage scores the same.
        """
        narrowed = copy(self)
        narrowed._allowed = allowed
        return narrowed

    @property
    def rows(self) -> int:
        """How many passages there are, searched or not."""
        return self._parts.total

    def scores(self, question: str) -> NDArray[np.float32]:
        """The BM25 score of every row, shape ``(rows,)``; 0 where no term is shared."""
        return self.scores_of(terms(question))

    def scores_of(self, asked: Iterable[str]) -> NDArray[np.float32]:
        """The BM25 score of every row for these terms; one given twice counts twice."""
        scores = np.zeros(self.rows, dtype=np.float32)
        for term, times in Counter(asked).items():
            weight = np.float32(times * self._rarity(term))
            for number, segment in enumerate(self._segments):
                extent = segment.extent(term)
                rows = segment.rows[extent]
                if len(rows):
                    counts = segment.counts[extent].astype(np.float32)
                    part = scores[self._parts.base(number) :]
                    part[rows] += weight * counts / (counts + self._norms[number][rows])
        if self._allowed is not None:
            scores[~self._allowed] = 0
        return scores

    def __contains__(self, term: str) -> bool:
        """Whether any text holds the term."""
        if self._allowed is not None:
            return len(self.rows_with(term)) > 0
        return any(segment.number(term) is not None for segment in self._segments)

    def rows_with(self, term: str) -> NDArray[np.int64]:
        """The rows whose text holds the term, ascending; none for an unknown term."""
        found = [
            segment.rows[segment.extent(term)] + np.int64(self._parts.base(number))
            for number, segment in enumerate(self._segments)
            if segment.number(term) is not None
        ]
        rows = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
        return rows if self._allowed is None else rows[self._allowed[rows]]

    def rarity(self, words: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of each term: ``ln(1 + (n - df + 0.5)/(df + 0.5))``.

        A term that no text holds has the highest.
        """
        return {word: self._rarity(word) for word in words}

    def _rarity(self, term: str) -> float:
        extents = [segment.extent(term) for segment in self._segments]
        frequency = sum(extent.stop - extent.start for extent in extents)
        return float(np.log1p((self.rows - frequency + 0.5) / (frequency + 0.5)))
