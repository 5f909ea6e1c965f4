"""The extractive answer. In: ranked passages with highlights, a confidence. Out: an Answer.

Every word of it is a quote with a citation: the highlights of the best passage, and of a
further one when it holds question terms that the answer so far lacks.
"""

from collections.abc import Sequence

from service.answer import Answer, CitedPassage, Quote
from service.answering.evidence import Evidence
from service.asking.query import Query

MOST_QUOTES = 3
JOINT = " … "
_LEAST_GAIN = 0.25  # of the question's rarity: what a further passage's quote must add


def compose(
    passages: Sequence[CitedPassage],
    evidence: Sequence[Sequence[Evidence]],
    query: Query,
    confidence: float,
    threshold: float,
) -> Answer:
    """Answer from the passages, or say that they do not answer; ``evidence`` goes with them."""
    if not passages or confidence < threshold:
        return Answer("not_found", None, confidence, (), ())
    quotes = _quotes(passages, evidence, query)
    return Answer(
        verdict="answered",
        text=JOINT.join(quote.text for quote in quotes),
        confidence=confidence,
        citations=tuple(dict.fromkeys(quote.citation for quote in quotes)),
        quotes=tuple(quotes),
    )


def _quotes(
    passages: Sequence[CitedPassage],
    evidence: Sequence[Sequence[Evidence]],
    query: Query,
) -> list[Quote]:
    needed = _LEAST_GAIN * query.whole
    held = (0.0,) * len(query.expansion.values)
    quotes: list[Quote] = []
    for passage, runs in zip(passages, evidence, strict=True):
        for run in runs:
            wanted = passage.rank == 1 or run.gain(held) >= needed
            if wanted and len(quotes) < MOST_QUOTES:
                quotes.append(_quote(passage, run.span.start, run.span.end))
                held = tuple(map(max, held, run.values))
    return quotes


def _quote(passage: CitedPassage, start: int, end: int) -> Quote:
    text = passage.text[start - passage.start : end - passage.start]
    return Quote(text, passage.rank, start, end)
