"""The commands ``generations``, ``rollback`` and ``prune``. In: arguments. Out: lines."""

from typing import Annotated

import typer

from index.console import explained_errors, output
from index.current import DEFAULT_INDEX, current_manifest, generations
from index.options import IndexFolder
from index.rollback import roll_back
from index.store import prune, write_lock


def list_generations(index: IndexFolder = DEFAULT_INDEX) -> None:
    """List the generations of an index, the newest first."""
    with explained_errors():
        current = current_manifest(index).generation
        for manifest in generations(index):
            mark = "current" if manifest.generation == current else ""
            output.print(
                f"{manifest.generation:>6}  {manifest.created}  "
                f"{manifest.counts.documents:>7} documents  {manifest.digest[:12]}  {mark}".rstrip()
            )


def rollback(
    to: Annotated[
        int | None, typer.Option(help="Number of the generation.", show_default="the one before")
    ] = None,
    index: IndexFolder = DEFAULT_INDEX,
) -> None:
    """Answer from an earlier generation again; later ones stay until they are pruned."""
    with explained_errors(), write_lock(index):
        manifest = roll_back(index, to)
        output.print(
            f"generation {manifest.generation} answers now: {manifest.counts.documents} documents, "
            f"digest {manifest.digest[:12]}"
        )


def prune_generations(
    keep: Annotated[int, typer.Option(min=1, help="How many generations stay.")] = 1,
    index: IndexFolder = DEFAULT_INDEX,
) -> None:
    """Remove all generations but the current one, with what only they hold."""
    with explained_errors(), write_lock(index):
        removed = prune(index, keep)
    if removed:
        output.print(f"removed generations {', '.join(map(str, removed))}")
    else:
        output.print("there was nothing to remove")
