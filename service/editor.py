"""Changes to the index of a running service. In: files or a document's id. Out: what was done.

One change after another, with the model that is loaded already; when a change is told, the
next question is answered from it.
"""

import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.build import add_files, remove_documents
from index.embed import Embedder
from index.errors import DocumentPresent, DocumentUnknown, IndexBusy
from index.feedbackfile import FeedbackFile, feedback_folder
from index.limits import MIB, Limits
from index.passage import stable_id
from index.restore import restore_document
from index.sources import SourceFile
from index.store import prune, write_lock
from index.textfile import DocumentFacts
from service.answer import IndexRef
from service.engine import Engine
from service.errors import DocumentMissing, DocumentThere, EditingFailed
from service.gentle import GentleEmbedder
from service.live import LiveEngine

logger = logging.getLogger(__name__)
PATIENCE = 30.0  # seconds to wait for another process that is writing the index


@dataclass(frozen=True, slots=True)
class Added:
    """What became of files: by path, those that were new and those that replaced a document;
    how many were in the index as they are; those refused, with the reason; the documents that
    the index now holds of them."""

    index: IndexRef
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int
    refused: dict[str, str]
    documents: tuple[DocumentFacts, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """Which documents were removed, by path; ``erased`` when no generation holds them now."""

    index: IndexRef
    removed: tuple[str, ...]
    erased: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """A document that was removed and is there again."""

    index: IndexRef
    document: DocumentFacts


class Editor:
    """Changes the index that a LiveEngine answers from; safe between threads."""

    def __init__(self, live: LiveEngine, patience: float = PATIENCE) -> None:
        self._live = live
        self._patience = patience
        chosen = live.settings
        self._limits = Limits(seconds=chosen.parse_s, memory=chosen.parse_mb * MIB)
        self._lock = threading.Lock()

    def add(self, files: Sequence[SourceFile]) -> Added:
        """Add files, or replace the documents of their paths, which must differ.

        Raises ``IndexBusy`` when another process goes on writing, ``IndexUnusable`` when there
        is no index to add to, ``EditingFailed`` when the disk does not take it.
        """
        with self._turn() as (root, embedder):
            receipt = add_files(files, root, embedder, wait=self._patience, limits=self._limits)
            refused = {item.path: item.reason for item in receipt.left_out}
            engine = self._live.engine()  # opened here, so that no question waits for it
        found = (_facts(engine, file.path) for file in files if file.path not in refused)
        done = len(receipt.added) + len(receipt.changed) + len(refused)
        return Added(
            index=engine.ref,
            added=receipt.added,
            changed=receipt.changed,
            unchanged=len(files) - done,
            refused=refused,
            documents=tuple(facts for facts in found if facts),
        )

    def remove(self, document_id: str, *, erase: bool) -> Removed:
        """Remove a document; with ``erase``, also the earlier generations, which hold it, and
        feedback that quotes what the index holds no longer.

        Raises ``DocumentMissing`` when there is none of this id, and as ``add`` does.
        """
        with self._turn() as (root, embedder):
            # Looked up first: the index would take the name for a pattern of paths.
            if self._live.engine().index.texts.facts(document_id) is None:
                raise DocumentMissing.of(document_id)
            try:
                receipt = remove_documents([document_id], root, embedder, wait=self._patience)
            except DocumentUnknown:  # another process was faster
                raise DocumentMissing.of(document_id) from None
            erased = erase and self._erase(root)
            return Removed(self._live.engine().ref, receipt.removed, erased)

    def restore(self, document_id: str) -> Restored:
        """Bring back a removed document from the newest generation that holds it.

        Raises ``DocumentThere`` when it has not gone, ``DocumentMissing`` when no generation
        holds it any more, and as ``add`` does.
        """
        with self._turn() as (root, embedder):
            try:
                restore_document(document_id, root, embedder, wait=self._patience)
            except DocumentPresent as error:
                raise DocumentThere(str(error)) from None
            except DocumentUnknown as error:
                raise DocumentMissing(str(error)) from None
            engine = self._live.engine()
            facts = engine.index.texts.facts(document_id)
            if facts is None:  # another process was faster
                raise DocumentMissing.of(document_id)
            return Restored(engine.ref, facts)

    @contextmanager
    def _turn(self) -> Iterator[tuple[Path, Embedder]]:
        """Where the index is and what embeds, for one change alone."""
        with self._lock:
            try:
                yield self._live.settings.index, GentleEmbedder(self._live.engine().embedder)
            except (OSError, sqlite3.Error) as error:
                raise EditingFailed(
                    f"the change could not be written ({error}); check the disk and that "
                    "the service may write to the index's folder"
                ) from error

    def _erase(self, root: Path) -> bool:
        try:
            with write_lock(root, self._patience):
                prune(root)
                documents = self._live.engine().index.texts.documents()
                feedback = FeedbackFile(feedback_folder(root))
                gone = feedback.keep_quotes_of({facts.path for facts in documents})
                logger.info("%s pieces of feedback quoted what is gone and were removed", gone)
        except IndexBusy:  # the document is removed all the same: that is to be told
            return False
        return True


def _facts(engine: Engine, path: str) -> DocumentFacts | None:
    return engine.index.texts.facts(stable_id("d", path))
