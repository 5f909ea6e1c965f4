"""First questions for a reader who does not know the documents. In: an Engine. Out: Suggestions.

Each was drafted from a place in a document, then asked: only what is answered from there, or by
a quote that holds what is asked about, is suggested.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from index.terms import fold
from service.answer import DocumentRef, IndexRef, Quote
from service.drafting.answered import answered_drafts
from service.drafting.draft import Draft
from service.drafting.subjects import KIND
from service.engine import Engine

COUNT = 4
_TRIED = 12  # drafts that are asked, at most


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, and the quote that answers it: code points into the document's text, the end
    exclusive."""

    question: str
    document: DocumentRef
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Questions that this index answers; fewer than ``COUNT``, or none, where few were found."""

    index: IndexRef
    questions: tuple[Suggestion, ...]


class Suggester:
    """Suggestions of an engine's index, made once for each index; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: Suggestions | None = None

    def of(self, engine: Engine) -> Suggestions:
        """Raises as ``Engine.ask`` does, when the first who asks gives up or has no time left."""
        with self._lock:
            if self._made is None or self._made.index != engine.ref:
                self._made = suggest(engine)
            return self._made


def suggest(engine: Engine) -> Suggestions:
    """Draft, ask and keep what is answered; the same for the same index. No language model is
    asked, even if one writes the answers."""
    random = Random(engine.ref.digest)  # noqa: S311 - a sample, not a secret
    drafts = answered_drafts(engine.index, _TRIED, random)
    proved = islice(_proved(_unwritten(engine), drafts), COUNT)
    return Suggestions(engine.ref, tuple(proved))


def _proved(engine: Engine, drafts: list[Draft]) -> Iterator[Suggestion]:
    for draft in drafts:
        response = engine.ask(draft.question)
        passages = {passage.rank: passage for passage in response.passages}
        for quote in response.answer.quotes:
            document = passages[quote.citation].document
            if document.path == draft.path and _proves(quote, draft):
                yield Suggestion(draft.question, document, quote.start, quote.end)
                break


def _proves(quote: Quote, draft: Draft) -> bool:
    """Whether a quote is of the place that a draft was made of, or says what it asks about."""
    is_there = quote.start < draft.start + len(draft.quote) and draft.start < quote.end
    words = fold(quote.text).split()
    asked = fold(draft.about).split()
    says = asked and any(words[n : n + len(asked)] == asked for n in range(len(words)))
    return is_there or (draft.kind == KIND and bool(says))


def _unwritten(engine: Engine) -> Engine:
    return Engine(
        engine.index,
        engine.embedder,
        engine.settings,
        engine.calibration,
        engine.reranker,
        reader=engine.reader,
    )
