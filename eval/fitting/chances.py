"""Probabilities that were told, and what came true. In: Chances. Out: their calibration error."""

from dataclasses import dataclass

import numpy as np

from eval.fitting.examples import Floats, Numbers
from eval.fitting.logistic import weights_of
from eval.measures.reliability import BINS
from eval.statistics.interval import Estimate, bootstrap_statistic


@dataclass(frozen=True, slots=True)
class Chances:
    """Columns of shape ``(n,)``, a row a probability that was told: its value, whether it came
    true, whether one of its question's first five passages holds an answer (a hit), and the
    numbers of its run and of its question, both from 0, the latter ascending."""

    values: Floats
    outcomes: Floats
    hits: Floats
    runs: Numbers
    questions: Numbers

    def error(self) -> float:
        """The expected calibration error in bins of equal weight; equal values share a bin.

        Every run weighs the same, in a run hits and other questions do, in these every question,
        and of a question every value."""
        return self._error(np.arange(len(self.values)), self.questions)

    def estimate(self) -> Estimate:
        """The same with a 95 % interval of resampled questions."""
        error, counts = self.error(), np.bincount(self.questions)
        n, starts = len(counts), np.cumsum(counts) - counts

        def resampled(drawn: Numbers) -> float:
            of_each = counts[drawn]
            within = np.arange(of_each.sum()) - np.repeat(np.cumsum(of_each) - of_each, of_each)
            rows = np.repeat(starts[drawn], of_each) + within
            return self._error(rows, np.repeat(np.arange(n), of_each))

        drawn = bootstrap_statistic(n, lambda rows: np.array([*map(resampled, rows)], np.float64))
        low, high = drawn or (error, error)
        # Turned round: chance makes an error larger, and resampling larger again.
        return Estimate(error, max(0.0, 2 * error - high), min(1.0, 2 * error - low), n)

    def _error(self, rows: Numbers, owners: Numbers) -> float:
        values, outcomes = self.values[rows], self.outcomes[rows]
        weights = weights_of(self.hits[rows] == 1, self.runs[rows], owners)
        weights /= weights.sum()
        _, equal = np.unique(values, return_inverse=True)
        sizes = np.bincount(equal, weights)
        gaps = np.bincount(equal, weights * (outcomes - values))
        middles = BINS * (np.cumsum(sizes) - sizes / 2)
        bins = np.minimum(middles.astype(np.int64), BINS - 1)
        return float(np.abs(np.bincount(bins, gaps)).sum())
