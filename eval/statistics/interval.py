"""Means with intervals. In: values of many questions. Out: Estimate.

A share (all values 0 or 1) gets Wilson's interval, which stays honest at 0 and 1; any other
mean the percentile bootstrap with a fixed seed, so that a report can be reproduced.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

CONFIDENCE = 0.95
_RESAMPLES = 5000
SEED = 20261123


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over ``n`` questions and its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int


def estimate(values: Iterable[float | None]) -> Estimate | None:
    """The mean of the values that apply; None when none does."""
    applying = np.array([value for value in values if value is not None], dtype=np.float64)
    n = len(applying)
    if n == 0:
        return None
    if np.isin(applying, (0.0, 1.0)).all():
        share = stats.binomtest(int(applying.sum()), n).proportion_ci(CONFIDENCE, method="wilson")
        return Estimate(float(applying.mean()), float(share.low), float(share.high), n)
    low, high = bootstrap(applying, _RESAMPLES)
    return Estimate(float(applying.mean()), low, high, n)


def bootstrap(values: NDArray[np.float64], resamples: int) -> tuple[float, float]:
    """The percentile bootstrap interval of the mean, with a fixed seed."""
    drawn = np.random.default_rng(SEED).choice(values, size=(resamples, len(values)))
    low, high = np.quantile(drawn.mean(axis=1), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)
