"""Taking a removal back. In: a document's id. Out: a generation that holds the document again.

The text comes from an earlier generation, as it was read then: the file is not needed.
"""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from index.change import Change
from index.compose import Progress
from index.earlier import EarlierTexts
from index.embed import Embedder
from index.errors import DocumentPresent, DocumentUnknown
from index.generating import Reading, Receipt, changing, silent, write
from index.manifest import Manifest
from index.passage import Document


def restore_document(
    document_id: str,
    root: Path,
    embedder: Embedder,
    progress: Progress = silent,
    wait: float = 0.0,
) -> Receipt:
    """Bring back a document from the newest generation that holds it.

    Raises ``DocumentPresent`` when the index holds a document of this id, ``DocumentUnknown``
    when no generation holds one any more, and as ``add_files`` does.
    """
    with changing(root, embedder, progress, wait) as (shop, before):
        if before.texts.holds(document_id):
            raise DocumentPresent(
                f"the index holds document {document_id!r}; remove it first to go back to an "
                "earlier state of it"
            )
        document, origin = _earlier(document_id, root, before.manifest)
        kept = frozenset(facts.path for facts in before.texts.documents())
        change = Change((), kept, restored=(document.path,))
        reading = Reading((), origin, progress, [document], carried_as=origin)
        return replace(write(shop, before, change, reading), added=(document.path,))


def _earlier(document_id: str, root: Path, current: Manifest) -> tuple[Document, str]:
    """A document, and its origin, from the newest other generation that holds it."""
    with closing(EarlierTexts(root).walk(current)) as walk:
        for _, texts in walk:
            facts, document = texts.facts(document_id), texts.document(document_id)
            if facts is not None and document is not None:
                return document, facts.origin
    raise DocumentUnknown(
        f"no generation of the index in {root} holds document {document_id!r}: it was erased, or "
        "the generations that held it were removed; add its file again"
    )
