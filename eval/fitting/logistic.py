"""Logistic regression as the service uses it. In: Examples. Out: a Logistic; probabilities.

With a small ridge and no negative weight. Every run weighs the same, and within a run the two
outcomes do: a probability of 0.5 means that an example looks as much like the one as like the
other, whatever the mix in the run.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from eval.fitting.examples import Examples, Floats, Numbers, only
from service.answering.confidence import Logistic

_RIDGE = 1e-4
DIGITS = 4  # of weights in the file, and of the probabilities that the service gives


def fit(examples: Examples, names: Sequence[str]) -> Logistic:
    """The model of all examples, weights by name, rounded as they are stored."""
    weights = balanced(examples.outcomes, examples.runs)
    intercept, *rest = _solve(examples.features, examples.outcomes, weights).tolist()
    stored = {name: round(weight, DIGITS) for name, weight in zip(names, rest, strict=True)}
    return Logistic(round(intercept, DIGITS), stored)


def left_out(examples: Examples, names: Sequence[str]) -> Floats:
    """The probability of each example by a model of the other folds, as the service rounds it."""
    found = np.empty(len(examples.outcomes))
    for fold in np.unique(examples.folds):
        kept = examples.folds != fold
        model = fit(only(examples, kept), names)
        found[~kept] = probabilities(model, examples.features[~kept])
    return found


def probabilities(model: Logistic, features: Floats) -> Floats:
    """What the service would say of each row of features, shape ``(n,)``."""
    rows = (dict(zip(model.weights, row, strict=True)) for row in features.tolist())
    return np.array([round(model.probability(row), DIGITS) for row in rows], np.float64)


def balanced(outcomes: Floats, runs: Numbers) -> Floats:
    """Weights by which every run counts the same, and in a run both outcomes; 1 in all.

    Where a run has only one of the outcomes its other half is missing.
    """
    weights = np.zeros(len(outcomes))
    names = np.unique(runs)
    for run in names:
        for outcome in (0, 1):
            chosen = (runs == run) & (outcomes == outcome)
            weights[chosen] = 0.5 / max(1, chosen.sum()) / len(names)
    return weights


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
