"""Figures with 95 % intervals. In: values of many questions. Out: Estimate, or (low, high).

A share (all values 0 or 1) gets Wilson's interval, any other mean the bootstrap's BCa
interval, any other figure the percentile bootstrap. Simulation chose them:
``python -m tests.eval.statistics.coverage`` prints how often each covers the truth.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from eval.statistics.draws import AT_ONCE, ROUNDING, draw_resamples

CONFIDENCE = 0.95
TAILS = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
_RESAMPLES = 5000

Statistic = Callable[[NDArray[np.int64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over ``n`` questions and its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int


def estimate(values: Iterable[float | None], resamples: int = _RESAMPLES) -> Estimate | None:
    """The mean of the values that apply; None when none does."""
    applying = np.array([value for value in values if value is not None], dtype=np.float64)
    if len(applying) == 0:
        return None
    if np.isin(applying, (0.0, 1.0)).all():
        low, high = wilson(int(applying.sum()), len(applying))
    else:
        low, high = bootstrap_mean(applying, resamples)
    return Estimate(float(applying.mean()), low, high, len(applying))


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927); not empty even at 0 and 1."""
    z2 = special.ndtri(TAILS[1]) ** 2
    failures = n - successes
    middle, half = successes + z2 / 2, np.sqrt(z2 * (successes * failures / n + z2 / 4))
    low = (middle - half) / (n + z2) if successes else 0.0
    high = (middle + half) / (n + z2) if failures else 1.0
    return float(low), float(high)


def bootstrap_mean(
    values: NDArray[np.float64], resamples: int = _RESAMPLES, at_once: int = AT_ONCE
) -> tuple[float, float]:
    """The BCa interval of the mean of ``values``, shape (n,) (Efron 1987).

    It follows the skew of measures near 0 or 1, where the percentile interval misses the truth
    up to twice as often as it says. Under about 30 values no interval here is exact.
    """
    drawn = draw_resamples(len(values), resamples, at_once)
    means = np.concatenate([values[indices].mean(axis=1) for indices in drawn])
    low, high = np.quantile(means, _bca_levels(values, means))
    return float(low), float(high)


def bootstrap_statistic(
    n: int, statistic: Statistic, resamples: int = 1000, at_once: int = AT_ONCE
) -> tuple[float, float] | None:
    """The percentile bootstrap interval of a figure of ``n`` questions (Efron 1979).

    ``statistic`` takes indices of shape (batch, n) and returns a figure for each row, NaN where
    the row has none (as an AUROC of one class). Such rows are left out; None when they are more
    than half, or n is 0. Raises ``ValueError`` when the figures are not one for each row.
    """
    if n == 0:
        return None
    figures = [_figures(statistic, drawn) for drawn in draw_resamples(n, resamples, at_once)]
    found = np.concatenate(figures)
    found = found[~np.isnan(found)]
    if 2 * len(found) < resamples:
        return None
    low, high = np.quantile(found, TAILS)
    return float(low), float(high)


def _figures(statistic: Statistic, indices: NDArray[np.int64]) -> NDArray[np.float64]:
    figures = statistic(indices)
    if figures.shape != indices.shape[:1]:
        raise ValueError(
            f"the statistic returned shape {figures.shape} for indices of shape {indices.shape}; "
            "return one figure for each row"
        )
    return figures


def _bca_levels(values: NDArray[np.float64], means: NDArray[np.float64]) -> NDArray[np.float64]:
    """The quantiles of the resampled means, corrected for bias and skew."""
    mean, tie = values.mean(), ROUNDING * np.abs(values).max()
    widest = np.abs(values - mean).max()
    if widest <= tie:
        return np.array(TAILS)  # all values are equal
    deviations = (values - mean) / widest
    # the jackknife's acceleration has this closed form for a mean
    acceleration = (deviations**3).sum() / (6 * (deviations**2).sum() ** 1.5)
    below = ((means < mean - tie).mean() + (means <= mean + tie).mean()) / 2
    never_certain = 1 / (2 * len(means))
    bias = special.ndtri(np.clip(below, never_certain, 1 - never_certain))
    z = bias + special.ndtri(TAILS)
    levels: NDArray[np.float64] = special.ndtr(bias + z / (1 - acceleration * z))
    return levels
