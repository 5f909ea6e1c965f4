"""What an index has embedded already. In: its segments, digests of texts. Out: vectors."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors
from index.journal import Digest
from index.parts import Parts
from index.segment import Segment


class Known(Protocol):
    """Vectors by the digest of their text."""

    def known(self, digests: Sequence[Digest], *, in_full: bool) -> dict[Digest, Vectors]:
        """The vectors of those texts that are known; ``in_full`` those not cut to float16."""
        ...


class KnownVectors:
    """The passages and windows of segments."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = tuple(segments)
        passages = [segment.keys[: segment.facts.passages] for segment in segments]
        windows = [segment.keys[segment.facts.passages :] for segment in segments]
        self._passages, self._windows = _Table(passages), _Table(windows)

    def known(self, digests: Sequence[Digest], *, in_full: bool) -> dict[Digest, Vectors]:
        """The vectors of the texts that any passage is, or else any window."""
        found: dict[Digest, Vectors] = {}
        for digest, part, row in self._passages.find(digests):
            vectors = self._segments[part].vectors
            found[digest] = vectors.vectors(np.array([row], dtype=np.int64))[0]
        if not in_full:
            rest = [digest for digest in digests if digest not in found]
            for digest, part, row in self._windows.find(rest):
                found[digest] = self._segments[part].windows.vectors[row].astype(np.float32)
        return found


class _Table:
    """Digests in order, with the segment and the row of each."""

    def __init__(self, keys: Sequence[NDArray[np.uint64]]) -> None:
        self._parts = Parts([len(part) for part in keys])
        together = np.concatenate([np.zeros((0, 2), np.uint64), *keys])
        self._order = np.lexsort((together[:, 1], together[:, 0]))
        self._keys = together[self._order]

    def find(self, digests: Sequence[Digest]) -> list[tuple[Digest, int, int]]:
        """Those of the digests that are there, with the segment and the row."""
        if not len(self._keys) or not digests:
            return []
        wanted = as_table(digests)
        places = np.searchsorted(self._keys[:, 0], wanted[:, 0])
        places = np.minimum(places, len(self._keys) - 1)
        # Texts that agree in 64 bits but not in 128 count as unknown: that costs a little
        # time once in an age.
        same = np.flatnonzero((self._keys[places] == wanted).all(axis=1))
        rows = self._order[places[same]].tolist()
        return [
            (digests[place], *self._parts.locate(row))
            for place, row in zip(same.tolist(), rows, strict=True)
        ]


def as_table(digests: Sequence[Digest]) -> NDArray[np.uint64]:
    """Digests as pairs of 64 bits, shape ``(len(digests), 2)``."""
    return np.frombuffer(b"".join(digests), dtype="<u8").reshape(-1, 2)
