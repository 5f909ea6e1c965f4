"""Nearest vectors of one segment. In: rows of unit vectors, a question's. Out: rows by likeness.

::

    flat.faiss     every row, exactly (index.flat)
    lists.faiss    only above EXACT_UP_TO rows: lists of like rows (index.lists)
    search.json    how it is searched and what that finds (index.lists.SearchFacts)

A folder is written once; a segment without some rows is written anew from the vectors of
the others. Only this module, ``index.flat`` and ``index.lists`` know FAISS: a distributed
engine would fit behind the same methods.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from index.embed import Vectors
from index.errors import IndexDamaged
from index.flat import Flat, best, write_flat
from index.lists import Lists, SearchFacts, train
from index.parts import Rows

FLAT, LISTS, FACTS = "flat.faiss", "lists.faiss", "search.json"
EXACT_UP_TO = 16_384  # rows; DECISIONS.md has the measurement
_BLOCK = 4096  # rows that are copied at once


class SegmentVectors:
    """Inner-product search over one segment's unit vectors: scores are cosines, -1 to 1."""

    def __init__(self, flat: Flat, lists: Lists | None, facts: SearchFacts) -> None:
        self._flat = flat
        self._lists = lists
        self.facts = facts

    @staticmethod
    def build(
        folder: Path, batches: Iterable[Vectors], width: int, exact_up_to: int = EXACT_UP_TO
    ) -> SearchFacts:
        """Write the rows of all batches, in order, into ``folder``, which must not exist.

        The bytes depend on the rows alone. Raises ``OSError`` when not all can be written.
        """
        folder.mkdir()
        write_flat(folder / FLAT, batches, width)
        flat = Flat.open(folder / FLAT)
        facts = SearchFacts(type="exact", rows=flat.rows)
        trained = train(flat) if flat.rows > exact_up_to else None
        if trained is not None:
            lists, facts = trained
            lists.save(folder / LISTS)
        (folder / FACTS).write_text(facts.model_dump_json(indent=2) + "\n", "utf-8")
        return facts

    @classmethod
    def open(cls, folder: Path) -> "SegmentVectors":
        """Open what ``build`` wrote; raises ``IndexDamaged`` that names what is not so."""
        facts = _read_facts(folder / FACTS)
        flat = Flat.open(folder / FLAT)
        if flat.rows != facts.rows:
            raise IndexDamaged(f"{folder / FLAT} has other rows than {FACTS} says; rebuild it")
        exact = facts.type == "exact"
        return cls(flat, None if exact else Lists.open(folder / LISTS, facts, flat.width), facts)

    @classmethod
    def in_memory(cls, batches: Iterable[Vectors], width: int) -> "SegmentVectors":
        """Exact search over the rows of all batches, without files."""
        flat = Flat.of(batches, width)
        return cls(flat, None, SearchFacts(type="exact", rows=flat.rows))

    @property
    def rows(self) -> int:
        """How many vectors there are."""
        return self._flat.rows

    @property
    def width(self) -> int:
        """The length of a vector."""
        return self._flat.width

    def nearest(self, vector: Vectors, k: int) -> tuple[Rows, Vectors]:
        """The ``k`` rows most like ``vector``, and how like: best first, equal ones by row.

        Fewer when there are fewer. Every likeness is exact; above ``EXACT_UP_TO`` rows a
        row that belongs there may be missing, as seldom as ``facts`` say.
        """
        if self._lists is None:
            return self._flat.nearest(vector, k)
        rows = self._lists.candidates(vector, k)
        if len(rows) < min(k, self.rows):  # the lists looked through hold too few
            return self._flat.nearest(vector, k)
        scores = self._flat.scores(vector, rows)
        first = best(scores, k)
        return rows[first], scores[first]

    def nearest_of(self, vector: Vectors, rows: Rows, k: int) -> tuple[Rows, Vectors]:
        """As ``nearest`` among these rows (ascending) alone, compared with one by one."""
        if len(rows) == self.rows:
            return self._flat.nearest(vector, k)
        blocks = [rows[first : first + _BLOCK] for first in range(0, len(rows), _BLOCK)]
        scores = np.concatenate(
            [np.empty(0, np.float32), *(self._flat.scores(vector, block) for block in blocks)]
        )
        first = best(scores, k)
        return rows[first], scores[first]

    def scores(self, vector: Vectors, rows: Rows) -> Vectors:
        """The likeness of ``vector`` to each of ``rows``, in their order."""
        return self._flat.scores(vector, rows)

    def vectors(self, rows: Rows) -> Vectors:
        """Copies of the stored vectors, shape ``(len(rows), width)``."""
        return self._flat.vectors(rows)


def _read_facts(file: Path) -> SearchFacts:
    try:
        return SearchFacts.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamaged(f"{file} cannot be read; rebuild the index") from error
