"""Proof and highlights. In: stored passages, a question. Out: spans inside the passages.

A citation leaves the service only after the text at its offsets was read again from the
stored document and found to have the digest it had when it was indexed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from index.lexical import terms
from index.passage import Passage, Span, text_digest
from index.split import Splitter, Unit, text_units
from index.texts import StoredPassage
from service.errors import CitationMismatch

_LEAST_GAIN = 0.2  # of the question's rarity: what a second highlight must add to the first


@dataclass(frozen=True, slots=True)
class Evidence:
    """A run of a passage's text, as document offsets, and the question terms it holds."""

    span: Span
    held: frozenset[str]
    weight: float


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


def find_evidence(passage: Passage, rarity: dict[str, float], splitter: Splitter) -> list[Evidence]:
    """The sentences, or windows of unpunctuated text, that hold the question's terms.

    At most two, in the order of the text; the second only if it adds a fifth of the whole
    rarity. Empty when the passage shares no term with the question.
    """
    whole = sum(rarity.values())
    windows = list(_windows(passage, rarity, splitter))
    chosen: list[Evidence] = []
    held: frozenset[str] = frozenset()
    while windows and len(chosen) < 2:
        gains = [sum(rarity[term] for term in window.held - held) for window in windows]
        gain = max(gains)
        if gain <= (_LEAST_GAIN * whole if chosen else 0):
            break
        best = windows[gains.index(gain)]
        chosen.append(best)
        held |= best.held
        windows = [
            w for w in windows if w.span.start >= best.span.end or w.span.end <= best.span.start
        ]
    return sorted(chosen, key=lambda evidence: evidence.span.start)


def _windows(passage: Passage, rarity: dict[str, float], splitter: Splitter) -> Iterator[Evidence]:
    units = text_units(passage.text, splitter)
    for number, unit in enumerate(units):
        last = units[number + 1] if _continues(units, number) else unit
        text = passage.text[unit.span.start : last.span.end]
        held = frozenset(rarity.keys() & set(terms(text)))
        span = Span(passage.start + unit.span.start, passage.start + last.span.end)
        yield Evidence(span, held, sum(rarity[term] for term in held))


def _continues(units: list[Unit], number: int) -> bool:
    """Whether a unit without sentence marks goes on in the next, so both are one window."""
    following = units[number + 1 : number + 2]
    return units[number].bare and any(u.bare and not u.opens_block for u in following)
