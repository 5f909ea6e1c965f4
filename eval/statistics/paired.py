"""Paired comparison. In: two lists of values of the same questions. Out: Difference.

A permutation test on the questions' differences (each sign flipped at random; exact where
there are few), and Holm's correction where several comparisons are made at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from eval.statistics.interval import SEED, bootstrap

SIGNIFICANT = 0.05
_RESAMPLES = 9999


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of ``other - base`` over ``n`` questions, its 95 % interval and the p-value."""

    mean: float
    low: float
    high: float
    p: float
    n: int


def paired_difference(
    base: Sequence[float | None], other: Sequence[float | None]
) -> Difference | None:
    """Compare the questions to which the measure applies on both sides; None without any."""
    pairs = [(b, o) for b, o in zip(base, other, strict=True) if b is not None and o is not None]
    if not pairs:
        return None
    before, after = np.array(pairs, dtype=np.float64).T
    changes = after - before
    low, high = bootstrap(changes, _RESAMPLES)
    return Difference(float(changes.mean()), low, high, _p_value(after, before), len(changes))


def holm(values: Sequence[float]) -> list[float]:
    """Holm's step-down correction of p-values, in their order; each at most 1."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    corrected = [1.0] * len(values)
    highest = 0.0
    for place, i in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - place) * values[i]))
        corrected[i] = highest
    return corrected


def _p_value(after: NDArray[np.float64], before: NDArray[np.float64]) -> float:
    if (after == before).all():
        return 1.0  # nothing differs, so no permutation does
    tested = stats.permutation_test(
        (after, before),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=_RESAMPLES,
        rng=np.random.default_rng(SEED),
    )
    return float(tested.pvalue)
