"""Changes to an index. In: sources, files or names of documents, an Embedder. Out: Receipt.

compare -> read -> split -> embed -> write beside -> publish.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from index.change import ADDED, SOURCE, Change, compare, everything
from index.compose import Progress
from index.embed import Embedder
from index.errors import DocumentUnknown, IndexMissing, IndexUnusable
from index.generating import (
    Reading,
    Receipt,
    changing,
    made_alike,
    nothing_to_index,
    silent,
    workshop,
    write,
)
from index.generation import Index, open_index
from index.limits import Limits
from index.passage import Document
from index.sources import SourceFile, list_sources
from index.split import Splitter
from index.textfile import DocumentFacts


def build_index(
    sources: Sequence[Path],
    root: Path,
    embedder: Embedder,
    splitter: Splitter | None = None,
    progress: Progress = silent,
    *,
    anew: bool = False,
) -> Receipt:
    """Make the index below ``root`` hold what the sources hold.

    Only what has changed since the current generation is read and embedded, unless it is to
    be made ``anew``, cannot be used, or was made with another model or splitter. Documents
    that were added by themselves stay. Raises ``SourceMissing``, ``SourceClash``,
    ``NothingToIndex`` or ``IndexBusy``, and then leaves what was there before as it was.
    """
    splitter = splitter or Splitter()
    listing = list_sources(sources)
    if not listing.files:
        raise nothing_to_index(listing.left_out)
    with workshop(root, embedder, splitter, progress) as shop:
        before, lost = _usable(root)
        if before and not anew and made_alike(before, shop):
            change = compare(_facts(before), listing.files, SOURCE, _step("compare", progress))
            reading = Reading(change.fresh, SOURCE, progress)
        else:
            change = everything(listing.files)
            carried = _added_ones(before, listing.files) if before else []
            reading = Reading(listing.files, SOURCE, progress, carried)
            before = None
        receipt = write(shop, before, change, reading)
    return replace(receipt, left_out=(*listing.left_out, *receipt.left_out), lost=lost)


def add_files(
    files: Sequence[SourceFile],
    root: Path,
    embedder: Embedder,
    progress: Progress = silent,
    wait: float = 0.0,
    limits: Limits | None = None,
) -> Receipt:
    """Add files to the index, or replace the documents of their paths.

    They stay, whatever sources are indexed later; one that takes more than its ``limits`` to
    parse is left out. Raises ``IndexBusy`` when another process
    is still writing after ``wait`` seconds, and an ``IndexUnusable`` when there is no index or
    it was made with another model.
    """
    with changing(root, embedder, progress, wait) as (shop, before):
        change = compare(_facts(before), files, ADDED, _step("compare", progress))
        return write(shop, before, change, Reading(change.fresh, ADDED, progress, limits=limits))


def remove_documents(
    names: Sequence[str],
    root: Path,
    embedder: Embedder,
    progress: Progress = silent,
    wait: float = 0.0,
) -> Receipt:
    """Remove documents by path, id, or a pattern of paths such as ``notes/*``.

    Of what is removed no byte is part of the new generation. Raises ``DocumentUnknown`` when
    a name fits none, and as ``add_files`` does.
    """
    with changing(root, embedder, progress, wait) as (shop, before):
        facts = _facts(before)
        removed = {path for name in names for path in _named(name, facts)}
        kept = frozenset(document.path for document in facts) - removed
        change = Change((), kept, removed=tuple(sorted(removed)))
        return write(shop, before, change, Reading((), ADDED, progress))


def _usable(root: Path) -> tuple[Index | None, str | None]:
    """The index that is there, or None and, if something is there, what is the matter."""
    try:
        return open_index(root), None
    except IndexMissing:
        return None, None
    except (IndexUnusable, OSError, sqlite3.Error) as error:
        return None, str(error)


def _facts(index: Index) -> list[DocumentFacts]:
    return index.texts.documents()


def _added_ones(index: Index, files: Sequence[SourceFile]) -> list[Document]:
    """The documents that were added by themselves and have no file among these."""
    paths = {source.path for source in files}
    added = [d for d in _facts(index) if d.origin == ADDED and d.path not in paths]
    found = (index.texts.document(document.id) for document in added)
    return [document for document in found if document]


def _named(name: str, facts: Sequence[DocumentFacts]) -> list[str]:
    exact = [document.path for document in facts if name in (document.path, document.id)]
    found = exact or [d.path for d in facts if fnmatchcase(d.path, name)]
    if not found:
        raise DocumentUnknown.of(name)
    return found


def _step(name: str, progress: Progress) -> Callable[[int, int], None]:
    return lambda done, total: progress(name, done, total)
