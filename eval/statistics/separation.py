"""How well a value separates two kinds. In: values, kinds. Out: the AUROC with its interval."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm, rankdata

from eval.statistics.interval import CONFIDENCE, Estimate

_NEXT = 1e-9
_Z = float(norm.ppf((1 + CONFIDENCE) / 2))


def auroc(
    values: Sequence[float] | NDArray[np.float64], positive: Sequence[bool] | NDArray[np.bool_]
) -> float:
    """The chance that one of the positives has the higher value; equal ones count half.

    Both have shape (n,); NaN where one kind is missing (Fawcett 2006).
    """
    kinds = np.asarray(positive, dtype=bool)
    positives, negatives = int(kinds.sum()), int((~kinds).sum())
    if not positives or not negatives:
        return float("nan")
    ranks = rankdata(np.asarray(values, dtype=np.float64))
    wins = float(ranks[kinds].sum()) - positives * (positives + 1) / 2
    return wins / (positives * negatives)


def auroc_estimate(
    values: Sequence[float] | NDArray[np.float64], positive: Sequence[bool] | NDArray[np.bool_]
) -> Estimate | None:
    """The AUROC with its 95 % interval; None where one kind is missing.

    The interval holds every AUROC that is not too far from the one found for its own standard
    error (Newcombe 2006, part 2, method 5), so it is not empty at 0 and 1.
    """
    found = auroc(values, positive)
    if np.isnan(found):
        return None
    kinds = np.asarray(positive, dtype=bool)
    positives, negatives = int(kinds.sum()), int((~kinds).sum())

    def beyond(limit: float) -> float:
        return abs(found - limit) - _Z * _error(limit, positives, negatives)

    # Next to the value the error is the larger of the two, at 0 and 1 the distance is.
    low = float(brentq(beyond, 0.0, found - _NEXT)) if found > _NEXT else 0.0
    high = float(brentq(beyond, found + _NEXT, 1.0)) if found < 1 - _NEXT else 1.0
    return Estimate(found, low, high, len(kinds))


def _error(value: float, positives: int, negatives: int) -> float:
    """The standard error of an AUROC of this value (Hanley and McNeil 1982, with the sizes of
    both kinds replaced by their mean where they weigh)."""
    mean = (positives + negatives) / 2
    spread = (1 - value) / (2 - value) + value / (1 + value)
    return sqrt(value * (1 - value) * (1 + (mean - 1) * spread) / (positives * negatives))
