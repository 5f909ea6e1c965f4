"""The commands ``add``, ``remove``, ``list``, ``show``. In: arguments. Out: lines, exit codes."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from index.build import add_files, remove_documents
from index.console import BAD_NEWS, ProgressForm, explained_errors, output, progress
from index.current import DEFAULT_INDEX, current_manifest, exported_models
from index.errors import DocumentUnknown
from index.feedbackfile import FeedbackFile, feedback_folder
from index.filter import DocumentFilter
from index.filter_options import takes_filter
from index.generating import Receipt
from index.generation import Index, open_index
from index.lazy import LazyEmbedder
from index.listing import Order, Page, list_page
from index.options import IndexFolder, Shown
from index.receipt import print_receipt, receipt_facts
from index.sources import LeftOut, list_sources
from index.store import prune, write_lock
from index.textfile import DocumentFacts
from index.visible import visible

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add(
    source: Annotated[list[Path], typer.Argument(help="Files, folders and patterns to add.")],
    index: IndexFolder = DEFAULT_INDEX,
    shown: Shown = ProgressForm.AUTO,
    as_json: AsJson = False,
) -> None:
    """Add documents to an index beside those it holds; one of the same path is replaced."""
    with explained_errors():
        listing = list_sources(source)
        with progress(shown) as report:
            receipt = add_files(listing.files, index, _model(index), report)
        _print(receipt, index, as_json, listing.left_out)
    if any(item.refused for item in receipt.left_out):
        raise typer.Exit(BAD_NEWS)


def remove(
    document: Annotated[
        list[str], typer.Argument(help="Paths, ids or patterns of paths (notes/*) to remove.")
    ],
    index: IndexFolder = DEFAULT_INDEX,
    erase: Annotated[
        bool,
        typer.Option(
            "--erase",
            help="Remove the earlier generations, which hold it, and feedback that quotes it, too.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove documents from an index: the next question is answered without them."""
    with explained_errors():
        with progress() as report:
            receipt = remove_documents(document, index, _model(index), report)
        forgotten = _erase(index) if erase else 0
        _print(receipt, index, as_json)
        if forgotten and not as_json:
            output.print(f"removed {forgotten} pieces of feedback that quoted what is gone")
        if not (erase or as_json):
            output.print("earlier generations still hold them: `citewell prune` erases these")


@takes_filter
def list_documents(
    index: IndexFolder = DEFAULT_INDEX,
    order: Annotated[
        Order, typer.Option("--sort", help="What to sort by; a minus turns it round.")
    ] = Order.PATH,
    as_json: AsJson = False,
    *,
    chosen: DocumentFilter,
) -> None:
    """List the documents of an index, or those of a path, tag or date."""
    with explained_errors():
        opened = open_index(index)
        documents = list_page(opened.texts, chosen, Page(order)).documents
    if as_json:
        typer.echo(json.dumps([_facts(facts) for facts in documents], ensure_ascii=False, indent=2))
        return
    for facts in documents:
        output.print(f"{facts.id}  {facts.length:>9}  {facts.origin:<6}  {facts.path!r}")
    manifest = opened.manifest
    of = "" if chosen == DocumentFilter() else f" of {manifest.counts.documents}"
    output.print(f"{len(documents)}{of} documents, generation {manifest.generation}")


def show(
    document: Annotated[str, typer.Argument(help="Path or id of a document.")],
    index: IndexFolder = DEFAULT_INDEX,
    as_json: AsJson = False,
) -> None:
    """Show a document: what is known of it, and the text that all offsets refer to."""
    with explained_errors():
        opened = open_index(index)
        facts = _named(opened, document)
        found = opened.texts.document(facts.id)
        assert found is not None
    headings = [asdict(heading) for heading in found.headings]
    if as_json:
        whole = {**_facts(facts), "pages": found.pages, "headings": headings, "text": found.text}
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    for name, value in _facts(facts).items():
        told = ", ".join(map(visible, value)) if isinstance(value, tuple) else value
        output.print(f"{name:<12}{told if told is not None else ''}".rstrip())
    output.print(f"{'pages':<12}{len(found.pages)}")
    output.print(f"{'headings':<12}{len(headings)}")
    output.print()
    typer.echo(found.text)


def _erase(root: Path) -> int:
    """Leave nothing of what the current generation does not hold, in feedback neither.

    Returns how many pieces of feedback were removed.
    """
    feedback = FeedbackFile(feedback_folder(root))
    with write_lock(root):
        prune(root)
        if not feedback.path.exists():
            return 0
        opened = open_index(root)
        held = {facts.path for facts in opened.texts.documents()}
        opened.texts.close()
        return feedback.keep_quotes_of(held)


def _named(opened: Index, name: str) -> DocumentFacts:
    for facts in opened.texts.documents():
        if name in (facts.path, facts.id):
            return facts
    raise DocumentUnknown.of(name)


def _facts(facts: DocumentFacts) -> dict[str, str | int | tuple[str, ...] | None]:
    """What is told of a document; the rest is for the index alone."""
    told = asdict(facts)
    return {name: value for name, value in told.items() if name not in {"form", "digest"}}


def _model(root: Path) -> LazyEmbedder:
    facts = current_manifest(root).embedder
    return LazyEmbedder(facts.name, facts, exported_models(root))


def _print(receipt: Receipt, root: Path, as_json: bool, left_out: tuple[LeftOut, ...] = ()) -> None:
    if as_json:
        typer.echo(json.dumps(receipt_facts(receipt), ensure_ascii=False, indent=2))
    else:
        print_receipt(receipt, root, left_out)
