"""One-sided tests of many measures at once. In: differences by question. Out: p-values.

Westfall and Young's step-down max-T (1993). Each question's differences change sign together,
so that what measures have in common is counted once, and a measure in which nothing or little
changed takes nothing from the others, as it does by Bonferroni or Holm.
"""

import numpy as np
from numpy.typing import NDArray

from eval.statistics.draws import AT_ONCE, draw_flips

RESAMPLES = 9999
# equal sums in another order of adding differ by less than this
_TIE = 1e-9


def falls(changes: NDArray[np.float64], resamples: int = RESAMPLES) -> list[float]:
    """For each column of ``changes``, shape (questions, measures), the p-value of its fall.

    0 stands where a measure does not apply. A value is small when the column's sum is lower
    than chance would have it; that any true null is below alpha has a chance of alpha at most.
    """
    n, measures = changes.shape
    scale = np.sqrt((changes**2).sum(axis=0))
    observed = _statistics(changes.sum(axis=0), scale)
    order = np.argsort(-observed, kind="stable")
    reached = np.ones(measures)  # the observed pattern of signs is one of those counted
    for flips in draw_flips(n, resamples, max(1, AT_ONCE // max(n, 1))):
        drawn = _statistics((1 - 2 * flips) @ changes, scale)[:, order]
        # the highest of a measure and those that fell less
        highest = np.maximum.accumulate(drawn[:, ::-1], axis=1)[:, ::-1]
        reached += (highest >= observed[order] - _TIE).sum(axis=0)
    corrected = np.empty(measures)
    corrected[order] = np.maximum.accumulate(reached / (resamples + 1))
    return [float(p) for p in corrected]


def _statistics(sums: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each sum fell, in its standard deviation over the signs; -inf without a change."""
    fallen = np.full(np.shape(sums), -np.inf)
    np.divide(-sums, scale, out=fallen, where=scale > 0)
    return fallen
