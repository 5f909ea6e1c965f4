"""Where expected answers stand. In: a Question, texts by path. Out: Places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eval.errors import QuestionSetInvalid
from eval.questions.question import Expected, Question
from index.passage import Span


@dataclass(frozen=True, slots=True)
class Place:
    """One expected answer: any one of the ``spans`` of a document, by its path.

    Without spans the document as a whole is expected. ``grade`` is its worth, 1 or more.
    """

    document: str
    spans: tuple[Span, ...]
    grade: int = 1

    def held_by(self, document: str, start: int, end: int) -> bool:
        """Whether a range of a document holds a span whole, or is of the expected document."""
        if document != self.document:
            return False
        return not self.spans or any(start <= s.start and s.end <= end for s in self.spans)


def held(places: Iterable[Place], document: str, start: int, end: int) -> bool:
    """Whether a range of a document holds any of the places."""
    return any(place.held_by(document, start, end) for place in places)


def locate(question: Question, texts: Mapping[str, str]) -> tuple[Place, ...]:
    """The place of each expected answer, in their order.

    Raises ``QuestionSetInvalid`` when a document is not among the texts or a quote is not in
    its document (at its ``start``, if it has one).
    """
    return tuple(_place(question.id, expected, texts) for expected in question.expected)


def occurrences(text: str, quote: str) -> list[int]:
    """Where a quote begins, each time it occurs; occurrences may overlap."""
    starts = []
    start = text.find(quote)
    while start >= 0:
        starts.append(start)
        start = text.find(quote, start + 1)
    return starts


def _place(identity: str, expected: Expected, texts: Mapping[str, str]) -> Place:
    text = texts.get(expected.document)
    if text is None:
        raise QuestionSetInvalid(
            f"{identity}: the index holds no document {expected.document!r}; index the "
            "folder the questions were written for, or correct the path"
        )
    quote = expected.quote
    if quote is None:
        return Place(expected.document, (), expected.grade)
    starts = occurrences(text, quote) if expected.start is None else [expected.start]
    spans = tuple(Span(start, start + len(quote)) for start in starts)
    if not spans or any(text[span.start : span.end] != quote for span in spans):
        raise QuestionSetInvalid(
            f"{identity}: {quote!r} is not in {expected.document!r}"
            f"{'' if expected.start is None else f' at {expected.start}'}; quote it verbatim"
        )
    return Place(expected.document, spans, expected.grade)
