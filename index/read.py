"""Source files to documents. In: SourceFile. Out: Loaded bytes, Document.

Plain text is decoded here. Everything else is parsed in a process of its own within limits, so
that a file that is damaged or meant to harm costs itself only.
"""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from index.child import Child, ChildLost
from index.errors import FileRefused
from index.formats.encoding import decode
from index.formats.frontmatter import front_matter
from index.formats.media import PLAIN, media_type
from index.formats.parsed import Parsed
from index.labels import as_date, as_tags
from index.limits import MIB, Limits
from index.passage import Document, stable_id
from index.sources import SourceFile

LARGEST = 256 * MIB
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file's bytes, all of one moment, and their sha256."""

    source: SourceFile
    content: bytes
    sha256: str


def load_file(source: SourceFile) -> Loaded:
    """Read a file's bytes once; raises ``FileRefused`` with the reason.

    A file that changes meanwhile is read again, a few times.
    """
    if any("\ud800" <= character <= "\udfff" for character in source.path):
        raise FileRefused("has a name that is not UTF-8; rename it and index again")
    try:
        # Not blocking: it may have become a pipe since it was listed.
        with os.fdopen(os.open(source.file, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            content = _unchanged_content(file)
    except OSError as error:
        raise FileRefused(f"cannot be read: {error.strerror}; check its permissions") from error
    return Loaded(source, content, hashlib.sha256(content).hexdigest())


class Reader:
    """Makes documents of files; keeps the process that parses them until it is closed."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: Child | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The number of the process that parses, if there is one."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """End the process that parses."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def read(self, loaded: Loaded) -> Document:
        """Make a document of a file; raises ``FileRefused`` with the reason."""
        source = loaded.source
        kind = media_type(source.file)
        if kind is None:
            raise FileRefused("is of a format that is not read; convert it")
        if not loaded.content:
            raise FileRefused("holds no text")
        plain = kind == PLAIN
        parsed = _plain(loaded.content) if plain else self._parse(kind, loaded.content)
        if not parsed.text or parsed.text.isspace():
            raise FileRefused("holds no text")
        return Document(
            id=stable_id("d", source.path),
            path=source.path,
            title=parsed.title or Path(source.path).stem,
            media_type=kind,
            sha256=loaded.sha256,
            text=parsed.text,
            pages=parsed.pages,
            headings=parsed.headings,
            date=source.date or as_date(parsed.date),
            tags=as_tags(parsed.tags) if source.tags is None else source.tags,
        )

    def _parse(self, kind: str, content: bytes) -> Parsed:
        if self._child is None or not self._child.is_ready():
            self.close()
            self._child = Child(self._limits)
        try:
            reply = self._child.ask(kind, content)
        except ChildLost as error:
            self._child = None
            raise FileRefused(str(error)) from error
        if reply.parsed is None:
            raise FileRefused(reply.refused or "cannot be read")
        return reply.parsed


def _plain(content: bytes) -> Parsed:
    text = decode(content)
    stated = front_matter(text)
    return Parsed(text, date=stated.date, tags=stated.tags)


def _unchanged_content(file: BinaryIO) -> bytes:
    for _ in range(_ATTEMPTS):
        before = os.fstat(file.fileno())
        if before.st_size > LARGEST:
            raise FileRefused(
                f"has {before.st_size / MIB:.0f} MiB, more than the {LARGEST // MIB} that are "
                "read; split it"
            )
        if not (stat.S_ISREG(before.st_mode) or stat.S_ISDIR(before.st_mode)):
            raise FileRefused("is not a regular file; copy what it holds into one")
        file.seek(0)
        content = file.read(before.st_size + 1)
        after = os.fstat(file.fileno())
        same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        if same and len(content) == after.st_size:
            return content
    raise FileRefused("changes while it is read; index again when nothing writes to it")
