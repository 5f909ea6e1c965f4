"""The commands ``key``. In: a key's name and scope. Out: the key, once; a list; a revocation."""

from pathlib import Path
from typing import Annotated

import typer

from index.console import explained_errors, messages, output
from service.keys.key import Scope
from service.keys.keyfile import add_key, key_file, read_keys, revoke_key
from service.settings import read_settings

keys = typer.Typer(
    no_args_is_help=True,
    help="API keys of the service: CITEWELL_KEYS names their file, or it is beside the index.",
)
Folder = Annotated[
    Path | None,
    typer.Option("--index", help="Folder of the index.", show_default=".citewell/index"),
]


@keys.command("add")
def add(
    name: Annotated[str, typer.Option("--name", help="What the key is called in the list.")],
    scope: Annotated[
        Scope, typer.Option("--scope", help="read asks and reads; write changes documents, too.")
    ] = "read",
    index: Folder = None,
) -> None:
    """Make a key and print it, this once; a running service takes it at the next request."""
    with explained_errors():
        path = _path(index)
        sent = add_key(path, name, scope)
    # The key alone on standard output, so that it can go into a variable or a file.
    messages.print(f"made the {scope} key {name}; it is kept nowhere and not shown again:")
    typer.echo(sent)


@keys.command("list")
def list_keys(index: Folder = None) -> None:
    """Name the keys with their scopes and when they were made."""
    with explained_errors():
        path = _path(index)
        found = read_keys(path)
    for key in found:
        typer.echo(f"{key.name}\t{key.scope}\t{key.created}")
    if not found:
        output.print(f"there are no keys in {path}; citewell key add makes one")


@keys.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="The key's name.")], index: Folder = None
) -> None:
    """Remove a key; a running service refuses it from the next request on."""
    with explained_errors():
        path = _path(index)
        left = revoke_key(path, name)
    output.print(f"revoked {name}; {left} left")
    if not left:
        messages.print(
            f"no key is left, and the service answers nobody until one is added; remove {path} "
            "and start the service anew to have it ask for none"
        )


def _path(index: Path | None) -> Path:
    settings = read_settings(index=index)
    return key_file(settings.index, settings.keys)
