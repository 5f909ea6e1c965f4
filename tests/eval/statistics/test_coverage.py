"""95 % intervals cover the truth in about 95 % of 2,000 simulated question sets."""

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.statistics.interval import bootstrap_mean, bootstrap_statistic, estimate
from eval.statistics.paired import paired_differences
from tests.eval.statistics.coverage import (
    DIFFERENCES,
    MEASURES,
    RUNS,
    Floats,
    Population,
    coverage,
    intervals,
    wilson_coverage,
)

# 2,000 runs at 0.95 deviate by 0.005; the intervals are to lie within 0.93 to 0.97
LOW, HIGH = 0.93, 0.97


@pytest.mark.parametrize("population", MEASURES, ids=lambda population: population.name)
def test_a_mean_is_covered(population: Population) -> None:
    found = [estimate(sample, resamples=500) for sample in population.samples(66).tolist()]
    bounds = np.array([(value.low, value.high) for value in found if value]).T
    assert bounds.shape == (2, RUNS)
    assert LOW <= coverage((bounds[0], bounds[1]), population.mean) <= HIGH


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.9])
def test_a_share_is_covered(share: float) -> None:
    random = np.random.default_rng(4)
    found = [estimate(sample) for sample in (random.random((RUNS, 66)) < share).astype(float)]
    bounds = np.array([(value.low, value.high) for value in found if value]).T
    assert LOW <= coverage((bounds[0], bounds[1]), share) <= HIGH


@pytest.mark.parametrize("n", [30, 66, 150])
def test_shares_are_covered_on_average_and_never_rarely(n: int) -> None:
    found = wilson_coverage(n, np.linspace(0.01, 0.99, 197))
    assert 0.945 <= found.mean() <= 0.955
    assert found.min() >= 0.92


# of 66 differences with 0.95 zero, Student's interval covers 0.98: three are left
@pytest.mark.parametrize(
    ("n", "population"),
    [*((66, population) for population in DIFFERENCES[:-1]), *((150, p) for p in DIFFERENCES)],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_mean_difference_is_covered(n: int, population: Population) -> None:
    samples = population.samples(n)
    runs = {str(run): sample for run, sample in enumerate(samples.tolist())}
    found = paired_differences({run: [0.0] * n for run in runs}, runs, resamples=1)
    bounds = np.array([(value.low, value.high) for value in found.values() if value]).T
    assert bounds.shape == (2, RUNS)
    assert LOW <= coverage((bounds[0], bounds[1]), population.mean) <= HIGH


def test_an_auroc_is_covered() -> None:
    # scores of 60 answerable questions lie one deviation above those of 40 others
    random = np.random.default_rng(8)
    right = np.arange(100) < 60
    scores = random.normal(size=(RUNS, 100)) + right
    found = [bootstrap_statistic(100, _Auroc(row, right), resamples=200) for row in scores]
    bounds = np.array([low_high for low_high in found if low_high]).T
    assert bounds.shape == (2, RUNS)
    assert LOW <= coverage((bounds[0], bounds[1]), 0.7602499) <= HIGH  # Φ(1 / √2)


def test_the_table_judges_the_interval_in_use() -> None:
    samples = MEASURES[-1].samples(66, runs=20)
    low, high = intervals(samples, resamples=300)["BCa"]
    found = np.array([bootstrap_mean(sample, resamples=300) for sample in samples])
    assert found == pytest.approx(np.column_stack([low, high]))


class _Auroc:
    """The share of pairs in which the right question has the higher score."""

    def __init__(self, scores: Floats, right: NDArray[np.bool_]) -> None:
        order = np.argsort(scores)
        self.ranks, self.right = np.argsort(order), right[order]

    def __call__(self, indices: NDArray[np.int64]) -> Floats:
        rows, n = indices.shape
        places = self.ranks[indices] + n * np.arange(rows)[:, None]
        counts = np.bincount(places.ravel(), minlength=rows * n).reshape(rows, n)
        right, wrong = counts * self.right, counts * ~self.right
        won = right * (np.cumsum(wrong, axis=1) - wrong / 2)
        return np.asarray(won.sum(axis=1) / (right.sum(axis=1) * wrong.sum(axis=1)))
