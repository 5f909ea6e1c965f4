"""What a service tells of documents. In: nothing. Out: frozen records, named as in openapi.json.

Answers and citations are the records of ``service.answer`` and ``service.citing.resolved``. What
a later service tells besides is left out.
"""

from dataclasses import dataclass
from typing import Literal

from index.passage import Heading
from service.answer import IndexRef


@dataclass(frozen=True, slots=True)
class DocumentItem:
    """A document of the index; ``length`` in code points, ``date`` as 2026-01-31.

    ``origin`` is "source" for what a source folder held when it was indexed, "added" for what
    was added by itself.
    """

    id: str
    path: str
    title: str
    media_type: str
    sha256: str
    length: int
    origin: Literal["source", "added"]
    date: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentText(DocumentItem):
    """A document with the text that all offsets refer to, where its pages begin, its headings."""

    pages: tuple[int, ...]
    headings: tuple[Heading, ...]
    text: str
    index: IndexRef


@dataclass(frozen=True, slots=True)
class DocumentList:
    """A page of the documents; ``total`` counts those of all pages, ``next`` is None on the
    last one."""

    documents: tuple[DocumentItem, ...]
    total: int
    next: str | None
    index: IndexRef


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was not taken, by the path it was sent with, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class UploadReceipt:
    """What became of an upload: ``added`` and ``changed`` by path, how many files were there
    already, each refused one; ``documents`` are those that the index now holds of them."""

    index: IndexRef
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int
    refused: tuple[RefusedFile, ...]
    documents: tuple[DocumentItem, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """What was removed, by path; ``erased`` tells whether earlier generations were, too."""

    index: IndexRef
    removed: tuple[str, ...]
    erased: bool


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """A range of a document that answers, in code points of its text; with ``sha256`` it is
    refused when the document has changed since."""

    document: str
    start: int
    end: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class FeedbackReceipt:
    """What was kept of feedback: its id, when (UTC), and the index its places were read from."""

    id: str
    created: str
    index: IndexRef
