"""The passages for a question, best first. In: an Index, a Query. Out: Candidates.

gather (every candidate, looked at in every respect) -> combine (one value each) -> narrow
(cut to where the evidence is).
"""

from dataclasses import dataclass

import numpy as np

from index.generation import Index
from index.passage import Span
from service.answer import Scores
from service.asking.query import Query
from service.asking.question import MOST_PASSAGES
from service.ranking.combine import Ranking
from service.ranking.narrow import RUN_SHARE, Run, narrow
from service.ranking.pool import FEATURES, Floats, Pool, Rows, gather

BESIDE = "beside_cited"
BESIDE_SHARE = 0.1  # of nearness to what was cited before, in the value of a passage
_BY_WORDS = ("lexical", "related", "pairs", "near_lexical")


@dataclass(frozen=True, slots=True)
class Piece:
    """A window inside a candidate: its offsets, how much it looks like the answer, and how
    well it matches each question term (as ``Query.expansion`` values them)."""

    span: Span
    value: float
    matched: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run of a document that may be returned, and the values that rank it."""

    document: int
    span: Span
    pieces: tuple[Piece, ...]
    scores: Scores


def rank(index: Index, query: Query, top_k: int, pool: int, ranking: Ranking) -> list[Candidate]:
    """The ``top_k`` best runs, best first; fewer when the index holds fewer.

    ``pool`` is how many passages each search brings.
    """
    if not index.extent.passages:
        return []
    found = gather(index, query, pool)
    parts = ranking.parts(found)
    beside = None
    if found.beside is not None:
        parts *= 1 - BESIDE_SHARE
        beside = BESIDE_SHARE * found.beside
    fused = parts.sum(axis=0) if beside is None else parts.sum(axis=0) + beside
    runs = narrow(found, fused, index.occurrences, MOST_PASSAGES)[:top_k]
    ranks = {name: _ranks(found.values[name]) for name in FEATURES}
    return [
        Candidate(
            run.document,
            Span(run.start, run.end),
            _pieces(found, run),
            _explained(found, ranks, parts, beside, run),
        )
        for run in runs
    ]


def _pieces(pool: Pool, run: Run) -> tuple[Piece, ...]:
    return tuple(
        Piece(
            Span(*map(int, pool.held.spans[window])),
            float(pool.joint[window]),
            tuple(pool.matched[window].tolist()),
        )
        for window in range(run.first, run.last + 1)
    )


def _explained(
    pool: Pool, ranks: dict[str, Rows], parts: Floats, beside: Floats | None, run: Run
) -> Scores:
    stated: dict[str, float | int | None] = {}
    for name in FEATURES:
        value = float(pool.values[name][run.place])
        stated[name] = round(value, 6)
        unmatched = name in _BY_WORDS and value == 0  # a rank would say nothing
        stated[f"{name}_rank"] = None if unmatched else int(ranks[name][run.place])
    added = dict(zip(FEATURES, (1 - RUN_SHARE) * parts[:, run.place], strict=True))
    if beside is not None:
        added[BESIDE] = (1 - RUN_SHARE) * beside[run.place]
    return Scores(
        **stated,  # type: ignore[arg-type]
        coverage=round(float(pool.coverage[run.place]), 6),
        best_window=round(run.best, 6),
        parts={
            k: round(float(v), 6) for k, v in {**added, "best_window": RUN_SHARE * run.best}.items()
        },
        fused=round(run.value, 6),
        reranker=None,
    )


def _ranks(values: Floats) -> Rows:
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks
