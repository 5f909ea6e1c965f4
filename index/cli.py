"""The commands ``index`` and ``watch``. In: arguments. Out: lines, exit codes."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from index.build import build_index
from index.cli_documents import add, list_documents, remove, show
from index.cli_generations import list_generations, prune_generations, rollback
from index.console import (
    BAD_NEWS,
    ProgressForm,
    explained_errors,
    messages,
    progress,
)
from index.current import DEFAULT_INDEX, current_manifest, exported_models
from index.errors import IndexUnusable
from index.journal import kept_by_a_stopped_build
from index.lazy import LazyEmbedder
from index.minilm import DEFAULT_MODEL
from index.options import ModelName, OutFolder, Shown, Sources
from index.receipt import print_receipt
from index.sources import list_sources
from index.watch import watch_sources

DEFAULT_SOURCE = Path("seeds")


def index(
    source: Sources = None,
    out: OutFolder = DEFAULT_INDEX,
    model: ModelName = DEFAULT_MODEL,
    anew: Annotated[
        bool, typer.Option("--anew", help="Read and embed everything, changed or not.")
    ] = False,
    shown: Shown = ProgressForm.AUTO,
) -> None:
    """Index documents (text, Markdown, HTML, PDF, DOCX, EPUB, CSV, JSON Lines) and folders.

    What has not changed since the last time is not read again.
    """
    with explained_errors():
        sources = source or [DEFAULT_SOURCE]
        try:
            with progress(shown) as report:
                receipt = build_index(sources, out, _model(model, out), progress=report, anew=anew)
        except KeyboardInterrupt:
            kept = kept_by_a_stopped_build(out)
            messages.print(f"{kept} texts are embedded and kept: the same command goes on there")
            raise
        print_receipt(receipt, out)
    if any(item.refused for item in receipt.left_out):
        raise typer.Exit(BAD_NEWS)


def watch(
    source: Sources = None, out: OutFolder = DEFAULT_INDEX, model: ModelName = DEFAULT_MODEL
) -> None:
    """Index documents, and again whenever one of them changes, until interrupted."""
    with explained_errors():
        sources = source or [DEFAULT_SOURCE]
        list_sources(sources)
        watch_sources(sources, out, _model(model, out))


def _model(name: str, out: Path) -> LazyEmbedder:
    """The model, loaded only if anything is to be embedded."""
    try:
        facts = current_manifest(out).embedder
    except IndexUnusable:
        return LazyEmbedder(name)
    return LazyEmbedder(name, facts if facts.name == name else None, exported_models(out))


COMMANDS: dict[str, Callable[..., Any]] = {
    "index": index,
    "add": add,
    "remove": remove,
    "list": list_documents,
    "show": show,
    "watch": watch,
    "generations": list_generations,
    "rollback": rollback,
    "prune": prune_generations,
}
