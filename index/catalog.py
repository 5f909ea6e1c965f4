"""What a segment's documents are chosen and sorted by. In: a DocumentFilter. Out: marks.

Ids, paths, lengths, dates and tags of one segment, column by column, read from its file once,
when something is chosen first: a filter looks at no document by itself.
"""

import fnmatch
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.filter import DocumentFilter, folded_tag

Marks = NDArray[np.bool_]


class Labelled(NamedTuple):
    """What a document is chosen by."""

    id: str
    path: str
    length: int
    date: str | None
    tags: tuple[str, ...]


class Catalog:
    """The columns of one segment; a document's place is its number in the segment.

    ``dates`` are "" where a document has none.
    """

    def __init__(self, documents: Sequence[Labelled]) -> None:
        self.ids = [each.id for each in documents]
        self.paths = [each.path for each in documents]
        self.lengths = np.array([each.length for each in documents], dtype=np.int64)
        self.dates = np.array([each.date or "" for each in documents], dtype="U10")
        self._numbers = {identity: number for number, identity in enumerate(self.ids)}
        tagged: dict[str, list[int]] = {}
        for number, each in enumerate(documents):
            for tag in {folded_tag(tag) for tag in each.tags}:
                tagged.setdefault(tag, []).append(number)
        self._tagged = {tag: np.array(numbers) for tag, numbers in tagged.items()}

    def __len__(self) -> int:
        """How many documents there are."""
        return len(self.ids)

    def __contains__(self, document_id: str) -> bool:
        """Whether a document has this id."""
        return document_id in self._numbers

    def conditions(self, asked: DocumentFilter) -> Iterator[tuple[str, Marks]]:
        """For each condition that is set its name and the documents that fulfil it."""
        if asked.documents is not None:
            known = (self._numbers.get(identity) for identity in asked.documents)
            yield "documents", self._marked(number for number in known if number is not None)
        if asked.path is not None:
            yield "path", self._matching(asked.path)
        if asked.tags is not None:
            each = [self._marked(self._tagged.get(folded_tag(tag), ())) for tag in asked.tags]
            yield "tags", reduce(np.logical_and, each)
        if asked.date_from is not None or asked.date_before is not None:
            yield "date", self._dated(asked.date_from, asked.date_before)

    def _marked(self, numbers: Iterable[int]) -> Marks:
        marks = np.zeros(len(self), dtype=np.bool_)
        marks[list(numbers)] = True
        return marks

    def _matching(self, patterns: Sequence[str]) -> Marks:
        marks = np.zeros(len(self), dtype=np.bool_)
        for pattern in patterns:
            matches = re.compile(fnmatch.translate(pattern)).match
            marks |= np.fromiter((matches(p) is not None for p in self.paths), bool, len(self))
        return marks

    def _dated(self, date_from: str | None, date_before: str | None) -> Marks:
        # Days written as YYYY-MM-DD stand in the order of time, and "" before all of them.
        marks: Marks = self.dates >= (date_from or "0")
        if date_before is not None:
            marks &= self.dates < date_before
        return marks
