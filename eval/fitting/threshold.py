"""The confidence from which on a question is answered. In: confidences. Out: thresholds."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

import numpy as np

from eval.fitting.examples import Floats
from eval.fitting.logistic import DIGITS

_STEPS: int = 10**DIGITS
_ROUNDING = 1e-9
RATES = tuple(percent / 100 for percent in range(1, 51))


def thresholds(stated_on: Sequence[Floats]) -> dict[float, float]:
    """The threshold for each of ``RATES``: the highest of those of the runs' own, so that the
    share holds for each kind of unanswerable question.

    ``stated_on`` has the confidences of each run's unanswerable questions, by models that did
    not see them. A rate that a run has too few questions for is left out, as is one that more
    of them than it allows exceed with the highest confidence there is.
    """
    found = {}
    for rate in RATES:
        if all(len(confidences) >= questions_needed(rate) for confidences in stated_on):
            own = [conformal_threshold(confidences, rate) for confidences in stated_on]
            if None not in own:
                found[rate] = max(each for each in own if each is not None)
    return found


def mean_thresholds(
    stated_on: Sequence[Floats], rates: Sequence[float] = RATES
) -> dict[float, float]:
    """The threshold for each of the rates by which the mean of the runs' shares keeps it.

    As ``thresholds``, but every run weighs the same instead of the highest counting: for
    confidences that were made comparable between runs (``eval.fitting.following``).
    """
    values = np.concatenate(list(stated_on))
    weights = np.concatenate([np.full(len(run), 1 / len(run)) for run in stated_on])
    weights *= len(values) / len(stated_on)
    found = {}
    for rate in rates:
        if len(values) >= questions_needed(rate):
            own = _weighted_threshold(values, weights, rate)
            if own is not None:
                found[rate] = own
    return found


def lower_thresholds(
    levels: Sequence[Floats], confidences: Sequence[Floats], most: Mapping[float, float]
) -> dict[float, float]:
    """As ``mean_thresholds`` of the levels, where a question is also answered whose confidence
    reaches what the threshold of a rate is at ``most``: for the rates of ``most``, 1 where the
    shares are kept by nothing less."""
    found = {}
    for rate, highest in most.items():
        passing = [
            np.where(own >= highest, 1.0, level)
            for own, level in zip(confidences, levels, strict=True)
        ]
        found[rate] = mean_thresholds(passing, [rate]).get(rate, 1.0)
    # What a higher rate refuses a lower one refuses, too.
    rising = np.maximum.accumulate(list(found.values())[::-1])[::-1]
    return dict(zip(found, rising.tolist(), strict=True))


def _weighted_threshold(confidences: Floats, weights: Floats, rate: float) -> float | None:
    """As ``conformal_threshold``, each question counting by its weight, of mean 1."""
    order = np.argsort(-confidences, kind="stable")
    passed = np.cumsum(weights[order])  # if this one passes, too
    allowed = rate * (len(confidences) + 1) - 1
    refused = int(np.searchsorted(passed, allowed + _ROUNDING, side="right"))
    lowest = round(float(confidences[order[refused]]) * _STEPS) + 1
    return lowest / _STEPS if lowest <= _STEPS else None


def conformal_threshold(confidences: Floats, rate: float) -> float | None:
    """The lowest threshold at which the expected share of false answers is at most ``rate``.

    ``confidences`` are those of n unanswerable questions, by models that did not see them. The
    threshold lets k of them pass with (k + 1) / (n + 1) <= rate: of n + 1 exchangeable
    questions the new one is as likely as any other to be among the k + 1 highest (Vovk,
    Gammerman and Shafer 2005; Angelopoulos and Bates 2023). Between 0 and 1, in the steps of
    the service's rounding. Where the models that left a question out differ much from the final
    one, with few questions, the rate that results lies a little below the stated one.

    There must be at least ``questions_needed``. None when more than k have the highest
    confidence there is, so that no threshold refuses them.
    """
    passing = floor(_exactly(rate) * (len(confidences) + 1)) - 1
    steps = sorted((round(float(c) * _STEPS) for c in confidences), reverse=True)
    # One step above the first that must not pass: those that equal it do not pass either.
    lowest = steps[passing] + 1
    return lowest / _STEPS if lowest <= _STEPS else None


def questions_needed(rate: float) -> int:
    """How many unanswerable questions the least can be that state a rate: n >= 1 / rate - 1."""
    return ceil(1 / _exactly(rate) - 1)


def _exactly(rate: float) -> Fraction:
    """The rate as it is written: 0.29 of 100 is 29, and not a little less."""
    return Fraction(str(rate))
