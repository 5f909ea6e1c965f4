"""Nearest vectors. In: rows of unit vectors, a question's vector. Out: Hits by likeness.

The only module that knows FAISS: a distributed engine would fit behind the same methods.
"""

from collections.abc import Iterable
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors
from index.errors import IndexDamaged
from index.passage import Hit


class VectorIndex:
    """Exact inner-product search over unit vectors: scores are cosines, -1 to 1."""

    def __init__(self, flat: faiss.IndexFlat) -> None:
        self._flat = flat
        # A view of FAISS's own storage, to score given rows without copying all of them.
        shape = (flat.ntotal, flat.d)
        self._matrix: Vectors = np.zeros(shape, dtype=np.float32)
        if flat.ntotal:
            self._matrix = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(shape)

    @classmethod
    def build(cls, batches: Iterable[Vectors], width: int) -> "VectorIndex":
        """Index the rows of all batches, in order; each batch has shape ``(n, width)``."""
        flat = faiss.IndexFlatIP(width)
        for batch in batches:
            flat.add(np.ascontiguousarray(batch, dtype=np.float32))
        return cls(flat)

    @classmethod
    def load(cls, file: Path) -> "VectorIndex":
        """Open what ``save`` wrote; raises ``IndexDamaged`` when it is nothing of the kind."""
        try:
            index = faiss.read_index(str(file))
        except RuntimeError as error:
            raise IndexDamaged(f"{file} cannot be read; rebuild the index") from error
        if not isinstance(index, faiss.IndexFlat):
            raise IndexDamaged(f"{file} holds no exact index; rebuild it")
        return cls(index)

    def save(self, file: Path) -> None:
        """Write the index to ``file``."""
        # Not faiss.write_index: it does not notice when its last block is not written.
        file.write_bytes(faiss.serialize_index(self._flat).data)

    @property
    def rows(self) -> int:
        """How many vectors there are."""
        return int(self._flat.ntotal)

    @property
    def width(self) -> int:
        """The length of a vector."""
        return int(self._flat.d)

    def search(self, vector: Vectors, k: int) -> list[Hit]:
        """The ``k`` rows most like ``vector``, best first; fewer when there are fewer."""
        k = min(k, self.rows)
        if k == 0:
            return []
        scores, rows = self._flat.search(vector.reshape(1, -1), k)
        return [Hit(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True)]

    def scores(self, vector: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """The likeness of ``vector`` to each of ``rows``, in their order."""
        likeness: Vectors = self._matrix[rows] @ vector
        return likeness

    def vectors(self, rows: NDArray[np.int64]) -> Vectors:
        """Copies of the stored vectors, shape ``(len(rows), width)``."""
        copies: Vectors = self._matrix[rows].copy()
        return copies
