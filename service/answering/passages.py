"""The passages that leave the service. In: proved candidates, chances. Out: CitedPassages."""

from collections.abc import Callable, Sequence

from index.generation import Index
from index.tokens import count_tokens_each
from service.answer import CitedPassage, Scores
from service.answering.evidence import find_evidence
from service.asking.query import Query
from service.citing.cite import cited_passage
from service.citing.prove import Proved


def cited_passages(
    proved: Sequence[Proved],
    query: Query,
    chance: Callable[[Scores], float],
    index: Index,
) -> tuple[CitedPassage, ...]:
    """Each with its rank, highlights, place, tokens, and the probability that it holds the answer,
    which is its ``chance``."""
    tokens = count_tokens_each([found.text for found in proved])
    passages: list[CitedPassage] = []
    for found, count in zip(proved, tokens, strict=True):
        runs = find_evidence(found.candidate.pieces, query)
        score = round(chance(found.candidate.scores), 4)
        place = index.texts.place(found.document.id, found.candidate.span.start)
        highlights = [run.span for run in runs]
        number = len(passages) + 1
        passages.append(cited_passage(found, number, highlights, score, count, place))
    return tuple(passages)
