"""Documents read and texts written by themselves. In: files, Documents. Out: the same."""

from collections.abc import Iterable
from pathlib import Path

from index.passage import Document, Passage
from index.read import Reader, load_file
from index.sources import SourceFile
from index.textfile import TextWriter


def read_file(source: SourceFile) -> Document:
    """Read one file."""
    with Reader() as reader:
        return reader.read(load_file(source))


def write_texts(file: Path, documents: Iterable[Document], passages: Iterable[Passage]) -> None:
    """Write a new file of documents with their passages, in the order of the documents."""
    by_document: dict[str, list[Passage]] = {}
    for passage in passages:
        by_document.setdefault(passage.document_id, []).append(passage)
    writer = TextWriter(file)
    for document in documents:
        own = by_document.get(document.id, [])
        writer.add_passages(own, [passage.tokens for passage in own])
        writer.add_document(document, origin="source", digest="", resplit=0, form="{}")
    writer.close()
