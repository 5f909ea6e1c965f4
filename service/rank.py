"""Candidates and their order. In: an Index, a Query. Out: Candidates.

Dense, lexical and related-word search each bring a pool. Every candidate is scored by all of
them, and by its most like window, exactly; scores are brought to 0..1 over the pool and
summed with weights (the convex combination of Bruch, Gai and Ingber 2023). A passage that
mostly repeats a better one, as neighbours in text without sentence marks do, is left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.lexical import terms
from index.related import related_scores
from index.store import Index
from index.texts import StoredPassage
from service.answer import Scores
from service.query import Query
from service.settings import Settings

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may be returned, and the values that rank it."""

    stored: StoredPassage
    scores: Scores


@dataclass(frozen=True, slots=True)
class _Pool:
    """The values of every candidate; all arrays have the length of ``rows``."""

    rows: Rows
    dense: Floats
    window: Floats
    lexical: Floats
    related: Floats


def rank(index: Index, query: Query, top_k: int, settings: Settings) -> list[Candidate]:
    """The ``top_k`` best passages, best first; fewer when the index holds fewer."""
    pool = _gather(index, query, settings.pool)
    fused = _fuse(pool, settings)
    order = np.lexsort((pool.rows, -fused))
    kept = _without_repeats(index, pool.rows[order], top_k, settings.max_overlap)
    places = np.searchsorted(pool.rows, [stored.row for stored in kept])
    scores = _explain(pool, fused, places, query, kept)
    return [Candidate(stored, values) for stored, values in zip(kept, scores, strict=True)]


def _gather(index: Index, query: Query, size: int) -> _Pool:
    lexical = index.lexical.scores(query.text).astype(np.float64)
    related = related_scores(query.expansion, index.lexical) / query.whole
    dense_rows = np.array([hit.row for hit in index.vectors.search(query.vector, size)], np.int64)
    rows = np.union1d(dense_rows, np.union1d(_best(lexical, size), _best(related, size)))
    return _Pool(
        rows=rows,
        dense=index.vectors.scores(query.vector, rows).astype(np.float64),
        window=index.windows.best_likeness(query.vector, rows).astype(np.float64),
        lexical=lexical[rows],
        related=related[rows],
    )


def _best(scores: Floats, size: int) -> Rows:
    """The rows of the ``size`` best scores above 0."""
    # stable, so that equal scores keep the order of the documents
    best = np.argsort(-scores, kind="stable")[:size]
    return best[scores[best] > 0]


def _fuse(pool: _Pool, settings: Settings) -> Floats:
    dense, related = settings.dense_weight, settings.related_share
    meant = (_scaled(pool.dense) + _scaled(pool.window)) / 2
    matched = related * _scaled(pool.related) + (1 - related) * _scaled(pool.lexical)
    fused: Floats = dense * meant + (1 - dense) * matched
    return fused


def _scaled(values: Floats) -> Floats:
    """Brought to 0..1 by the least and the greatest; all 0 when they are equal."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def _explain(
    pool: _Pool, fused: Floats, places: Rows, query: Query, kept: list[StoredPassage]
) -> list[Scores]:
    ranks = {
        name: _ranks(getattr(pool, name)) for name in ("dense", "window", "lexical", "related")
    }
    return [
        Scores(
            dense=_round(pool.dense[place]),
            dense_rank=int(ranks["dense"][place]),
            window=_round(pool.window[place]),
            window_rank=int(ranks["window"][place]),
            lexical=_round(pool.lexical[place]),
            lexical_rank=int(ranks["lexical"][place]) if pool.lexical[place] > 0 else None,
            related=_round(pool.related[place]),
            related_rank=int(ranks["related"][place]) if pool.related[place] > 0 else None,
            coverage=_round(query.coverage(terms(stored.passage.text))),
            fused=_round(fused[place]),
        )
        for place, stored in zip(places, kept, strict=True)
    ]


def _ranks(values: Floats) -> Rows:
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks


def _round(value: float) -> float:
    return round(float(value), 6)


def _without_repeats(
    index: Index, rows: Rows, top_k: int, max_overlap: float
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
