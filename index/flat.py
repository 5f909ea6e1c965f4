"""Vectors row by row, exactly. In: batches of unit vectors, or a file. Out: inner products.

A file is a FAISS IndexFlatIP and stays on disk: it is mapped, so processes share one copy
and what is never asked for is never read. Every likeness anywhere comes from one kernel that
takes a row at a time, so it does not depend on the segment or the company a row is in.
"""

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors
from index.errors import IndexDamaged
from index.parts import Rows

# As faiss.write_index writes it: kind, width, rows, two fillers, trained, metric, numbers.
_HEADER = struct.Struct("<4siqqqBiQ")
_FILLER, _TRAINED = 1 << 20, 1
_inner_products: Any = vars(faiss)["fvec_inner_products_ny"]  # FAISS's stubs lack it

Kind = TypeVar("Kind", bound=faiss.Index)


def write_flat(file: Path, batches: Iterable[Vectors], width: int) -> None:
    """Write all batches' rows, each of shape ``(n, width)``, holding one batch at a time."""
    # Not faiss.write_index, which needs all rows and does not notice when its last block is
    # not written; the header comes last because it says how many rows there were.
    rows = 0
    with file.open("wb") as stream:
        stream.write(_header(0, width))
        for batch in batches:
            if batch.shape[1:] != (width,):
                raise ValueError(f"a batch of shape {batch.shape} has no rows of width {width}")
            stream.write(np.ascontiguousarray(batch, dtype=np.float32).data)
            rows += len(batch)
        stream.seek(0)
        stream.write(_header(rows, width))


def _header(rows: int, width: int) -> bytes:
    ip = faiss.METRIC_INNER_PRODUCT
    return _HEADER.pack(b"IxFI", width, rows, _FILLER, _FILLER, _TRAINED, ip, rows * width)


def read_mapped(file: Path, kind: type[Kind]) -> Kind:
    """A FAISS index of exactly this kind, by inner product; raises ``IndexDamaged`` else."""
    try:
        index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        raise IndexDamaged(f"{file} cannot be read; rebuild the index") from error
    if not isinstance(index, kind) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
        raise IndexDamaged(f"{file} holds no {kind.__name__} by inner product; rebuild the index")
    return index


def best(scores: Vectors, k: int) -> Rows:
    """The places of the ``k`` greatest scores, greatest first; of equal ones the first."""
    k = min(k, len(scores))
    if k <= 0:
        return np.empty(0, dtype=np.int64)
    least = np.partition(scores, -k)[-k]
    held = np.flatnonzero(scores >= least)
    order: Rows = held[np.argsort(-scores[held], kind="stable")[:k]]
    return order


class Flat:
    """All rows of one segment, mapped or in memory; safe to share between threads."""

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index  # owns the memory below
        self.rows, self.width = int(index.ntotal), int(index.d)
        numbers = faiss.rev_swig_ptr(index.get_xb(), self.rows * self.width) if self.rows else ()
        # As bytes, because the header leaves the mapped numbers at no multiple of four.
        mapped = np.asarray(numbers, dtype=np.float32).view(np.uint8)
        self._bytes: NDArray[np.uint8] = mapped.reshape(self.rows, 4 * self.width)

    @classmethod
    def of(cls, batches: Iterable[Vectors], width: int) -> "Flat":
        """In memory."""
        index = faiss.IndexFlatIP(width)
        for batch in batches:
            index.add(np.ascontiguousarray(batch, dtype=np.float32))
        return cls(index)

    @classmethod
    def open(cls, file: Path) -> "Flat":
        """Map what ``write_flat`` wrote; raises ``IndexDamaged`` if it is nothing of the kind."""
        index = read_mapped(file, faiss.IndexFlatIP)
        if file.stat().st_size != _HEADER.size + 4 * index.ntotal * index.d:
            raise IndexDamaged(f"{file} has more or fewer bytes than its rows; rebuild the index")
        return cls(index)

    def nearest(self, vector: Vectors, k: int) -> tuple[Rows, Vectors]:
        """The ``k`` rows most like ``vector`` and their likeness, best first."""
        scores = self._products(vector, self._index.get_xb(), self.rows)
        rows = best(scores, k)
        return rows, scores[rows]

    def scores(self, vector: Vectors, rows: Rows) -> Vectors:
        """The likeness of ``vector`` to each of ``rows``, in their order."""
        copies = self.vectors(rows)
        return self._products(vector, faiss.swig_ptr(copies), len(rows))

    def vectors(self, rows: Rows) -> Vectors:
        """Copies of the rows; raises ``IndexError`` for one that there is not."""
        copies: Vectors = np.take(self._bytes, rows, axis=0).view(np.float32)
        return copies

    def _products(self, vector: Vectors, rows: object, count: int) -> Vectors:
        asked = np.ascontiguousarray(vector, dtype=np.float32)
        if asked.shape != (self.width,):  # the kernel reads on, whatever is there
            raise ValueError(f"a vector of shape {vector.shape} is not of width {self.width}")
        scores = np.empty(count, dtype=np.float32)
        if count:
            out, one = faiss.swig_ptr(scores), faiss.swig_ptr(asked)
            _inner_products(out, one, rows, self.width, count)
        return scores
