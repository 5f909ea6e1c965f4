"""An optional second opinion. In: proved candidates. Out: the same, reordered.

Any sentence-transformers CrossEncoder that is on this machine reads the question together
with each of the first passages. Off by default: none is shipped, and reading each pair takes
a small model tens of milliseconds on a CPU.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from service.citing.prove import Proved


class Reranker(Protocol):
    """Anything that tells how well texts answer a question."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One value a text, in their order; a higher one is better."""
        ...


def rerank(question: str, proved: Sequence[Proved], reranker: Reranker) -> list[Proved]:
    """The candidates in the order of the reranker's values; equal ones stay as they are.

    The ``fused`` values are dealt out anew, so that they still fall from one to the next and
    probabilities, which rest on them, do not contradict the order.
    """
    values = reranker.scores(question, [found.text for found in proved])
    order = sorted(range(len(proved)), key=lambda place: -values[place])
    fused = [found.candidate.scores.fused for found in proved]
    return [
        _with_scores(proved[place], round(values[place], 6), value)
        for place, value in zip(order, fused, strict=True)
    ]


def _with_scores(found: Proved, reranker: float, fused: float) -> Proved:
    scores = replace(found.candidate.scores, reranker=reranker, fused=fused)
    return replace(found, candidate=replace(found.candidate, scores=scores))
