"""Proof and highlights. In: stored passages, a question. Out: spans inside the passages.

A citation leaves the service only after the text at its offsets was read again from the
stored document and found to have the digest it had when it was indexed.
"""

from dataclasses import dataclass

from index.lexical import terms
from index.passage import Passage, Span, text_digest
from index.store import Index
from index.texts import StoredPassage
from service.errors import CitationMismatch
from service.query import Query

_TERMS_WEIGHT = 0.75  # of the share of the question's terms, beside a cosine
_LEAST_GAIN = 0.2  # of the question's rarity: what a second highlight must add to the first


@dataclass(frozen=True, slots=True)
class Evidence:
    """A run of a passage's text, as document offsets.

    ``values`` tells how well each question term is matched in it, as ``Expansion.weigh``.
    """

    span: Span
    values: tuple[float, ...]

    def gain(self, held: tuple[float, ...]) -> float:
        """What it adds to the values held already."""
        return sum(max(0.0, new - old) for new, old in zip(self.values, held, strict=True))


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


def find_evidence(index: Index, stored: StoredPassage, query: Query) -> list[Evidence]:
    """The windows of a passage that look most like the answer: one or two, in text order.

    The first is the best by likeness of meaning plus the share of the question's terms; a
    second, apart from it, must add a fifth of the whole rarity.
    """
    nothing = (0.0,) * len(query.expansion.values)
    spans = index.windows.spans(stored.row)
    windows = [_evidence(stored.passage, span, query) for span in spans]
    likeness = index.windows.likeness(query.vector, stored.row)
    values = [
        float(like) + _TERMS_WEIGHT * window.gain(nothing) / query.whole
        for like, window in zip(likeness, windows, strict=True)
    ]
    best = windows[values.index(max(values))]
    others = [w for w in windows if w.span.start >= best.span.end or w.span.end <= best.span.start]
    gains = [other.gain(best.values) for other in others]
    chosen = [best]
    if gains and max(gains) > _LEAST_GAIN * query.whole:
        chosen.append(others[gains.index(max(gains))])
    return sorted(chosen, key=lambda evidence: evidence.span.start)


def _evidence(passage: Passage, span: Span, query: Query) -> Evidence:
    text = passage.text[span.start - passage.start : span.end - passage.start]
    return Evidence(span, query.expansion.weigh(terms(text)))
