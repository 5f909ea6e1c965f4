"""What the commands of the index have in common. In: nothing. Out: types of arguments."""

from pathlib import Path
from typing import Annotated

import typer

from index.console import ProgressForm

IndexFolder = Annotated[
    Path, typer.Option("--index", envvar="CITEWELL_INDEX", help="Folder of the index.")
]
Sources = Annotated[
    list[Path] | None,
    typer.Argument(help="Folders, files and patterns to index.", show_default="seeds/"),
]
OutFolder = Annotated[
    Path, typer.Option("--out", "--index", envvar="CITEWELL_INDEX", help="Folder of the index.")
]
ModelName = Annotated[
    str,
    typer.Option(
        envvar="CITEWELL_MODEL",
        help="Embedding model: a name in the local cache, or a folder; NAME:int8 has 8 bits.",
    ),
]
Shown = Annotated[
    ProgressForm, typer.Option("--progress", help="A bar, or lines in a pipe; or JSON lines.")
]
