"""The values that pass between the steps. In: nothing. Out: frozen records with offsets.

Offsets are Unicode code points into ``Document.text``, end exclusive; everywhere
``document.text[p.start:p.end] == p.text``.
"""

import hashlib
from dataclasses import dataclass


def stable_id(prefix: str, *parts: str | int) -> str:
    """``prefix_`` and 16 hexadecimal digits that depend on all parts and nothing else."""
    joined = "\x1f".join(str(part) for part in parts)
    return f"{prefix}_{hashlib.sha256(joined.encode()).hexdigest()[:16]}"


def text_digest(text: str) -> str:
    """The sha256 of a text's UTF-8 form, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points, ``start < end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that stands in a document's text at ``start``; ``level`` 1 is the highest."""

    start: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    """One source file as canonical text.

    ``path`` is relative to the folder it was indexed from, with forward slashes;
    ``sha256`` is that of the file's bytes. ``pages`` are the offsets where page 1, 2 and so
    on begin, ascending, empty for a format without pages; ``headings`` ascend by ``start``.
    ``date`` (``YYYY-MM-DD``) and ``tags`` are what it states of itself, or was stated of it.
    """

    id: str
    path: str
    title: str
    media_type: str
    sha256: str
    text: str
    pages: tuple[int, ...] = ()
    headings: tuple[Heading, ...] = ()
    date: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of a document's text that is ranked and cited as one; ``tokens`` are tiktoken's."""

    id: str
    document_id: str
    start: int
    end: int
    tokens: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: the passage's row in the index and the score that found it."""

    row: int
    score: float
