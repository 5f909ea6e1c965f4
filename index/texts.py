"""Canonical texts and passages on disk. In: files of texts. Out: documents, passages by row.

Reads what ``index.textfile`` has written; nothing here writes.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from index.catalog import Catalog, Labelled
from index.passage import Document, Heading, Passage, Span, stable_id
from index.textfile import PIECE, DocumentFacts, has_labels

_FACTS = "id, path, title, media_type, sha256, text_sha256, length, origin, digest, resplit, form"
_PASSAGE = """
SELECT p.number, p.document, d.id, d.path, p.start, p.stop, p.tokens, p.sha256
FROM passages p JOIN documents d ON d.number = p.document
"""
_MOST_VARIABLES = 500  # of one SQL statement


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as re-read from its document, and the digest it had when it was split."""

    row: int
    passage: Passage
    sha256: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its document an offset lies: the page, if there are pages, and the titles of
    the headings it stands under, the highest first."""

    page: int | None
    headings: tuple[str, ...]


class SegmentTexts:
    """Read access to one file; safe to share between threads, writes nothing."""

    def __init__(self, file: Path) -> None:
        self.file = file
        # immutable: no lock file, no journal, so that reading leaves no trace.
        self._connection = sqlite3.connect(
            f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._labels = "date, tags" if has_labels(self._connection) else "NULL, '[]'"
        self._columns = f"{_FACTS}, {self._labels}"

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def counts(self) -> tuple[int, int]:
        """How many documents and passages there are."""
        (documents,) = self._connection.execute("SELECT count(*) FROM documents").fetchone()
        (passages,) = self._connection.execute("SELECT count(*) FROM passages").fetchone()
        return documents, passages

    def sums(self) -> tuple[int, int]:
        """The tokens and the word pieces of all passages."""
        tokens, pieces = self._connection.execute(
            "SELECT coalesce(sum(tokens), 0), coalesce(sum(pieces), 0) FROM passages"
        ).fetchone()
        return tokens, pieces

    def passages(self, rows: Sequence[int]) -> dict[int, StoredPassage]:
        """The passages of these rows."""
        found: dict[int, StoredPassage] = {}
        for first in range(0, len(rows), _MOST_VARIABLES):
            part = rows[first : first + _MOST_VARIABLES]
            marks = ",".join("?" * len(part))
            query = f"{_PASSAGE} WHERE p.number IN ({marks})"
            for row in self._connection.execute(query, list(part)).fetchall():
                found[row[0]] = self._stored(row)
        return found

    def all_passages(self) -> Iterator[StoredPassage]:
        """Every passage by row."""
        return map(self._stored, self._connection.execute(f"{_PASSAGE} ORDER BY p.number"))

    def touching(self, number: int, span: Span) -> list[StoredPassage]:
        """The passages that share a character with a range of a document, in order."""
        # Starts and ends both ascend, so the first that ends before the range is the last.
        found = []
        query = f"{_PASSAGE} WHERE p.document = ? AND p.start < ? ORDER BY p.start DESC"
        for row in self._connection.execute(query, [number, span.end]):
            if row[5] <= span.start:
                break
            found.append(row)
        return [self._stored(row) for row in reversed(found)]

    def cut(self, number: int, span: Span) -> str:
        """The text of a range of a document; shorter where the document ends before it."""
        first = span.start - span.start % PIECE
        pieces = self._connection.execute(
            "SELECT text FROM pieces WHERE document = ? AND start >= ? AND start < ? "
            "ORDER BY start",
            [number, first, span.end],
        )
        joined = "".join(text for (text,) in pieces)
        return joined[span.start - first : span.end - first]

    def place(self, number: int, offset: int) -> Place:
        """The page and the headings that an offset of a document lies on and under."""
        page = self._connection.execute(
            "SELECT max(page) FROM pages WHERE document = ? AND start = "
            "(SELECT max(start) FROM pages WHERE document = ? AND start <= ?)",
            [number, number, offset],
        ).fetchone()[0]
        return Place(page, tuple(self._headings_above(number, offset)))

    def pages_between(self, number: int, span: Span) -> list[int]:
        """Where pages begin after the start of a range and before its end, ascending."""
        query = (
            "SELECT start FROM pages WHERE document = ? AND start > ? AND start < ? ORDER BY page"
        )
        return [
            start for (start,) in self._connection.execute(query, [number, span.start, span.end])
        ]

    def _headings_above(self, number: int, offset: int) -> list[str]:
        titles: list[str] = []
        lowest = None
        query = (
            "SELECT level, title FROM headings WHERE document = ? AND start <= ? "
            "ORDER BY start DESC, level DESC"
        )
        for level, title in self._connection.execute(query, [number, offset]):
            if lowest is None or level < lowest:
                titles.insert(0, title)
                lowest = level
            if lowest == 1:
                break
        return titles

    @cached_property
    def catalog(self) -> Catalog:
        """What the documents are chosen by; read once."""
        rows = self._connection.execute(
            f"SELECT id, path, length, {self._labels} FROM documents ORDER BY number"  # noqa: S608
        )
        return Catalog(
            [
                Labelled(identity, path, length, date, tuple(json.loads(tags)))
                for identity, path, length, date, tags in rows
            ]
        )

    def number_of(self, document_id: str) -> int | None:
        """The number of a document, or None when there is none of this id."""
        row = self._connection.execute(
            "SELECT number FROM documents WHERE id = ?", [document_id]
        ).fetchone()
        return None if row is None else int(row[0])

    def facts(self, numbers: Sequence[int] | None = None) -> list[DocumentFacts]:
        """Documents without texts, in the order of their numbers; all unless some are named."""
        query, values = f"SELECT {self._columns} FROM documents", list(numbers or [])  # noqa: S608
        if numbers is not None:
            query += f" WHERE number IN ({','.join('?' * len(values))})"
        rows = self._connection.execute(f"{query} ORDER BY number", values).fetchall()
        return [DocumentFacts(*(*row[:-1], tuple(json.loads(row[-1])))) for row in rows]

    def document(self, number: int) -> Document:
        """A document with its text, pages and headings."""
        (facts,) = self.facts([number])
        return Document(
            facts.id,
            facts.path,
            facts.title,
            facts.media_type,
            facts.sha256,
            self.cut(number, Span(0, facts.length)),
            tuple(start for (start,) in self._marks("start FROM pages", "page", number)),
            tuple(
                Heading(*row)
                for row in self._marks("start, level, title FROM headings", "start", number)
            ),
            facts.date,
            facts.tags,
        )

    def _marks(self, columns: str, order: str, number: int) -> list[tuple[Any, ...]]:
        query = f"SELECT {columns} WHERE document = ? ORDER BY {order}"
        return self._connection.execute(query, [number]).fetchall()

    def _stored(self, row: tuple[int, int, str, str, int, int, int, str]) -> StoredPassage:
        number, document, document_id, path, start, stop, tokens, sha256 = row
        text = self.cut(document, Span(start, stop))
        identity = stable_id("p", path, start, stop, text)
        return StoredPassage(
            number, Passage(identity, document_id, start, stop, tokens, text), sha256
        )
