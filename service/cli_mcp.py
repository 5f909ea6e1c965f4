"""The command ``mcp``. In: arguments. Out: a server of the Model Context Protocol."""

from pathlib import Path
from typing import Annotated

import typer

from index.console import explained_errors
from service.settings import read_settings
from service.watching.logs import set_up_logs

_PORT = 8001


def mcp(
    index: Annotated[
        Path | None,
        typer.Option("--index", help="Folder of the index.", show_default=".citewell/index"),
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Serve HTTP on 127.0.0.1, not stdin and stdout.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Port for --http; 0 picks one.", show_default=str(_PORT)
        ),
    ] = None,
) -> None:
    """Serve the documents to other programs' language models, by the Model Context Protocol."""
    if port is not None and not http:
        raise typer.BadParameter("goes with --http", param_hint="--port")
    with explained_errors():
        settings = read_settings(index=index)
        # To standard error: what stands on standard output is the protocol, and nothing else.
        set_up_logs(settings.log_level, settings.log_format, questions=settings.log_questions)
        # Imported here: the other commands do without the protocol's import time.
        from service.mcp_server.serve import serve_http, serve_stdio  # noqa: PLC0415

        if http:
            serve_http(settings, _PORT if port is None else port)
        else:
            serve_stdio(settings)
