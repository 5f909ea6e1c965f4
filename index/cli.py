"""The commands ``index`` and ``doctor``. In: arguments. Out: lines, exit codes."""

from pathlib import Path
from typing import Annotated

import typer

from index.build import BuildReport, build_index
from index.console import BAD_NEWS, explained_errors, messages, output, progress
from index.doctor import examine
from index.minilm import DEFAULT_MODEL, load_embedder
from index.read import LeftOut, list_sources
from index.store import DEFAULT_INDEX

DEFAULT_SOURCE = Path("seeds")
_MOST_NAMED = 20

IndexFolder = Annotated[
    Path, typer.Option("--index", envvar="CITEWELL_INDEX", help="Folder of the index.")
]


def index(
    source: Annotated[
        list[Path] | None, typer.Argument(help="Folders and files to index.", show_default="seeds/")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", envvar="CITEWELL_INDEX", help="Folder of the index.")
    ] = DEFAULT_INDEX,
    model: Annotated[
        str,
        typer.Option(
            envvar="CITEWELL_MODEL", help="Embedding model: a name in the local cache, or a folder."
        ),
    ] = DEFAULT_MODEL,
) -> None:
    """Index documents (text, Markdown, HTML, PDF, DOCX, EPUB, CSV, JSON Lines) and folders."""
    with explained_errors():
        sources = source or [DEFAULT_SOURCE]
        list_sources(sources)  # before the seconds that loading the model takes
        embedder = load_embedder(model)
        with progress() as report:
            built = build_index(sources, out, embedder, progress=report)
        _print_summary(built, out)
    if any(item.refused for item in built.left_out):
        raise typer.Exit(BAD_NEWS)


def doctor(index: IndexFolder = DEFAULT_INDEX) -> None:
    """Check an index: files, texts, rows and vectors."""
    with explained_errors():
        findings = examine(index, load_embedder)
    for finding in findings:
        output.print(f"{'damaged' if finding.problem else 'good   '}  {finding.check}")
        if finding.problem:
            output.print(f"         {finding.problem}")
    if any(finding.problem for finding in findings):
        raise typer.Exit(BAD_NEWS)


def _print_summary(built: BuildReport, out: Path) -> None:
    manifest = built.manifest
    counts = manifest.counts
    output.print(
        f"indexed {counts.documents} documents as {counts.passages} passages of "
        f"{counts.tokens / counts.passages:.0f} tokens on average into {out} "
        f"(generation {manifest.generation}, digest {manifest.digest[:12]})"
    )
    output.print(
        f"{counts.pieces} word pieces read by {manifest.embedder.name}, "
        f"{counts.pieces_cut} cut; {counts.resplit} passages split again to fit"
    )
    refused = [item for item in built.left_out if item.refused]
    _print_left_out("not indexed", refused)
    _print_left_out("left out", [item for item in built.left_out if not item.refused])


def _print_left_out(what: str, items: list[LeftOut]) -> None:
    for item in items[:_MOST_NAMED]:
        messages.print(f"{what}: {item.path!r} {item.reason}")
    if len(items) > _MOST_NAMED:
        messages.print(f"{what}: and {len(items) - _MOST_NAMED} more")
