"""Paired comparison. In: two runs' values of the same questions. Out: Difference by measure.

The sign-flip test of the questions' differences with Student's interval of their mean, and
Holm's correction where several comparisons are made at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from eval.statistics.flips import flip_test
from eval.statistics.interval import TAILS

SIGNIFICANT = 0.05
_RESAMPLES = 9999

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of ``other - base`` over ``n`` questions, its 95 % interval and p-values.

    ``p`` is two-sided; ``p_worse`` is one-sided and small when ``other`` is lower than ``base``.
    """

    mean: float
    low: float
    high: float
    p: float
    p_worse: float
    n: int


def paired_difference(
    base: Values, other: Values, resamples: int = _RESAMPLES
) -> Difference | None:
    """Compare the questions to which the measure applies on both sides; None without any."""
    return paired_differences({"values": base}, {"values": other}, resamples)["values"]


def paired_differences(
    base: Mapping[str, Values], other: Mapping[str, Values], resamples: int = _RESAMPLES
) -> dict[str, Difference | None]:
    """Compare many measures of the same questions, each as ``paired_difference`` would.

    The values of all measures stand in the same order of questions. Raises ``ValueError`` when
    the sides do not hold the same measures and questions, or a value is not finite.
    """
    if base.keys() != other.keys():
        only = ", ".join(sorted(base.keys() ^ other.keys()))
        raise ValueError(f"measured on one side only: {only}; compare what both sides have")
    if not base:
        return {}
    if len({len(values) for side in (base, other) for values in side.values()}) > 1:
        raise ValueError(
            "the values differ in number; list every question, with None where none applies"
        )
    columns = [_changes(measure, base[measure], other[measure]) for measure in base]
    changes = np.column_stack(columns)
    tested = flip_test(np.nan_to_num(changes), resamples)
    return {
        measure: _difference(column[~np.isnan(column)], float(p), float(p_worse))
        for measure, column, p, p_worse in zip(
            base, changes.T, tested.either, tested.lower, strict=True
        )
    }


def holm(values: Sequence[float]) -> list[float]:
    """Holm's step-down correction (1979) of p-values, in their order; each at most 1."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    corrected = [1.0] * len(values)
    highest = 0.0
    for place, i in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - place) * values[i]))
        corrected[i] = highest
    return corrected


def student(values: NDArray[np.float64]) -> tuple[float, float]:
    """Student's interval (1908) of the mean of ``values``, shape (n,); unbounded for one value.

    Where most differences are 0, as between two runs, it covers the truth about as often as it
    says, and the bootstrap's intervals less often (``tests.eval.statistics.coverage``).
    """
    mean, n = values.mean(), len(values)
    if n == 1:
        return -np.inf, np.inf
    low, high = mean + special.stdtrit(n - 1, TAILS) * values.std(ddof=1) / np.sqrt(n)
    return float(low), float(high)


def _changes(measure: str, base: Values, other: Values) -> NDArray[np.float64]:
    """``other - base``; NaN where the measure does not apply on both sides."""
    pairs = zip(base, other, strict=True)
    changes = [None if b is None or o is None else o - b for b, o in pairs]
    if not np.isfinite([change for change in changes if change is not None]).all():
        raise ValueError(f"a value of {measure!r} is not finite; put None where none applies")
    return np.array(changes, dtype=np.float64)


def _difference(changes: NDArray[np.float64], p: float, p_worse: float) -> Difference | None:
    if len(changes) == 0:
        return None
    low, high = student(changes)
    return Difference(float(changes.mean()), low, high, p, p_worse, len(changes))
