"""Logistic regression as the service uses it. In: Examples. Out: a Logistic; probabilities.

With a small ridge and no negative weight. Every run weighs the same, and within a run hits and
other questions do: a probability of 0.5 means that a question looks as much like the one as like
the other, whatever the mix in the run. Of a question all passages weigh the same.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.fitting.examples import Examples, Floats, Numbers, PassageExamples, only
from service.answering.confidence import Logistic

_RIDGE = 1e-4
DIGITS = 4  # of weights in the file, and of the probabilities that the service gives


def fit(examples: Examples, names: Sequence[str], weights: Floats | None = None) -> Logistic:
    """The model of all examples, weights by name, rounded as they are stored.

    The ``weights`` of the examples are those of ``balanced`` outcomes if none are given."""
    if weights is None:
        weights = balanced(examples.outcomes, examples.runs)
    intercept, *rest = _solve(examples.features, examples.outcomes, weights).tolist()
    stored = {name: round(weight, DIGITS) for name, weight in zip(names, rest, strict=True)}
    return Logistic(round(intercept, DIGITS), stored)


def fit_passages(
    passages: PassageExamples, names: Sequence[str], kept: NDArray[np.bool_] | None = None
) -> Logistic:
    """The model of passages of hits alone, for how likely each is what makes the hit; of those
    that are ``kept``, if that is said."""
    learnt = passages.hits if kept is None else passages.hits & kept
    weights = weights_of(passages.hits, passages.examples.runs, passages.owners)
    return fit(only(passages.examples, learnt), names, weights[learnt])


def left_out(examples: Examples, names: Sequence[str]) -> Floats:
    """The probability of each example by a model of the other folds, as the service rounds it."""
    return _left_out(examples, lambda kept: fit(only(examples, kept), names))


def left_out_passages(passages: PassageExamples, names: Sequence[str]) -> Floats:
    """The same of passages, each by a model of hits in the other folds."""
    return _left_out(passages.examples, lambda kept: fit_passages(passages, names, kept))


def _left_out(examples: Examples, fitted_on: Callable[[NDArray[np.bool_]], Logistic]) -> Floats:
    found = np.empty(len(examples.outcomes))
    for fold in np.unique(examples.folds):
        kept = examples.folds != fold
        found[~kept] = probabilities(fitted_on(kept), examples.features[~kept])
    return found


def probabilities(model: Logistic, features: Floats) -> Floats:
    """What the service would say of each row of features, shape ``(n,)``."""
    rows = (dict(zip(model.weights, row, strict=True)) for row in features.tolist())
    return np.array([round(model.probability(row), DIGITS) for row in rows], np.float64)


def balanced(outcomes: Floats, runs: Numbers, shares: Floats | None = None) -> Floats:
    """Weights by which every run counts the same, and in a run both outcomes; 1 in all. Examples
    of a run with the same outcome count as their ``shares``, if given, or else the same.

    Where a run has only one of the outcomes its other half is missing.
    """
    weights = np.ones(len(outcomes)) if shares is None else shares.copy()
    names = np.unique(runs)
    for run in names:
        for outcome in (0, 1):
            chosen = (runs == run) & (outcomes == outcome)
            weights[chosen] *= 0.5 / (weights[chosen].sum() or 1.0) / len(names)
    return weights


def weights_of(hits: NDArray[np.bool_], runs: Numbers, owners: Numbers) -> Floats:
    """Weights of rows by the number of the question that owns each: in a run hits and other
    questions count the same, and every question as every other of its kind; 1 in all."""
    return balanced(hits.astype(np.float64), runs, 1 / np.bincount(owners)[owners])


def _solve(features: Floats, outcomes: Floats, weights: Floats) -> Floats:
    signs = 2 * outcomes - 1
    share = weights / weights.sum()

    def loss(solution: Floats) -> float:
        margins = signs * (solution[0] + features @ solution[1:])
        return float(share @ np.logaddexp(0, -margins) + _RIDGE * (solution[1:] ** 2).sum())

    # No weight below 0: more evidence never lowers a probability.
    bounds = [(None, None), *[(0, None)] * features.shape[1]]
    start = np.zeros(features.shape[1] + 1)
    solved: Floats = minimize(loss, start, method="L-BFGS-B", bounds=bounds).x
    return solved
