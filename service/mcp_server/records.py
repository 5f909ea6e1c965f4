"""What tools give. In: answers of the engine. Out: frozen records, fewer fields than over HTTP.

A caller that is a language model reads all that it is given: the values that explain a ranking
are left out.
"""

from dataclasses import dataclass

from service.answer import CitedPassage, Response, Retrieval, Verdict


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """A proved passage; offsets are code points of the document's text, ``citation`` its id,
    ``page`` counts from 1, ``score`` estimates the probability that it holds the answer."""

    rank: int
    citation: str
    document: str
    path: str
    title: str
    page: int | None
    headings: tuple[str, ...]
    start: int
    end: int
    text: str
    score: float

    @classmethod
    def of(cls, passage: CitedPassage) -> "PassageRecord":
        """From what the engine cites."""
        return cls(
            rank=passage.rank,
            citation=passage.id,
            document=passage.document.id,
            path=passage.document.path,
            title=passage.document.title,
            page=passage.page,
            headings=passage.headings,
            start=passage.start,
            end=passage.end,
            text=passage.text,
            score=passage.score,
        )


@dataclass(frozen=True, slots=True)
class RetrievalRecord:
    """The passages for a question, best first. ``understood`` is how a question was read that
    leans on the one before; ``generation`` tells which index answered."""

    id: str
    passages: tuple[PassageRecord, ...]
    understood: str | None
    generation: int

    @classmethod
    def of(cls, found: Retrieval | Response) -> "RetrievalRecord":
        """From what the engine found."""
        understood = found.understood
        return cls(
            id=found.id,
            passages=tuple(map(PassageRecord.of, found.passages)),
            understood=understood.question if understood and understood.leans else None,
            generation=found.index.generation,
        )


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An answer: verbatim quotes, or sentences that a language model wrote and that were
    checked. ``citations`` are those of the passages it rests on, for the next question;
    ``explanation`` tells why there is no answer; ``confidence`` estimates a probability."""

    verdict: Verdict
    answer: str | None
    confidence: float
    explanation: str | None
    notice: str | None
    citations: tuple[str, ...]
    id: str
    passages: tuple[PassageRecord, ...]
    understood: str | None
    generation: int

    @classmethod
    def of(cls, response: Response) -> "AnswerRecord":
        """From what the engine answered."""
        answer, found = response.answer, RetrievalRecord.of(response)
        return cls(
            verdict=answer.verdict,
            answer=answer.text,
            confidence=answer.confidence,
            explanation=answer.absence.explanation if answer.absence else None,
            notice=answer.notice,
            citations=tuple(response.passages[rank - 1].id for rank in answer.citations),
            id=found.id,
            passages=found.passages,
            understood=found.understood,
            generation=found.generation,
        )


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document of the index; ``length`` in characters; ``date`` and ``tags`` are what it
    states, or what was stated of it."""

    document: str
    path: str
    title: str
    media_type: str
    length: int
    date: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListRecord:
    """Documents by path; ``total`` counts all that the filter leaves, and ``next_offset``
    is where the list goes on, None at its end."""

    documents: tuple[DocumentRecord, ...]
    total: int
    next_offset: int | None


@dataclass(frozen=True, slots=True)
class TextRecord:
    """A part of a document's text, which begins at ``offset``; ``next_offset`` is where it
    goes on, None at its end. ``sha256`` is that of the source file: parts of which it differs
    are not of the same text."""

    document: str
    path: str
    title: str
    sha256: str
    length: int
    offset: int
    text: str
    next_offset: int | None
