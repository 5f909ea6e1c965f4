"""Proof. In: ranges of documents. Out: their texts, proved.

A range leaves the service only after its text was read from the stored document and every
indexed passage it touches was found to have the digest it had when it was indexed.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.library import Texts
from index.passage import Span, text_digest
from index.textfile import DocumentFacts
from index.texts import StoredPassage
from service.errors import CitationMismatch
from service.ranking.rank import Candidate

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proved:
    """A candidate with its document and its text, as ``prove`` found it."""

    candidate: Candidate
    document: DocumentFacts
    text: str

    def text_of(self, span: Span) -> str:
        """The text of a range inside the candidate's, both as document offsets."""
        start = self.candidate.span.start
        return self.text[span.start - start : span.end - start]


def prove_each(texts: Texts, candidates: Sequence[Candidate]) -> list[Proved]:
    """Candidates with their texts; raises as ``prove`` does, and logs what was not sent."""
    facts = texts.numbered({candidate.document for candidate in candidates})
    try:
        return [
            Proved(c, facts[c.document], prove(texts, facts[c.document].id, c.span))
            for c in candidates
        ]
    except CitationMismatch:
        logger.exception("a citation was not sent")
        raise


def prove(texts: Texts, document_id: str, span: Span) -> str:
    """The text of a range, compared with the passages that were indexed there.

    Raises ``CitationMismatch`` unless every passage that touches the range is what was
    indexed and all of the range but white space lies in one.
    """
    text = texts.cut(document_id, span)
    proved = bytearray(len(text))
    for stored in texts.touching(document_id, span):
        verify(stored)
        passage = stored.passage
        start, end = max(passage.start, span.start), min(passage.end, span.end)
        part = passage.text[start - passage.start : end - passage.start]
        if text[start - span.start : end - span.start] == part:
            proved[start - span.start : end - span.start] = b"\x01" * len(part)
    unproved = "".join(text[place] for place in _zeros(proved))
    if len(text) != span.end - span.start or unproved.strip():
        raise CitationMismatch(
            f"characters {span.start} to {span.end} of document {document_id} are no longer what "
            "was indexed; run `citewell doctor` and rebuild the index"
        )
    return text


def _zeros(proved: bytearray) -> Iterator[int]:
    place = proved.find(0)
    while place >= 0:
        yield place
        place = proved.find(0, place + 1)


def verify(stored: StoredPassage) -> None:
    """Raise ``CitationMismatch`` unless the re-read text is the text that was indexed."""
    passage = stored.passage
    if len(passage.text) == passage.end - passage.start and (
        text_digest(passage.text) == stored.sha256
    ):
        return
    raise CitationMismatch(
        f"passage {passage.id} of document {passage.document_id} is no longer what was indexed; "
        "run `citewell doctor` and rebuild the index"
    )
