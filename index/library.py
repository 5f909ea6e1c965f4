"""The texts of all segments. In: the texts of each segment. Out: the same by global numbers.

Documents and passages are numbered through all segments, in their order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from index.catalog import Marks
from index.filter import DocumentFilter
from index.parts import Parts, Rows
from index.passage import Document, Span
from index.textfile import DocumentFacts
from index.texts import Place, SegmentTexts, StoredPassage


class Texts:
    """Read access to every document and passage of a generation."""

    def __init__(self, segments: Sequence[SegmentTexts]) -> None:
        self._segments = tuple(segments)
        counts = [segment.counts() for segment in segments]
        self._kept: Marks | None = None
        self._documents = Parts([documents for documents, _ in counts])
        self._passages = Parts([passages for _, passages in counts])

    def within(self, documents: Marks) -> "Texts":
        """The same without all but some documents, by their marks: the others are found by no
        id and stand in no list. Rows and numbers stay those of the whole."""
        narrowed = copy(self)
        narrowed._kept = documents
        return narrowed

    @property
    def count(self) -> int:
        """How many documents there are, left out or not."""
        return self._documents.total

    @cached_property
    def paths(self) -> list[str]:
        """The path of each document by its number; this and the next three work out once."""
        return [path for segment in self._segments for path in segment.catalog.paths]

    @cached_property
    def by_path(self) -> Rows:
        """The numbers of all documents in the order of their paths."""
        numbers = sorted(range(self.count), key=self.paths.__getitem__)
        return np.array(numbers, dtype=np.int64)

    @cached_property
    def dates(self) -> NDArray[np.str_]:
        """The date of each document by its number, "" where it has none."""
        none = np.zeros(0, dtype="U10")
        return np.concatenate([none, *(segment.catalog.dates for segment in self._segments)])

    @cached_property
    def lengths(self) -> Rows:
        """The length of each document's text by its number."""
        none = np.zeros(0, dtype=np.int64)
        return np.concatenate([none, *(segment.catalog.lengths for segment in self._segments)])

    def chosen(self, asked: DocumentFilter) -> tuple[Marks, dict[str, int]]:
        """Which documents fulfil all conditions, shape ``(documents,)``, and how many do not
        fulfil each that leaves something out."""
        kept = np.ones(self._documents.total, dtype=np.bool_)
        excluded: Counter[str] = Counter()
        for part, segment in enumerate(self._segments):
            base = self._documents.base(part)
            marks = kept[base : base + len(segment.catalog)]
            for name, fulfilled in segment.catalog.conditions(asked):
                marks &= fulfilled
                excluded[name] += int(np.count_nonzero(~fulfilled))
        return kept, {name: count for name, count in excluded.items() if count}

    def close(self) -> None:
        """Release the files."""
        for segment in self._segments:
            segment.close()

    def passages(self, rows: Sequence[int]) -> list[StoredPassage]:
        """The passages of these rows, in this order."""
        found: dict[int, StoredPassage] = {}
        for part, positions, local in self._passages.split(np.array(rows, dtype=np.int64)):
            stored = self._segments[part].passages(local.tolist())
            for position, row in zip(positions.tolist(), local.tolist(), strict=True):
                found[position] = replace(stored[row], row=rows[position])
        return [found[position] for position in range(len(rows))]

    def all_passages(self) -> Iterator[StoredPassage]:
        """Every passage by row."""
        for part, segment in enumerate(self._segments):
            base = self._passages.base(part)
            for stored in segment.all_passages():
                yield replace(stored, row=base + stored.row)

    def touching(self, document_id: str, span: Span) -> list[StoredPassage]:
        """The passages that share a character with a range of a document."""
        part, number = self._found(document_id)
        base = self._passages.base(part)
        stored = self._segments[part].touching(number, span)
        return [replace(each, row=base + each.row) for each in stored]

    def cut(self, document_id: str, span: Span) -> str:
        """The text of a range of a document; shorter where the document ends before it."""
        part, number = self._found(document_id)
        return self._segments[part].cut(number, span)

    def place(self, document_id: str, offset: int) -> Place:
        """The page and the headings that an offset of a document lies on and under."""
        part, number = self._found(document_id)
        return self._segments[part].place(number, offset)

    def pages_between(self, document_id: str, span: Span) -> list[int]:
        """Where pages begin after the start of a range and before its end, ascending."""
        part, number = self._found(document_id)
        return self._segments[part].pages_between(number, span)

    def numbered(self, numbers: Iterable[int]) -> dict[int, DocumentFacts]:
        """The facts of documents by their number in the order of indexing."""
        wanted = np.unique(np.array(list(numbers), dtype=np.int64))
        found: dict[int, DocumentFacts] = {}
        for part, positions, local in self._documents.split(wanted):
            facts = self._segments[part].facts(local.tolist())
            found.update(zip(wanted[positions].tolist(), facts, strict=True))
        return found

    def documents(self) -> list[DocumentFacts]:
        """Every document in the order of indexing, without texts."""
        found = [facts for segment in self._segments for facts in segment.facts()]
        if self._kept is None:
            return found
        return list(compress(found, self._kept.tolist()))

    def holds(self, document_id: str) -> bool:
        """Whether there is a document of this id."""
        return self._held(document_id) is not None

    def facts(self, document_id: str) -> DocumentFacts | None:
        """One document without its text, or None when the index has none of this id."""
        held = self._held(document_id)
        return self._segments[held[0]].facts([held[1]])[0] if held else None

    def document(self, document_id: str) -> Document | None:
        """A document with its text, or None when the index has none of this id."""
        held = self._held(document_id)
        return self._segments[held[0]].document(held[1]) if held else None

    def _held(self, document_id: str) -> tuple[int, int] | None:
        """The segment that holds a document, and its number there."""
        for part, segment in enumerate(self._segments):
            number = segment.number_of(document_id)
            if number is not None and self._is_kept(part, number):
                return part, number
        return None

    def _is_kept(self, part: int, number: int) -> bool:
        return self._kept is None or bool(self._kept[self._documents.base(part) + number])

    def _found(self, document_id: str) -> tuple[int, int]:
        held = self._held(document_id)
        if held is None:
            raise KeyError(document_id)
        return held
