"""Measures of the confidence as a ground to abstain. In: Records. Out: risk-coverage.

A question that failed has no confidence and is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.measures.reliability import Floats, Ints, is_right
from eval.runs.record import Record

_POINTS = 200


@dataclass(frozen=True, slots=True)
class Point:
    """Answering from a confidence on: which share is answered, and which of it wrongly."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Confidences:
    """Questions by descending confidence: shape (n,), but ``starts``.

    ``questions`` numbers them as given; ``starts`` is where each run of equal ones begins.
    """

    values: Floats
    right: NDArray[np.bool_]
    questions: Ints
    starts: Ints


def by_confidence(records: Sequence[Record]) -> Confidences:
    """The questions that got a response."""
    rows = [
        (-record.response.answer.confidence, is_right(record), n)
        for n, record in enumerate(records)
        if record.response
    ]
    below, right, numbers = np.array(sorted(rows), np.float64).reshape(-1, 3).T
    starts = np.flatnonzero(np.diff(below, prepend=-np.inf))
    return Confidences(-below, right == 1, numbers.astype(np.int64), starts)


def aurcs(asked: Confidences, counts: Ints) -> Floats:
    """The area under the risk-coverage curve (Geifman and El-Yaniv 2017), as a mean of risks.

    The most confident question is answered first, then the next and so on, equal ones together;
    the risk after each, the share of the answered that is not right, is averaged over all
    questions. A value for each row of ``counts``, shape (batch, questions), which tells how often
    each question counts; NaN where a row is empty.
    """
    drawn = counts[:, asked.questions]
    sizes, wrong = _runs(asked, drawn), _runs(asked, drawn * ~asked.right)
    answered = np.cumsum(sizes, axis=1)
    risks = np.cumsum(wrong, axis=1) / np.maximum(answered, 1)
    return _ratio((sizes * risks).sum(axis=1), sizes.sum(axis=1))


def risk_coverage(asked: Confidences) -> tuple[Point, ...]:
    """The curve (El-Yaniv and Wiener 2010) by rising coverage, thinned to at most 200 points.

    The first is the highest confidence that occurs, the last answers everything.
    """
    if not len(asked.values):
        return ()
    ends = np.append(asked.starts[1:], len(asked.values))
    risks = np.cumsum(~asked.right)[ends - 1] / ends
    kept = np.unique(np.linspace(0, len(ends) - 1, _POINTS).round().astype(np.int64))
    return tuple(
        Point(float(asked.values[ends[n] - 1]), float(ends[n] / ends[-1]), float(risks[n]))
        for n in kept
    )


def _runs(asked: Confidences, numbers: Ints) -> Ints:
    """Sums over each run of equal confidences, of numbers of shape (batch, n)."""
    return np.add.reduceat(numbers, asked.starts, axis=1)


def _ratio(above: Floats, below: NDArray[np.number]) -> Floats:
    values: Floats = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return values
