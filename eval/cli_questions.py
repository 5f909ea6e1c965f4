"""Commands that make question sets. In: collections, documents. Out: question sets."""

from pathlib import Path
from typing import Annotated

import typer

from eval.questions.collection import DOCUMENTS, QUESTIONS, export_collection, read_collection
from index.console import explained_errors, output


def import_collection(
    collection: Annotated[
        Path, typer.Argument(help="Folder with corpus.jsonl, queries.jsonl and qrels.tsv.")
    ],
    out: Annotated[Path, typer.Option("--out", help="New folder for documents and questions.")],
    off_subject: Annotated[
        Path | None,
        typer.Option(help="Another collection; its questions become the unanswerable ones."),
    ] = None,
    without: Annotated[
        Path | None, typer.Option(help="Another collection; what it asks too is left out.")
    ] = None,
    titles: Annotated[bool, typer.Option("--titles", help="Put titles before the texts.")] = False,
) -> None:
    """Turn a benchmark collection into a source folder and a question set."""
    with explained_errors():
        found = read_collection(collection)
        if without:
            found = found.without(read_collection(without))
        other = read_collection(off_subject) if off_subject else None
        documents, asked = export_collection(found, out, other, with_titles=titles)
    output.print(
        f"{documents} documents in {out / DOCUMENTS}, {asked} questions in {out / QUESTIONS}"
    )
