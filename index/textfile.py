"""Writing the texts of a segment. In: Documents, their passages. Out: one SQLite file.

A document's text is stored in pieces, so that any range of it is read without what stands
before it. A passage's text is not stored a second time: it is cut out of its document
whenever it is asked for, and its digest at the time of splitting is stored beside its
offsets, which is what makes a citation provable.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.passage import Document, Passage, stable_id, text_digest

PIECE = 8192  # code points
_SCHEMA = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, path TEXT UNIQUE NOT NULL,
    title TEXT NOT NULL, media_type TEXT NOT NULL, sha256 TEXT NOT NULL,
    text_sha256 TEXT NOT NULL, length INTEGER NOT NULL, origin TEXT NOT NULL,
    digest TEXT NOT NULL, resplit INTEGER NOT NULL, form TEXT NOT NULL,
    date TEXT, tags TEXT NOT NULL);
CREATE TABLE pieces (
    document INTEGER NOT NULL, start INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, document INTEGER NOT NULL, start INTEGER NOT NULL,
    stop INTEGER NOT NULL, tokens INTEGER NOT NULL, pieces INTEGER NOT NULL,
    sha256 TEXT NOT NULL);
CREATE TABLE pages (document INTEGER NOT NULL, page INTEGER NOT NULL, start INTEGER NOT NULL);
CREATE TABLE headings (
    document INTEGER NOT NULL, start INTEGER NOT NULL, level INTEGER NOT NULL,
    title TEXT NOT NULL);
"""
_INDEXES = """
CREATE UNIQUE INDEX pieces_of_document ON pieces (document, start);
CREATE INDEX passages_of_document ON passages (document, start);
CREATE UNIQUE INDEX pages_of_document ON pages (document, start, page);
CREATE INDEX headings_of_document ON headings (document, start);
"""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A document without its text; ``length`` in code points.

    ``origin`` is "source" for what a source folder holds and "added" for what was added by
    itself; ``digest`` is that of all that is stored of the document but path and title;
    ``resplit`` counts passages that were split a second time, ``form`` what
    ``index.describe`` has counted of the text. ``date`` (``YYYY-MM-DD``) and ``tags`` are those
    of the ``Document``.
    """

    id: str
    path: str
    title: str
    media_type: str
    sha256: str
    text_sha256: str
    length: int
    origin: str
    digest: str
    resplit: int
    form: str
    date: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """What a document is called after its file was moved."""

    path: str
    title: str
    origin: str


def has_labels(connection: sqlite3.Connection, schema: str = "main") -> bool:
    """Whether documents have a date and tags; files that were written before had none."""
    columns = connection.execute(f"PRAGMA {schema}.table_info(documents)")
    return "tags" in {name for _, name, *_ in columns}


class TextWriter:
    """A new file of texts; documents and passages are numbered from 0 as they are added."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file.resolve().as_uri(), uri=True)
        self._connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;"
            + _SCHEMA
        )
        self.documents = self.passages = 0

    def add_passages(self, passages: Sequence[Passage], pieces: Sequence[int]) -> None:
        """Passages of the document that is added next; ``pieces`` are the embedder's."""
        self._connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    self.passages + place,
                    self.documents,
                    passage.start,
                    passage.end,
                    passage.tokens,
                    count,
                    text_digest(passage.text),
                )
                for place, (passage, count) in enumerate(zip(passages, pieces, strict=True))
            ),
        )
        self.passages += len(passages)

    def add_document(
        self, document: Document, *, origin: str, digest: str, resplit: int, form: str
    ) -> None:
        """A document whose passages were added before."""
        number, text = self.documents, document.text
        insert = self._connection.executemany
        insert(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    number,
                    document.id,
                    document.path,
                    document.title,
                    document.media_type,
                    document.sha256,
                    text_digest(text),
                    len(text),
                    origin,
                    digest,
                    resplit,
                    form,
                    document.date,
                    json.dumps(document.tags, ensure_ascii=False),
                )
            ],
        )
        insert(
            "INSERT INTO pieces VALUES (?, ?, ?)",
            ((number, start, text[start : start + PIECE]) for start in range(0, len(text), PIECE)),
        )
        insert(
            "INSERT INTO pages VALUES (?, ?, ?)",
            ((number, page, start) for page, start in enumerate(document.pages, start=1)),
        )
        insert(
            "INSERT INTO headings VALUES (?, ?, ?, ?)",
            ((number, h.start, h.level, h.title) for h in document.headings),
        )
        self.documents += 1

    def copy(self, file: Path, kept: Sequence[int], moved: dict[int, Moved]) -> None:
        """Take over documents of another file by their numbers there, ascending."""
        run = self._connection.execute
        run("ATTACH ? AS old", [f"{file.resolve().as_uri()}?mode=ro&immutable=1"])
        run(
            "CREATE TEMP TABLE kept (old INTEGER PRIMARY KEY, new INTEGER, id, path, title, origin)"
        )
        self._connection.executemany(
            "INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?)",
            (
                (old, self.documents + place, *_names(moved.get(old)))
                for place, old in enumerate(kept)
            ),
        )
        labels = "d.date, d.tags" if has_labels(self._connection, "old") else "NULL, '[]'"
        for statement in _COPY:
            run(statement.format(labels=labels), {"base": self.passages})
        (self.passages,) = run("SELECT count(*) FROM main.passages").fetchone()
        self.documents += len(kept)
        run("DROP TABLE kept")
        self._connection.commit()
        run("DETACH old")

    def close(self) -> None:
        """Write what is left and release the file."""
        try:
            self._connection.executescript(_INDEXES)
            self._connection.commit()
        finally:
            self._connection.close()


_COPY = (
    """
    INSERT INTO main.documents SELECT k.new, coalesce(k.id, d.id), coalesce(k.path, d.path),
        coalesce(k.title, d.title), d.media_type, d.sha256, d.text_sha256, d.length,
        coalesce(k.origin, d.origin), d.digest, d.resplit, d.form, {labels}
    FROM old.documents d JOIN kept k ON k.old = d.number ORDER BY d.number""",
    """
    INSERT INTO main.pieces SELECT k.new, p.start, p.text
    FROM old.pieces p JOIN kept k ON k.old = p.document ORDER BY p.document, p.start""",
    """
    INSERT INTO main.passages SELECT row_number() OVER (ORDER BY p.number) - 1 + :base, k.new,
        p.start, p.stop, p.tokens, p.pieces, p.sha256
    FROM old.passages p JOIN kept k ON k.old = p.document ORDER BY p.number""",
    """
    INSERT INTO main.pages SELECT k.new, p.page, p.start
    FROM old.pages p JOIN kept k ON k.old = p.document ORDER BY p.document, p.page""",
    """
    INSERT INTO main.headings SELECT k.new, h.start, h.level, h.title
    FROM old.headings h JOIN kept k ON k.old = h.document ORDER BY h.document, h.start""",
)


def _names(moved: Moved | None) -> tuple[str | None, ...]:
    if moved is None:
        return (None, None, None, None)
    return (stable_id("d", moved.path), moved.path, moved.title, moved.origin)
