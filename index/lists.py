"""Vectors in lists of like ones. In: a segment's rows. Out: few rows, the nearest among them.

FAISS's inverted lists over a product code of four bits for every two numbers: a question
looks through the lists whose centres are nearest to it, and what they offer is scored
exactly by ``index.segment_vectors``. Centres and codes are made of the rows that the segment
holds and of nothing else: after a removal they are, byte for byte, those that would be there
had the removed rows never been.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import faiss
import numpy as np
from pydantic import BaseModel, ConfigDict

from index.embed import Vectors
from index.errors import IndexDamaged
from index.flat import Flat, read_mapped
from index.parts import Rows

LEAST_RECALL = 0.98
_AIMED_RECALL = 0.99  # on the half that chooses; the other half has to reach the least
_FOUND = 10  # recall is that of the first ten
_SAMPLE = 512
_LIKENESS = 0.5  # of a sample question to the row it is made of
_SEED = 1
_ROUNDS, _CODE_ROUNDS = 8, 5  # of k-means
_ROWS_A_LIST = 48  # that take part in training; more did not raise recall
_BLOCK = 8192
_ROUNDING = 1e-6  # of a likeness in float32


class SearchFacts(BaseModel):
    """How a segment is searched: exactly, or ``nprobe`` of its ``lists`` are looked through.

    ``recall_10`` is the share of the ten nearest rows that ``sample`` questions found, none
    of which chose ``nprobe``; exact search finds all, and has no sample.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["exact", "lists"]
    rows: int
    lists: int = 0
    nprobe: int = 0
    recall_10: float = 1.0
    sample: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """Questions, and how like each of them is to the tenth nearest of all rows."""

    asked: Vectors
    tenth: Vectors

    def halves(self) -> tuple["Sample", "Sample"]:
        """One to choose by and one to report."""
        half = len(self.asked) // 2
        first, second = slice(half), slice(half, None)
        return (
            Sample(self.asked[first], self.tenth[first]),
            Sample(self.asked[second], self.tenth[second]),
        )


class Lists:
    """Trained and filled lists; safe to share between threads."""

    def __init__(self, index: faiss.IndexIVFPQFastScan, nprobe: int) -> None:
        self._index = index
        self.nprobe = nprobe
        self._searched = faiss.SearchParametersIVF(nprobe=nprobe)  # type: ignore[call-arg]

    @classmethod
    def open(cls, file: Path, facts: SearchFacts, width: int) -> "Lists":
        """Read what ``save`` wrote; raises ``IndexDamaged`` if the facts are about another."""
        index = read_mapped(file, faiss.IndexIVFPQFastScan)
        found = (index.ntotal, index.nlist, index.d)
        if found != (facts.rows, facts.lists, width) or not 0 < facts.nprobe <= facts.lists:
            raise IndexDamaged(f"{file} has other rows, lists or width; rebuild the index")
        return cls(index, facts.nprobe)

    def save(self, file: Path) -> None:
        """Write the lists to ``file``."""
        # Not faiss.write_index: it does not notice when its last block is not written.
        file.write_bytes(faiss.serialize_index(self._index).data)

    def candidates(self, vector: Vectors, k: int) -> Rows:
        """Rows among which the ``k`` nearest are likely to be, ascending; maybe fewer."""
        asked = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        _, labels = self._index.search(asked, max(3 * k, 400), params=self._searched)
        rows: Rows = np.sort(labels[labels >= 0])
        return rows


def train(flat: Flat) -> tuple[Lists, SearchFacts] | None:
    """Lists for these rows, and what they find; None when they would find too little."""
    index = _trained(flat)
    asked = _questions(flat)
    best = np.empty((len(asked), 0), dtype=np.float32)
    for first in range(0, flat.rows, _BLOCK):
        block = flat.vectors(np.arange(first, min(first + _BLOCK, flat.rows)))
        index.add(block)
        scores = np.hstack([best, asked @ block.T])
        best = np.partition(scores, -_FOUND, axis=1)[:, -_FOUND:]
    return _chosen(index, flat, Sample(asked, best[:, 0]))


def _chosen(
    index: faiss.IndexIVFPQFastScan, flat: Flat, sample: Sample
) -> tuple[Lists, SearchFacts] | None:
    """With as few lists looked through as reach the recall; None when all do not."""
    chooses, reports = sample.halves()
    every = (Lists(index, nprobe) for nprobe in _widths(index.nlist))
    lists = next((few for few in every if _recall(few, flat, chooses) >= _AIMED_RECALL), None)
    if lists is None or (recall := _recall(lists, flat, reports)) < LEAST_RECALL:
        return None
    return lists, SearchFacts(
        type="lists",
        rows=flat.rows,
        lists=index.nlist,
        nprobe=lists.nprobe,
        recall_10=recall,
        sample=len(reports.asked),
    )


def _trained(flat: Flat) -> faiss.IndexIVFPQFastScan:
    lists = round(2 * flat.rows**0.5)
    codes = flat.width // 2 if flat.width % 2 == 0 else flat.width
    centres = faiss.IndexFlatIP(flat.width)
    index = faiss.IndexIVFPQFastScan(
        centres, flat.width, lists, codes, 4, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.pq.cp.niter = _ROUNDS, _CODE_ROUNDS
    # Without these FAISS complains on standard error about few rows.
    index.cp.min_points_per_centroid = index.pq.cp.min_points_per_centroid = 1
    index.train(flat.vectors(_sample(flat.rows, _ROWS_A_LIST * lists)))
    return index


def _questions(flat: Flat) -> Vectors:
    """Questions, which are farther from passages than passages are from one another.

    Rows turned away in a random direction until they are half as like as they were: harder
    to find neighbours for than stored rows left out, and than questions of real collections
    (measured in DECISIONS.md), so that recall is rather stated too low.
    """
    rows = flat.vectors(_sample(flat.rows, _SAMPLE))
    noise = np.random.default_rng(_SEED).standard_normal(rows.shape).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    turned: Vectors = _LIKENESS * rows + np.float32((1 - _LIKENESS**2) ** 0.5) * noise
    # Mixed, because rows that stand together are alike and the halves should be too.
    return np.random.default_rng(_SEED).permutation(turned)


def _sample(rows: int, most: int) -> Rows:
    chosen = np.random.default_rng(_SEED).choice(rows, min(rows, most), replace=False)
    return np.sort(chosen).astype(np.int64)


def _widths(lists: int) -> Iterator[int]:
    """How many lists to look through: a sixteenth, then a quarter more, in the end all."""
    nprobe = max(1, lists // 16)
    while nprobe < lists:
        yield nprobe
        nprobe += 1 + nprobe // 4
    yield lists


def _recall(lists: Lists, flat: Flat, sample: Sample) -> float:
    # By likeness, not by row: texts that repeat have equal vectors, and any of them will do.
    found = [
        np.count_nonzero(flat.scores(vector, lists.candidates(vector, _FOUND)) > tenth - _ROUNDING)
        for vector, tenth in zip(sample.asked, sample.tenth, strict=True)
    ]
    return float(np.minimum(found, _FOUND).mean() / _FOUND)
