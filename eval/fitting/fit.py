"""Ranking weights, fitted. In: question sets, an Engine for each. Out: the content of ranking.json.

A conditional logit (McFadden 1974; in learning to rank the list-wise softmax loss of Cao et
al. 2007): the probability that a passage is the one that holds the answer is the softmax, over
the candidates of its question, of the weighted sum that ranks them. No weight is below 0, and
every question set weighs the same.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from eval.errors import QuestionSetInvalid
from eval.questions.place import Place
from eval.questions.question import Question
from eval.runs.asker import EngineAsker
from eval.runs.passages import passages_with_paths
from eval.runs.run import locate_all
from service.asking.query import make_query
from service.engine import Engine
from service.ranking.pool import FEATURES, gather, scaled

_RIDGE = 1e-3
Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Example:
    """One question: its candidates' scaled values, shape ``(candidates, FEATURES)``, and
    which of them hold an expected place."""

    values: Floats
    holds: NDArray[np.bool_]


def fit_ranking(sets: Sequence[Sequence[Example]]) -> dict[str, float]:
    """The weights, 1 in all, by the names in ``FEATURES``.

    Raises ``QuestionSetInvalid`` when a set is empty or no weight is above 0.
    """
    if not sets or not all(sets):
        raise QuestionSetInvalid(
            "no question of a set has an answer among its candidates; name a question set and the "
            "index it was written for"
        )
    start = np.ones(len(FEATURES))
    bounds = [(0.0, None)] * len(FEATURES)
    solution = minimize(_loss, start, (sets,), "L-BFGS-B", jac=True, bounds=bounds)
    if not solution.x.sum() > 0:
        raise QuestionSetInvalid(
            "nothing that ranks speaks for the answers; check that each question set goes with "
            "its index"
        )
    weights = solution.x / solution.x.sum()
    return {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)}


def examples(
    questions: Sequence[Question],
    engine: Engine,
    progress: Progress = lambda _step, _done, _total: None,
) -> list[Example]:
    """The questions whose answer is held by some candidates and not by all.

    A passage holds a place whole, or, where none does, in part.
    """
    places = locate_all(questions, EngineAsker(engine))
    extents = _extents(engine)
    found = []
    for number, (question, where) in enumerate(zip(questions, places, strict=True), start=1):
        query = make_query(question.question, engine.index, engine.embedder)
        pool = gather(engine.index, query, engine.settings.pool)
        holds = _holding(extents, where)[pool.rows]
        if holds.any() and not holds.all():
            values = [scaled(pool.values[name]) for name in FEATURES]
            found.append(Example(np.stack(values, axis=1), holds))
        progress("look", number, len(questions))
    return found


def provenance(file: Path, engine: Engine, asked: int, used: int) -> dict[str, Any]:
    """What a set of examples was made from."""
    return {
        "questions": file.name,
        "questions_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "index_digest": engine.index.manifest.digest,
        "asked": asked,
        "used": used,
    }


@dataclass(frozen=True, slots=True)
class _Extents:
    """Where every passage of an index lies, by row."""

    paths: NDArray[np.str_]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


def _extents(engine: Engine) -> _Extents:
    passages = passages_with_paths(engine)
    return _Extents(
        np.array([path for path, _ in passages]),
        np.array([passage.start for _, passage in passages]),
        np.array([passage.end for _, passage in passages]),
    )


def _holding(extents: _Extents, places: Sequence[Place]) -> NDArray[np.bool_]:
    whole = np.zeros(len(extents.start), dtype=np.bool_)
    part = whole.copy()
    for place in places:
        here = extents.paths == place.document
        for span in place.spans:
            whole |= here & (extents.start <= span.start) & (extents.end >= span.end)
            part |= here & (extents.start < span.end) & (extents.end > span.start)
    return whole if whole.any() else part


def _loss(weights: Floats, sets: Sequence[Sequence[Example]]) -> tuple[float, Floats]:
    """Minus the mean log-likelihood, sets weighing the same, with a ridge; and its slope."""
    loss, slope = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
    for examples_of_set in sets:
        for example in examples_of_set:
            scores = example.values @ weights
            right = scores[example.holds]
            loss += float(logsumexp(scores) - logsumexp(right)) / len(examples_of_set)
            slope += _expected(example.values, scores) / len(examples_of_set)
            slope -= _expected(example.values[example.holds], right) / len(examples_of_set)
    return loss, slope


def _expected(values: Floats, scores: Floats) -> Floats:
    chances: Floats = np.exp(scores - logsumexp(scores))
    mean: Floats = chances @ values
    return mean
