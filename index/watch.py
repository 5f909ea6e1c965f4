"""A folder that changes. In: sources. Out: a new generation after each change.

The file system tells of changes (watchfiles); which files differ is told by their digests, as
``citewell index`` does, so that nothing is missed and nothing done in vain.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from watchfiles import watch

from index.build import build_index
from index.console import messages, output
from index.embed import Embedder
from index.errors import CitewellError, IndexBusy
from index.generating import Receipt
from index.receipt import print_left_out, print_receipt

_QUIET = 400  # milliseconds without a change until the index follows
_WAIT = 1000  # milliseconds after which the file system is asked again


def watch_sources(
    sources: Sequence[Path],
    root: Path,
    embedder: Embedder,
    changes: Callable[[Sequence[Path]], Iterable[Collection[object]]] | None = None,
) -> None:
    """Index the sources, and again after each of the ``changes``, which end when interrupted.

    They are sets, empty when for a while nothing has changed. What fails is told, and tried
    again at the next change. Once it watches, an interrupt ends it wherever it is: a change
    that was being indexed is left for the next time.
    """
    _follow(sources, root, embedder, first=True)
    try:
        _watch(sources, root, embedder, (changes or _changes)(sources))
    except KeyboardInterrupt:
        messages.print("no longer watching")


def _watch(
    sources: Sequence[Path],
    root: Path,
    embedder: Embedder,
    changes: Iterable[Collection[object]],
) -> None:
    # At first also without a change: one may have come before the watching began.
    watched, behind = False, True
    for changed in changes:
        if changed or behind:
            behind = not _follow(sources, root, embedder, first=False)
        if not watched:
            messages.print("watching; Ctrl-C ends it")
            watched = True


def _changes(sources: Sequence[Path]) -> Iterable[Collection[object]]:
    return watch(
        *map(_folder, sources),
        step=_QUIET,
        rust_timeout=_WAIT,
        yield_on_timeout=True,
        raise_interrupt=False,
    )


def _folder(source: Path) -> Path:
    """What to watch for a source: a folder, that of a file, or that below which a pattern is."""
    while not source.is_dir():
        source = source.parent
    return source


def _follow(sources: Sequence[Path], root: Path, embedder: Embedder, *, first: bool) -> bool:
    """Index the sources; False when another process was writing, which one waits for."""
    try:
        receipt = build_index(sources, root, embedder)
    except IndexBusy:
        return False
    except (CitewellError, OSError, sqlite3.Error) as error:
        messages.print(f"citewell: {error}")
        return True
    if first:
        print_receipt(receipt, root)
    elif not receipt.nothing:
        _tell(receipt)
    return True


def _tell(receipt: Receipt) -> None:
    for word, paths in (
        ("added", receipt.added),
        ("changed", receipt.changed),
        ("removed", receipt.removed),
    ):
        for path in paths:
            output.print(f"{word} {path!r}")
    for old, new in receipt.moved:
        output.print(f"moved {old!r} to {new!r}")
    output.print(f"generation {receipt.manifest.generation}")
    print_left_out([item for item in receipt.left_out if item.refused])
