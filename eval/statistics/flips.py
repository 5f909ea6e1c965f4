"""The sign-flip test. In: differences, (questions, measures). Out: p-values of each measure.

If two runs are alike, each question's difference is as likely to have the other sign (Fisher
1935; Good 2005). Where few differences are not 0, all patterns of signs are counted; elsewhere
random ones, with the observed pattern among them, so that no p-value is 0 (Phipson & Smyth
2010). A difference of 0 changes no sum: one draw of signs serves all measures, whatever
questions each applies to.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.statistics.draws import AT_ONCE, ROUNDING, draw_flips

Counts = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class PValues:
    """By measure: ``either`` side (two-sided), and ``lower`` (one-sided: the sum is lower)."""

    either: NDArray[np.float64]
    lower: NDArray[np.float64]


def flip_test(changes: NDArray[np.float64], resamples: int, at_once: int = AT_ONCE) -> PValues:
    """Test whether the sum of each column of ``changes``, (questions, measures), is other than 0.

    Exact for a column with 2^k <= ``resamples``, k its differences other than 0.
    """
    found = PValues(np.ones(changes.shape[1]), np.ones(changes.shape[1]))
    few = np.count_nonzero(changes, axis=0) < resamples.bit_length()
    for column in np.flatnonzero(few):
        values = changes[changes[:, column] != 0, column]
        either, lower = _extreme(values[:, None], _all_flips(len(values)))
        found.either[column], found.lower[column] = np.ldexp([either[0], lower[0]], -len(values))
    many = changes[:, ~few]
    if many.size:
        either, lower = _random(many, resamples, at_once)
        found.either[~few] = (either + 1) / (resamples + 1)
        found.lower[~few] = (lower + 1) / (resamples + 1)
    return found


def _random(changes: NDArray[np.float64], resamples: int, at_once: int) -> Counts:
    n, measures = changes.shape
    either, lower = np.zeros((2, measures), dtype=np.int64)
    for flips in draw_flips(n, resamples, max(1, at_once // max(n, measures))):
        more, less = _extreme(changes, flips)
        either += more
        lower += less
    return either, lower


def _extreme(changes: NDArray[np.float64], flips: NDArray[np.float64]) -> Counts:
    """How many patterns give a sum as far from 0, and one as low, as the observed."""
    observed = changes.sum(axis=0)
    # equal sums in another order of adding count as equal
    tie = ROUNDING * np.abs(changes).sum(axis=0)
    sums = observed - 2 * (flips @ changes)
    as_low = (sums <= observed + tie).sum(axis=0)
    as_far = (np.abs(sums, out=sums) >= np.abs(observed) - tie).sum(axis=0)
    return as_far, as_low


def _all_flips(k: int) -> NDArray[np.float64]:
    """Every pattern of ``k`` signs, shape (2^k, k)."""
    return (np.arange(2**k)[:, None] >> np.arange(k) & 1).astype(np.float64)
