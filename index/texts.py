"""Canonical texts and passages on disk. In: Documents and Passages. Out: the same, by row.

One SQLite file, written once and then only read. A passage's text is not stored a second
time: it is cut out of its document whenever it is asked for, and its digest at the time of
splitting is stored beside its offsets, which is what makes a citation provable.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.passage import Document, Passage, Span, text_digest

_SCHEMA = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, path TEXT UNIQUE NOT NULL,
    title TEXT NOT NULL, media_type TEXT NOT NULL, sha256 TEXT NOT NULL,
    text_sha256 TEXT NOT NULL, length INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, document_id TEXT NOT NULL,
    start INTEGER NOT NULL, stop INTEGER NOT NULL, tokens INTEGER NOT NULL,
    sha256 TEXT NOT NULL);
CREATE INDEX passages_of_document ON passages (document_id, start);
"""
_PASSAGE = """
SELECT p.number, p.id, p.document_id, p.start, p.stop, p.tokens, p.sha256,
       substr(d.text, p.start + 1, p.stop - p.start)
FROM passages p JOIN documents d ON d.id = p.document_id
"""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as re-read from its document, and the digest it had when it was split."""

    row: int
    passage: Passage
    sha256: str


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A document without its text; ``length`` in code points."""

    id: str
    path: str
    title: str
    media_type: str
    sha256: str
    text_sha256: str
    length: int


def write_texts(file: Path, documents: Iterable[Document], passages: Iterable[Passage]) -> None:
    """Write a new file; rows are numbered from 0 in the order given."""
    connection = sqlite3.connect(file)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        connection.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_document_row(number, d) for number, d in enumerate(documents)),
        )
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
            (_passage_row(number, p) for number, p in enumerate(passages)),
        )
        connection.commit()
    finally:
        connection.close()


def _document_row(number: int, d: Document) -> tuple[int | str, ...]:
    digest = text_digest(d.text)
    return (number, d.id, d.path, d.title, d.media_type, d.sha256, digest, len(d.text), d.text)


def _passage_row(number: int, p: Passage) -> tuple[int | str, ...]:
    return (number, p.id, p.document_id, p.start, p.end, p.tokens, text_digest(p.text))


class Texts:
    """Read access to the file; safe to share between threads, writes nothing."""

    def __init__(self, file: Path) -> None:
        # immutable: no lock file, no journal, so that reading leaves no trace.
        self._connection = sqlite3.connect(
            f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def passages(self, rows: Sequence[int]) -> list[StoredPassage]:
        """The passages of these rows, in this order."""
        marks = ",".join("?" * len(rows))
        found = self._connection.execute(f"{_PASSAGE} WHERE p.number IN ({marks})", list(rows))
        by_row = {stored.row: stored for stored in map(_stored, found)}
        return [by_row[row] for row in rows]

    def all_passages(self) -> Iterable[StoredPassage]:
        """Every passage by row."""
        return map(_stored, self._connection.execute(f"{_PASSAGE} ORDER BY p.number"))

    def touching(self, document_id: str, span: Span) -> list[StoredPassage]:
        """The passages that share a character with a range of a document."""
        where = "WHERE p.document_id = ? AND p.start < ? AND p.stop > ? ORDER BY p.number"
        found = self._connection.execute(f"{_PASSAGE} {where}", [document_id, span.end, span.start])
        return list(map(_stored, found))

    def cut(self, document_id: str, span: Span) -> str:
        """The text of a range of a document; shorter where the document ends before it."""
        (text,) = self._connection.execute(
            "SELECT substr(text, ?, ?) FROM documents WHERE id = ?",
            [span.start + 1, span.end - span.start, document_id],
        ).fetchone()
        return str(text)

    def numbered(self, numbers: Iterable[int]) -> dict[int, DocumentFacts]:
        """The facts of documents by their number in the order of indexing."""
        wanted = sorted(set(numbers))
        marks = ",".join("?" * len(wanted))
        facts = self._facts(f"WHERE number IN ({marks}) ORDER BY number", wanted)
        return {n: DocumentFacts(*row) for n, row in zip(wanted, facts, strict=True)}

    def documents(self) -> list[DocumentFacts]:
        """Every document in the order of indexing, without texts."""
        return [DocumentFacts(*row) for row in self._facts("ORDER BY number")]

    def document(self, document_id: str) -> Document | None:
        """A document with its text, or None when the index has none of this id."""
        row = self._connection.execute(
            "SELECT id, path, title, media_type, sha256, text FROM documents WHERE id = ?",
            [document_id],
        ).fetchone()
        return None if row is None else Document(*row)

    def _facts(self, where: str, values: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        columns = "id, path, title, media_type, sha256, text_sha256, length"
        query = f"SELECT {columns} FROM documents {where}"  # noqa: S608 - constants only
        return self._connection.execute(query, list(values)).fetchall()


def _stored(row: tuple[int, str, str, int, int, int, str, str]) -> StoredPassage:
    number, identity, document_id, start, stop, tokens, sha256, text = row
    return StoredPassage(number, Passage(identity, document_id, start, stop, tokens, text), sha256)
