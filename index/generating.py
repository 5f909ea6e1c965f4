"""A change carried out. In: a Change, what it needs. Out: a published generation, a Receipt.

Whoever changes an index holds its lock and works in a folder beside; nothing of the previous
generation is touched before the new one is complete.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from index.change import ADDED, SOURCE, Change, spared
from index.compose import Progress, Stay, Workshop, compose
from index.current import current_manifest
from index.describe import Content, describe, splitter_facts
from index.embed import Embedder, ModelCard
from index.errors import FileRefused, IndexFormat, NothingToIndex
from index.generation import Index, open_index
from index.journal import Journal
from index.limits import Limits
from index.manifest import Manifest
from index.passage import Document
from index.read import Reader, load_file
from index.sources import LeftOut, SourceFile
from index.split import Splitter
from index.store import (
    KEPT,
    building_folder,
    next_generation,
    prune,
    publish,
    write_lock,
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done: documents by their path, and every file that is not in the index.

    ``manifest`` is that of the generation that answers now; ``embedded`` counts the texts
    that the model was asked for; ``lost`` says why the index that was there before could not
    be used, if so.
    """

    manifest: Manifest
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    embedded: int = 0
    left_out: tuple[LeftOut, ...] = ()
    lost: str | None = None

    @property
    def nothing(self) -> bool:
        """Whether the index is what it was."""
        return not (self.added or self.changed or self.moved or self.removed or self.lost)


def silent(_step: str, _done: int, _total: int) -> None:
    """A progress that nobody looks at."""


@contextmanager
def changing(
    root: Path, embedder: Embedder, progress: Progress, wait: float
) -> Iterator[tuple[Workshop, Index]]:
    """The workshop for a change of the index there is, and that index."""
    facts = current_manifest(root).splitter
    splitter = Splitter(facts.target_tokens, facts.run_on_tokens, facts.overlap_tokens)
    with workshop(root, embedder, splitter, progress, wait) as shop:
        before = open_index(root)
        if not made_alike(before, shop):
            made_with = before.manifest.embedder.name
            raise IndexFormat(
                f"the index in {root} was made with the model {made_with}, and this is "
                f"{embedder.card.name}; name that model, or index the sources anew with this one"
            )
        yield shop, before


@contextmanager
def workshop(
    root: Path, embedder: Embedder, splitter: Splitter, progress: Progress, wait: float = 0.0
) -> Iterator[Workshop]:
    """Hold the index for writing, with a folder and a journal to work in."""
    card = embedder.card  # a model that is not there is told before anything is written
    with (
        write_lock(root, wait),
        building_folder(root) as folder,
        Journal(root, card) as journal,
    ):
        yield Workshop(root, folder, embedder, splitter, journal, progress)


def write(shop: Workshop, before: Index | None, change: Change, reading: "Reading") -> Receipt:
    """Compose the next generation and publish it, unless it is as the one before.

    Raises ``NothingToIndex`` when nothing of a source can be read: its folder may only be
    somewhere else at the moment, and what answers now goes on.
    """
    kept = set(change.kept)
    if before and change.nothing and not _wants_model(before, shop, reading):
        manifest = before.manifest
    else:
        content = compose(Stay(before, kept, change.moved), reading.sparing(kept, change), shop)
        if before and content.files == before.manifest.files:
            manifest = before.manifest
        elif content.documents or reading.origin != SOURCE:
            manifest = _published(content, shop)
        else:
            raise nothing_to_index((*change.unread, *reading.left_out))
    _settle(shop, reading, change)
    return Receipt(
        manifest,
        added=tuple(path for path in reading.paths if path not in change.changed),
        changed=tuple(path for path in reading.paths if path in change.changed),
        moved=tuple((old, new.path) for old, new in change.moved.items()),
        removed=(*change.removed, *sorted(change.changed - {*reading.paths, *kept})),
        unchanged=len(kept) - len(change.moved),
        embedded=shop.journal.kept,
        left_out=(*change.unread, *reading.left_out),
    )


def _wants_model(before: Index, shop: Workshop, reading: "Reading") -> bool:
    """Whether a source is indexed into an index that has no exported model and could have one."""
    made_before = before.manifest.model is None
    return made_before and reading.origin == SOURCE and shop.embedder.exported is not None


def _published(content: Content, shop: Workshop) -> Manifest:
    """The manifest of the next generation, which answers from now on."""
    generation = next_generation(shop.root)
    manifest = describe(content, shop.embedder.card, shop.splitter, generation)
    publish(shop.root, shop.building, manifest)
    return manifest


def _settle(shop: Workshop, reading: "Reading", change: Change) -> None:
    """Clear away what this change, or one that was killed, has no more use for.

    What a stopped build has embedded stays when documents are added meanwhile.
    """
    prune(shop.root, KEPT)
    if reading.origin != ADDED or change.removed or not shop.journal.inherited:
        shop.journal.discard()


class Reading:
    """Reads files as they are asked for, then gives what is carried over.

    A source mirrors its folder: what a file can no longer be read for is removed. What is
    added by itself replaces a document only if it can be read.
    """

    def __init__(
        self,
        files: Sequence[SourceFile],
        origin: str,
        progress: Progress,
        carried: Sequence[Document] = (),
        limits: Limits | None = None,
        carried_as: str = ADDED,
    ) -> None:
        self._files, self.origin, self._carried = files, origin, carried
        self._carried_as = carried_as
        self._progress, self._limits = progress, limits
        self.done, self.total = 0, len(files)
        self.paths: list[str] = []
        self.left_out: list[LeftOut] = []
        self._kept: set[str] = set()
        self._spared: frozenset[str] = frozenset()

    def sparing(self, kept: set[str], change: Change) -> "Reading":
        """Put back into ``kept`` the documents that unreadable additions would replace."""
        self._kept, self._spared = kept, change.changed if self.origin == ADDED else frozenset()
        return self

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        with Reader(self._limits) as reader:
            for source in self._files:
                self.done += 1
                try:
                    document = reader.read(load_file(source))
                except FileRefused as error:
                    self._refuse(source, error)
                else:
                    self.paths.append(source.path)
                    yield document, self.origin
                self._progress("read", self.done, self.total)
        for document in self._carried:
            yield document, self._carried_as

    def _refuse(self, source: SourceFile, error: FileRefused) -> None:
        if source.path in self._spared:
            self._kept.add(source.path)
            self.left_out.append(spared(source, error))
        else:
            self.left_out.append(LeftOut(source.path, str(error), refused=True))


def made_alike(before: Index, shop: Workshop) -> bool:
    """Whether what is added now fits what is there."""
    return (
        replace(shop.embedder.card, name="") == replace(_card(before), name="")
        and splitter_facts(shop.splitter) == before.manifest.splitter
    )


def _card(index: Index) -> ModelCard:
    return ModelCard(**index.manifest.embedder.model_dump())


def nothing_to_index(left_out: Sequence[LeftOut]) -> NothingToIndex:
    """The error that says why there is nothing."""
    reasons = "".join(f" ({item.path}: {item.reason})" for item in left_out[:5])
    return NothingToIndex(
        f"no document could be read from the sources{reasons}; name a folder that holds some"
    )
