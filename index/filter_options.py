"""Options that choose documents. In: a command that takes a DocumentFilter. Out: one that takes
the options.

Typer makes options of a function's parameters; written out, these five would stand in every
command that looks in some documents only.
"""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from index.filter import DocumentFilter

_CHOSEN = "chosen"
_Names = list[str] | None
_Day = str | None
_OPTIONS: dict[str, Any] = {
    "documents": Annotated[
        _Names, typer.Option("--document", help="Id of a document to look in; may be repeated.")
    ],
    "path": Annotated[
        _Names,
        typer.Option("--path", help="Pattern of paths to look in (notes/*); may be repeated."),
    ],
    "tags": Annotated[
        _Names, typer.Option("--tag", help="Tag that a document must have; may be repeated.")
    ],
    "date_from": Annotated[
        _Day,
        typer.Option(
            "--dated-from", metavar="DAY", help="Look in what is of this day (YYYY-MM-DD) or later."
        ),
    ],
    "date_before": Annotated[
        _Day,
        typer.Option("--dated-before", metavar="DAY", help="Look in what is of an earlier day."),
    ],
}


def takes_filter(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each condition instead of its argument ``chosen``."""

    def run(**given: Any) -> None:  # noqa: ANN401 - whatever the command takes
        stated = {name: given.pop(name) for name in _OPTIONS}
        # An option that was not given is an empty list: for Typer, and for nobody else.
        conditions: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stated.items()
            if value not in (None, [])
        }
        command(**given, **{_CHOSEN: DocumentFilter(**conditions)})

    signature = inspect.signature(command)
    kept = [each for name, each in signature.parameters.items() if name != _CHOSEN]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in _OPTIONS.items()
    ]
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__annotations__ = {each.name: each.annotation for each in [*kept, *added]}
    run.__signature__ = signature.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
    return run
