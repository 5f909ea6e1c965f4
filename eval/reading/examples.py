"""What a reader learns from. In: Runs. Out: ReadingExamples.

Of a question, the first passage that holds an expected place teaches where answers stand. What
looks like an answer and is not is taught by passages that were found but hold none, the nearer
ones oftener; by the passage that answers without the sentence that does; by the same passage
asked about another; and, seldom, by what was found for another question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp
from random import Random

from eval.fitting.examples import Asked
from eval.reading.cut import LEAST_LENGTH, shorter, without
from eval.reading.renamed import all_names, renamed
from index.passage import Span

NEGATIVES = 4  # passages found for a question
# How often the examples of a question are drawn; what cannot be made leaves its share out.
ANSWERING = 0.6
WITHOUT, RENAMED, ELSEWHERE = 0.12, 0.1, 0.03
FOUND = 1 - ANSWERING - WITHOUT - RENAMED - ELSEWHERE
UNANSWERABLE = 0.65  # of a question that nothing answers, so that not too few examples answer
SHORTER = 0.4  # of what is drawn is cut to a part of its passage
_REACH = 0.8  # passages: how fast those without the answer are drawn more seldom


@dataclass(frozen=True, slots=True)
class ReadingExample:
    """A question with a passage's text, and the spans in it that answer, none if it does not.

    ``share`` is how often it is drawn, those of a question together at most once."""

    question: str
    text: str
    spans: tuple[Span, ...]
    share: float


def reading_examples(asked: Sequence[Asked], seed: int = 7) -> list[ReadingExample]:
    """The examples of all questions, in order, each whole and cut shorter."""
    random = Random(seed)  # noqa: S311 - chance, not secrecy
    names = all_names(each.question.question for each in asked)
    found: list[ReadingExample] = []
    for each in asked:
        other = random.choice(asked)
        for example in (*_of_answer(each, names, random), *_found(each), *_elsewhere(each, other)):
            text, spans = shorter(example.text, example.spans, random)
            if len(text) < LEAST_LENGTH:
                text, spans = example.text, example.spans
            found.append(replace(example, share=example.share * (1 - SHORTER)))
            found.append(replace(example, text=text, spans=spans, share=example.share * SHORTER))
    return found


def _of_answer(asked: Asked, names: Sequence[str], random: Random) -> Iterator[ReadingExample]:
    answering = _answering(asked)
    if answering is None:
        return
    text, spans = answering
    question, answers = asked.question.question, asked.question.answers
    yield ReadingExample(question, text, spans, ANSWERING)
    left = without(text, spans)
    if left is not None and not _says(left, answers):
        yield ReadingExample(question, left, (), WITHOUT)
    other = renamed(question, text, answers, names, random)
    if other is not None:
        yield ReadingExample(other, text, (), RENAMED)


def _answering(asked: Asked) -> tuple[str, tuple[Span, ...]] | None:
    for passage in asked.passages:
        spans = tuple(
            Span(span.start - passage.start, span.end - passage.start)
            for place in asked.places
            if place.document == passage.document.path
            for span in place.spans
            if passage.start <= span.start and span.end <= passage.end
        )
        if spans:
            return passage.text, spans
    return None


def _found(asked: Asked) -> list[ReadingExample]:
    texts = [
        passage.text
        for passage in asked.passages
        if not asked.holds(passage) and _teaches_none(asked, passage.text)
    ]
    nearness = [exp(-place / _REACH) for place in range(len(texts[:NEGATIVES]))]
    share = (FOUND if _answering(asked) else UNANSWERABLE - ELSEWHERE) / (sum(nearness) or 1.0)
    return [
        ReadingExample(asked.question.question, text, (), near * share)
        for text, near in zip(texts, nearness, strict=False)
    ]


def _elsewhere(asked: Asked, other: Asked) -> Iterator[ReadingExample]:
    """The first passage of another question, if nothing of its document was found for this."""
    paths = {passage.document.path for passage in asked.passages}
    for passage in other.passages[:1]:
        if passage.document.path not in paths and _teaches_none(asked, passage.text):
            yield ReadingExample(asked.question.question, passage.text, (), ELSEWHERE)


def _teaches_none(asked: Asked, text: str) -> bool:
    # A passage that holds the answer's words elsewhere may well answer: it teaches nothing sure.
    return len(text) >= LEAST_LENGTH and not _says(text, asked.question.answers)


def _says(text: str, answers: Sequence[str]) -> bool:
    return any(answer.lower() in text.lower() for answer in answers)
