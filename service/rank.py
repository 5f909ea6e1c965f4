"""Candidates and their order. In: an Index, a question and its vector. Out: Candidates.

Dense and lexical search each bring a pool; every candidate is scored by both exactly, the
scores are brought to 0..1 over the pool and summed with a weight (the convex combination of
Bruch, Gai and Ingber 2023, which on our data beats reciprocal ranks). A passage that mostly
repeats a better one, as neighbours in text without sentence marks do, is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors
from index.lexical import terms
from index.store import Index
from index.texts import StoredPassage
from service.answer import Scores
from service.question import content_terms
from service.settings import Settings

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may be returned, and the values that rank it."""

    stored: StoredPassage
    scores: Scores


@dataclass(frozen=True, slots=True)
class _Pool:
    rows: NDArray[np.int64]
    dense: Floats
    lexical: Floats
    fused: Floats


def rank(
    index: Index, question: str, vector: Vectors, top_k: int, settings: Settings
) -> list[Candidate]:
    """The ``top_k`` best passages, best first; fewer when the index holds fewer."""
    pool = _gather(index, question, vector, settings)
    order = np.lexsort((pool.rows, -pool.fused))
    kept = _without_repeats(index, pool.rows[order], top_k, settings.max_overlap)
    place = {int(row): position for position, row in enumerate(pool.rows)}
    positions = [place[stored.row] for stored in kept]
    dense_ranks, lexical_ranks = _ranks(pool.dense), _ranks(pool.lexical)
    shares = coverage(index, question, [stored.passage.text for stored in kept])
    return [
        Candidate(
            stored,
            Scores(
                dense=round(float(pool.dense[p]), 6),
                dense_rank=int(dense_ranks[p]),
                lexical=round(float(pool.lexical[p]), 6),
                lexical_rank=int(lexical_ranks[p]) if pool.lexical[p] > 0 else None,
                coverage=round(share, 6),
                fused=round(float(pool.fused[p]), 6),
            ),
        )
        for stored, p, share in zip(kept, positions, shares, strict=True)
    ]


def coverage(index: Index, question: str, texts: Sequence[str]) -> list[float]:
    """For each text the share, 0 to 1, of the question's term rarity that it holds."""
    rarity = index.lexical.rarity(content_terms(question))
    whole = sum(rarity.values())
    held = [sum(rarity[term] for term in rarity.keys() & set(terms(text))) for text in texts]
    return [share / whole if whole else 0.0 for share in held]


def _gather(index: Index, question: str, vector: Vectors, settings: Settings) -> _Pool:
    lexical = index.lexical.scores(question)
    size = min(settings.pool, len(lexical))
    # stable, so that equal scores keep the order of the documents
    best_lexical = np.argsort(-lexical, kind="stable")[:size]
    best_lexical = best_lexical[lexical[best_lexical] > 0]
    best_dense = [hit.row for hit in index.vectors.search(vector, settings.pool)]
    rows = np.union1d(np.asarray(best_dense, dtype=np.int64), best_lexical)
    dense = index.vectors.scores(vector, rows).astype(np.float64)
    matched = lexical[rows].astype(np.float64)
    weight = settings.dense_weight
    return _Pool(rows, dense, matched, weight * _scaled(dense) + (1 - weight) * _scaled(matched))


def _scaled(values: Floats) -> Floats:
    """Brought to 0..1 by the least and the greatest; all 0 when they are equal."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def _ranks(values: Floats) -> NDArray[np.int64]:
    order = np.argsort(-values, kind="stable")
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[order] = np.arange(1, len(values) + 1)
    return ranks


def _without_repeats(
    index: Index, rows: NDArray[np.int64], top_k: int, max_overlap: float
) -> list[StoredPassage]:
    kept: list[StoredPassage] = []
    step = max(16, 2 * top_k)
    for start in range(0, len(rows), step):
        for stored in index.texts.passages(rows[start : start + step].tolist()):
            if all(_overlap(stored, better) <= max_overlap for better in kept):
                kept.append(stored)
            if len(kept) == top_k:
                return kept
    return kept


def _overlap(one: StoredPassage, other: StoredPassage) -> float:
    """The share of the first passage that lies inside the second."""
    a, b = one.passage, other.passage
    if a.document_id != b.document_id:
        return 0.0
    return max(0, min(a.end, b.end) - max(a.start, b.start)) / (a.end - a.start)
