"""Candidates and what speaks for each. In: an Index, a Query. Out: a Pool.

Dense, lexical and related-word search each bring some passages; every one of them is then
looked at in every respect, and so is each of its windows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.generation import Index
from index.related import related_scores
from index.windows import Held
from service.asking.query import EARLIER_TERMS, Query

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

TERMS_WEIGHT = 0.75  # of the share of the question's terms in a window, beside its cosine
NEAR = 2  # passages on either side that count as the surroundings of one
REACH = 3  # passages on either side of one cited before that a follow-up is looked for in
_FEEDBACK = 3  # passages whose vectors the question is moved towards
_FEEDBACK_WEIGHT = 0.5

FEATURES = (
    "dense",
    "window",
    "joint",
    "lexical",
    "related",
    "pairs",
    "feedback",
    "near_dense",
    "near_lexical",
)


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates; ``rows`` ascend, all arrays go with them.

    ``values`` holds what speaks for each by the names in ``FEATURES``, ``coverage`` the share
    of the question's rarity that it holds; ``held`` its windows, with ``matched`` (value of
    each question term, shape ``(windows, terms)``) and ``joint`` for each of them.
    """

    rows: Rows
    documents: Rows
    values: dict[str, Floats]
    coverage: Floats
    held: Held
    matched: NDArray[np.float32]
    joint: Floats
    beside: Floats | None = None


def gather(index: Index, query: Query, size: int) -> Pool:
    """The union of the ``size`` best passages of each search, and of those beside what was
    cited before, ascending by row."""
    lexical = _lexical(index, query)
    related = related_scores(query.expansion, index.lexical) / query.whole
    dense_rows = np.array([hit.row for hit in index.vectors.search(query.vector, size)], np.int64)
    rows = np.union1d(dense_rows, np.union1d(_best(lexical, size), _best(related, size)))
    if query.cited:
        rows = np.union1d(rows, _neighbours(index, query))
    held = index.windows.held_by(rows)
    # Whole matches and those in part by one pass over the terms of the windows.
    columns = index.occurrences.values(held.windows, (*query.expansion.values, *query.exact))
    matched, exact = np.hsplit(columns, [len(query.exact)])
    likeness = index.windows.likenesses(query.vector, held.windows).astype(np.float64)
    together = index.occurrences.pairs(held.windows, query.pairs)
    joint = likeness + TERMS_WEIGHT * matched.sum(axis=1) / query.whole
    values = {
        "dense": index.vectors.scores(query.vector, rows).astype(np.float64),
        "window": held.best(likeness),
        "joint": held.best(joint),
        "lexical": lexical[rows],
        "related": related[rows],
        "pairs": held.best(together).sum(axis=1).astype(np.float64),
    }
    values["feedback"] = _feedback(index, rows, values)
    values |= _surroundings(index, query, rows, lexical)
    return Pool(
        rows=rows,
        documents=index.windows.documents(rows),
        values=values,
        coverage=held.best(exact).sum(axis=1, dtype=np.float64) / query.whole,
        held=held,
        matched=matched,
        joint=joint,
        beside=_beside(index, query, rows) if query.cited else None,
    )


def scaled(values: Floats, among: NDArray[np.bool_] | None = None) -> Floats:
    """Brought to 0..1 by the least and the greatest (of some); all 0 when these are equal.

    Of the others what is greater is 1, and what is less may lie below 0.
    """
    some = values if among is None else values[among]
    low, high = some.min(), some.max()
    brought: Floats = (values - low) / ((high - low) or 1.0)
    return np.minimum(1.0, brought)


def _lexical(index: Index, query: Query) -> Floats:
    scores = index.lexical.scores_of(query.search).astype(np.float64)
    if query.earlier:
        scores += EARLIER_TERMS * index.lexical.scores_of(query.earlier)
    return scores


def _neighbours(index: Index, query: Query) -> Rows:
    """The rows near those cited before, of the same documents."""
    cited = np.array(query.cited, dtype=np.int64)[:, None]
    rows = cited + np.arange(-REACH, REACH + 1)
    inside = (rows >= 0) & (rows < index.windows.rows)
    rows = np.where(inside, rows, cited)
    same = index.windows.documents(rows) == index.windows.documents(cited)
    found: Rows = np.unique(rows[same])
    return found


def _beside(index: Index, query: Query, rows: Rows) -> Floats:
    """1 for what was cited before, falling to 0 beyond ``REACH`` passages from it."""
    cited = np.array(query.cited, dtype=np.int64)
    apart = np.abs(rows[:, None] - cited)
    same = index.windows.documents(rows)[:, None] == index.windows.documents(cited)
    near: Floats = np.where(same, np.maximum(0.0, 1 - apart / (REACH + 1)), 0.0).max(axis=1)
    return near


def _best(scores: Floats, size: int) -> Rows:
    """The rows of the ``size`` best scores above 0; of equal ones the first."""
    held = np.flatnonzero(scores > 0)
    if len(held) <= size:
        return held
    least = np.partition(scores[held], -size)[-size]
    above = held[scores[held] > least]
    return np.concatenate([above, held[scores[held] == least][: size - len(above)]])


def _feedback(index: Index, rows: Rows, values: dict[str, Floats]) -> Floats:
    """The likeness to the question moved towards the passages that look best so far.

    Pseudo-relevance feedback on vectors (Rocchio 1971; Yu, Xiong and Callan 2021).
    """
    so_far = sum(scaled(values[name]) for name in ("dense", "window", "lexical", "related"))
    first = np.argsort(-np.asarray(so_far), kind="stable")[:_FEEDBACK]
    vectors = index.vectors.vectors(rows)
    centre = vectors[first].mean(axis=0)
    # The length of the moved question is the same for all, and scaled away.
    liked: Floats = values["dense"] + _FEEDBACK_WEIGHT * (vectors @ centre)
    return liked


def _surroundings(index: Index, query: Query, rows: Rows, lexical: Floats) -> dict[str, Floats]:
    """The mean likeness and BM25 score of each passage and those beside it."""
    beside = rows[:, None] + np.arange(-NEAR, NEAR + 1)
    inside = (beside >= 0) & (beside < index.windows.rows)
    beside = np.where(inside, beside, 0)
    same = index.windows.documents(beside) == index.windows.documents(rows)[:, None]
    counted = inside & same
    wanted, places = np.unique(beside, return_inverse=True)
    dense = index.vectors.scores(query.vector, wanted).astype(np.float64)[places]
    number = counted.sum(axis=1)
    return {
        "near_dense": (dense.reshape(beside.shape) * counted).sum(axis=1) / number,
        "near_lexical": (lexical[beside] * counted).sum(axis=1) / number,
    }
