"""The command ``cite``. In: a citation's id. Out: its text, where it stands, how it stands."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from index.console import explained_errors, output
from index.current import DEFAULT_INDEX
from index.earlier import EarlierTexts
from index.generation import open_index
from index.options import IndexFolder
from index.visible import on_one_line, visible
from service.citing.resolve import read_reference, resolve
from service.citing.resolved import ResolvedCitation


def cite(
    citation: Annotated[str, typer.Argument(metavar="ID", help="Id of a passage of an answer.")],
    index: IndexFolder = DEFAULT_INDEX,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the JSON of GET /v1/citations/{id}.")
    ] = False,
) -> None:
    """Show what a citation cites, and whether its document still holds it."""
    with explained_errors():
        reference = read_reference(citation)
        resolved = resolve(reference, open_index(index), EarlierTexts(index))
    if as_json:
        typer.echo(json.dumps(asdict(resolved), ensure_ascii=False, indent=2))
    else:
        _print(resolved)


def _print(resolved: ResolvedCitation) -> None:
    page = f", page {resolved.page}" if resolved.page else ""
    output.print(f"“{visible(resolved.text)}”")
    output.print(
        f"{resolved.document.path!r}, characters {resolved.start} to {resolved.end}{page}, "
        f"generation {resolved.generation}"
    )
    if resolved.headings:
        output.print(f"under {' > '.join(map(on_one_line, resolved.headings))}")
    output.print(f"{resolved.status}: {resolved.note}" if resolved.note else resolved.status)
