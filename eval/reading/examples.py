"""What a reader learns from. In: Runs. Out: ReadingExamples.

Of a question, the first passage that holds an expected place teaches where answers stand, and
passages that were found but hold none teach what looks like an answer and is not: the nearer
ones oftener.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp

from eval.fitting.examples import Asked
from index.passage import Span

NEGATIVES = 4  # of a question
ANSWERING = 0.6  # how often what is drawn of an answerable question is what answers
_REACH = 0.8  # passages: how fast those without the answer are drawn more seldom
_LEAST_LENGTH = 60  # code points: shorter passages are headings


@dataclass(frozen=True, slots=True)
class ReadingExample:
    """A question with a passage's text, and the spans in it that answer, none if it does not.

    ``share`` is how often it is drawn, those of a question together at most once."""

    question: str
    text: str
    spans: tuple[Span, ...]
    share: float


def reading_examples(asked: Sequence[Asked]) -> list[ReadingExample]:
    """The examples of all questions, in order."""
    return [example for each in asked for example in (*_positive(each), *_negatives(each))]


def _positive(asked: Asked) -> Iterator[ReadingExample]:
    for passage in asked.passages:
        spans = tuple(
            Span(span.start - passage.start, span.end - passage.start)
            for place in asked.places
            if place.document == passage.document.path
            for span in place.spans
            if passage.start <= span.start and span.end <= passage.end
        )
        if spans:
            yield ReadingExample(asked.question.question, passage.text, spans, ANSWERING)
            return


def _negatives(asked: Asked) -> list[ReadingExample]:
    # A passage that holds the answer's words elsewhere may well answer: it teaches nothing sure.
    answers = [answer.lower() for answer in asked.question.answers]
    texts = [
        passage.text
        for passage in asked.passages
        if not asked.holds(passage)
        and len(passage.text) >= _LEAST_LENGTH
        and not any(answer in passage.text.lower() for answer in answers)
    ]
    nearness = [exp(-place / _REACH) for place in range(len(texts[:NEGATIVES]))]
    share = (1 - ANSWERING if any(_positive(asked)) else 1.0) / (sum(nearness) or 1.0)
    return [
        ReadingExample(asked.question.question, text, (), near * share)
        for text, near in zip(texts, nearness, strict=False)
    ]
