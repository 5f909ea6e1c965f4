"""The command ``index`` of a service. In: the index's own command. Out: it, and a reader prepared.

Reading is the service's, so the index's command knows nothing of it.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

import typer

from index.current import CURRENT
from index.errors import ModelUnusable


def preparing(index: Callable[..., Any]) -> Callable[..., Any]:
    """The command, which leaves the reader's model in the index it has made."""

    @wraps(index)
    def prepared(*, out: Path, **given: Any) -> None:  # noqa: ANN401 - whatever it takes
        try:
            index(out=out, **given)
        except typer.Exit:  # some files were refused, and the others are indexed
            _prepare(out)
            raise
        _prepare(out)

    return prepared


def _prepare(root: Path) -> None:
    if not (root / CURRENT).exists():
        return
    # Imported here: ONNX Runtime takes a fifth of a second that few commands need.
    from service.reading.prepared import prepare_reader  # noqa: PLC0415

    # A service makes do without; and where the reader is not installed it says so.
    with suppress(ModelUnusable, OSError):
        prepare_reader(root)
