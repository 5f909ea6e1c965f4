"""An optional second opinion. In: candidates with their texts. Out: the same, reordered.

Any sentence-transformers CrossEncoder that is on this machine reads the question together
with each of the first passages. Off by default: none is shipped, and reading each pair takes
a small model tens of milliseconds on a CPU.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from service.rank import Candidate


class Reranker(Protocol):
    """Anything that tells how well texts answer a question."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One value a text, in their order; a higher one is better."""
        ...


def rerank(
    question: str, candidates: Sequence[Candidate], texts: Sequence[str], reranker: Reranker
) -> list[Candidate]:
    """The candidates in the order of the reranker's values; equal ones stay as they are.

    The ``fused`` values are dealt out anew, so that they still fall from one to the next and
    probabilities, which rest on them, do not contradict the order.
    """
    values = reranker.scores(question, texts)
    order = sorted(range(len(candidates)), key=lambda place: -values[place])
    fused = [candidate.scores.fused for candidate in candidates]
    return [
        replace(
            candidates[place],
            scores=replace(candidates[place].scores, reranker=round(values[place], 6), fused=value),
        )
        for place, value in zip(order, fused, strict=True)
    ]
