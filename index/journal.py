"""What a build has embedded so far. In: texts' digests with their vectors. Out: the same.

Embedding is what takes the time, so each finished batch is kept on disk beside the index: a
build that was stopped goes on where it was, and the same text is never embedded twice, in
one document or in many. The journal is gone when the build is published.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import ModelCard, Vectors

JOURNAL = "journal.sqlite"
Digest = bytes
_MOST_VARIABLES = 500  # of one SQL statement


def short_digest(text: str) -> Digest:
    """128 bits that tell texts apart."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class Journal:
    """Vectors by the digest of their text; a context manager.

    Passages are kept in full, windows as float16, which is all that is stored of them: what
    is known in full is known for windows too, but not the other way.
    """

    def __init__(self, root: Path, card: ModelCard) -> None:
        self._root = root
        self._file = root / JOURNAL
        self.kept = 0  # in this process
        self._width = card.width
        try:
            self._connection = self._open(card)
        except sqlite3.DatabaseError:  # a power cut has left half of one: nothing is lost
            discard(root)
            self._connection = self._open(card)
        self.inherited = self.size  # from a build that was stopped
        self._done = self.inherited == 0

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()
        if self._done:
            discard(self._root)

    def discard(self) -> None:
        """Forget everything when this ends: what was embedded is published.

        No statement does it, because that would need room on the disk.
        """
        self._done = True

    def _open(self, card: ModelCard) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(
                "CREATE TABLE IF NOT EXISTS model (card TEXT);"
                "CREATE TABLE IF NOT EXISTS vectors (digest BLOB PRIMARY KEY, vector BLOB);"
            )
            made_with = connection.execute("SELECT card FROM model").fetchone()
            if made_with != (repr(card),):
                connection.executescript("DELETE FROM vectors; DELETE FROM model;")
                connection.execute("INSERT INTO model VALUES (?)", [repr(card)])
                connection.commit()
        except BaseException:
            connection.close()
            raise
        return connection

    def keep(self, digests: Sequence[Digest], vectors: NDArray[np.floating]) -> None:
        """Keep the vectors of texts, in full or as float16, as they are given."""
        self._connection.executemany(
            # what is known in full stays
            "INSERT INTO vectors VALUES (?, ?) ON CONFLICT (digest) DO UPDATE SET "
            "vector = excluded.vector WHERE length(excluded.vector) > length(vector)",
            ((digest, row.tobytes()) for digest, row in zip(digests, vectors, strict=True)),
        )
        self._connection.commit()
        self.kept += len(digests)
        self._done = False

    def known(self, digests: Iterable[Digest], *, in_full: bool) -> dict[Digest, Vectors]:
        """The vectors of those texts that are known."""
        wanted, found = list(digests), {}
        for first in range(0, len(wanted), _MOST_VARIABLES):
            part = wanted[first : first + _MOST_VARIABLES]
            query = "SELECT digest, vector FROM vectors WHERE digest IN "
            query += f"({','.join('?' * len(part))})"
            for digest, content in self._connection.execute(query, part):
                whole = len(content) == 4 * self._width
                if whole or not in_full:
                    kind = np.float32 if whole else np.float16
                    found[digest] = np.frombuffer(content, dtype=kind).astype(np.float32)
        return found

    @property
    def size(self) -> int:
        """How many texts' vectors are kept."""
        (count,) = self._connection.execute("SELECT count(*) FROM vectors").fetchone()
        return int(count)


def kept_by_a_stopped_build(root: Path) -> int:
    """How many texts' vectors a stopped build has left; 0 when there was none."""
    file = root / JOURNAL
    if not file.is_file():
        return 0
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
            return int(count)
    except sqlite3.DatabaseError:
        return 0


def discard(root: Path) -> None:
    """Remove what is kept."""
    for file in root.glob(f"{JOURNAL}*"):
        file.unlink()
