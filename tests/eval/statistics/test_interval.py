"""Means and other figures come with an interval, or not at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from eval.statistics.draws import SEED
from eval.statistics.interval import bootstrap_mean, bootstrap_statistic, estimate, wilson
from tests.eval.statistics.coverage import MEASURES, Floats, Population

Indices = NDArray[np.int64]
# of 64ths, sums and means are exact, so that shifting and scaling changes no tie
SAMPLES = st.lists(st.integers(0, 64).map(lambda value: value / 64), min_size=1, max_size=30)


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (8, 10), (3, 66), (66, 66), (7, 500)])
def test_a_share_has_the_interval_of_wilson(successes: int, n: int) -> None:
    expected = stats.binomtest(successes, n).proportion_ci(0.95, method="wilson")
    value = estimate([1.0] * successes + [0.0] * (n - successes))
    assert value is not None
    assert (value.mean, value.n) == (successes / n, n)
    assert (value.low, value.high) == pytest.approx((expected.low, expected.high))
    assert (value.low, value.high) == wilson(successes, n)


@pytest.mark.parametrize(("share", "low", "high"), [(0.0, 0.0, 0.2775), (1.0, 0.7225, 1.0)])
def test_all_or_nothing_of_ten_is_not_certain(share: float, low: float, high: float) -> None:
    value = estimate([share] * 10)
    assert value is not None
    assert (value.low, value.high) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize("population", MEASURES, ids=lambda population: population.name)
def test_another_mean_has_the_bca_interval_of_scipy(population: Population) -> None:
    # of its numbers the values are the nearest 64ths: SciPy counts ties without regard to rounding
    values = np.round(64 * population.samples(40, runs=1)[0]) / 64
    found = stats.bootstrap(
        (values,), np.mean, n_resamples=700, method="BCa", rng=np.random.default_rng(SEED)
    ).confidence_interval
    assert bootstrap_mean(values, 700) == pytest.approx((found.low, found.high), rel=1e-9)


def test_the_interval_follows_the_skew() -> None:
    value = estimate([0.5] * 3 + [0.0] * 60)
    assert value is not None
    assert value.high - value.mean > 1.3 * (value.mean - value.low)


@pytest.mark.parametrize("at_once", [1, 60, 1000])
def test_a_batch_changes_no_interval(at_once: int) -> None:
    values = np.random.default_rng(1).beta(1, 5, size=40)
    assert bootstrap_mean(values, 300, at_once) == bootstrap_mean(values, 300)


@pytest.mark.parametrize("at_once", [1, 60, 1000])
def test_a_batch_changes_no_interval_of_a_statistic(at_once: int) -> None:
    values = np.random.default_rng(1).beta(1, 5, size=40)

    def highest(indices: Indices) -> Floats:
        return np.asarray(values[indices].max(axis=1))

    found = bootstrap_statistic(40, highest, 300, at_once)
    assert found == bootstrap_statistic(40, highest, 300)


def test_the_interval_can_be_reproduced() -> None:
    assert estimate([0.25, 0.5, 0.125]) == estimate([0.25, 0.5, 0.125])


def test_what_does_not_apply_is_not_averaged() -> None:
    value = estimate([None, 0.5, None, 0.25])
    assert value is not None
    assert (value.mean, value.n) == (0.375, 2)


@pytest.mark.parametrize("values", [[], [None], [None, None]])
def test_nothing_has_no_mean(values: list[None]) -> None:
    assert estimate(values) is None


@pytest.mark.parametrize("values", [[0.1] * 3, [0.3], [1e-320] * 7, [0.7] * 10])
def test_equal_values_have_no_spread(values: list[float]) -> None:
    found = estimate(values)
    assert found is not None
    assert (found.low, found.mean, found.high) == pytest.approx((values[0],) * 3)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_the_interval_lies_within_the_values_about_the_mean(values: list[float]) -> None:
    value = estimate(values, resamples=200)
    assert value is not None
    assert 0 <= value.low <= value.mean <= value.high <= 1


@given(SAMPLES, st.sampled_from([-2.0, 0.5, 3.0]), st.sampled_from([0.5, 4.0]))
def test_the_interval_shifts_and_scales_with_the_values(
    values: list[float], shift: float, scale: float
) -> None:
    low, high = bootstrap_mean(np.array(values), 200)
    moved = bootstrap_mean(shift + scale * np.array(values), 200)
    assert moved == pytest.approx((shift + scale * low, shift + scale * high), abs=1e-9)


@given(SAMPLES)
def test_the_interval_mirrors(values: list[float]) -> None:
    low, high = bootstrap_mean(np.array(values), 200)
    assert bootstrap_mean(1 - np.array(values), 200) == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_a_statistic_has_the_percentile_interval_of_scipy() -> None:
    values = np.random.default_rng(3).lognormal(size=50)
    found = stats.bootstrap(
        (values,), np.median, n_resamples=400, method="percentile", rng=np.random.default_rng(SEED)
    ).confidence_interval
    median = bootstrap_statistic(50, lambda indices: np.median(values[indices], axis=1), 400)
    assert median == pytest.approx((found.low, found.high))


def test_resamples_without_a_figure_are_left_out() -> None:
    values = np.arange(20.0)

    def lower_means(indices: Indices) -> Floats:
        means = values[indices].mean(axis=1)
        return np.where(means < 9.7, means, np.nan)

    found = bootstrap_statistic(20, lower_means, 2000)
    assert found is not None
    # of a normal with mean 9.5 and deviation 1.29, cut at 9.7: its quantiles at 0.014 and 0.547
    assert found == pytest.approx((6.67, 9.65), abs=0.2)


@pytest.mark.parametrize(("known", "expected"), [(4, None), (5, (1.0, 1.0)), (10, (1.0, 1.0))])
def test_a_figure_that_over_half_of_ten_resamples_lack_has_no_interval(
    known: int, expected: tuple[float, float] | None
) -> None:
    figures = np.where(np.arange(10) < known, 1.0, np.nan)
    assert bootstrap_statistic(5, lambda _indices: figures, 10) == expected


def test_no_questions_have_no_figure() -> None:
    assert bootstrap_statistic(0, lambda indices: indices.mean(axis=1)) is None


def test_a_statistic_that_makes_one_figure_of_all_rows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"returned shape \(1,\) .* one figure for each row"):
        bootstrap_statistic(5, lambda indices: np.array([indices.mean()]))
