"""The sign-flip test counts patterns of signs as SciPy does, for all measures at once."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from eval.statistics.flips import PValues, flip_test
from tests.eval.statistics.coverage import Floats, discrete, rank_changes

Side = Literal["two-sided", "less"]
# reciprocal ranks' differences, which tie often and are not exact in binary
STEPS = st.sampled_from([0.0, 0.0, 1.0, -1.0, 0.5, -0.5, 2 / 3, -2 / 3, 1 / 3, -1 / 3, 0.1, -0.3])


def one(changes: list[float], resamples: int = 9999) -> tuple[float, float]:
    found = flip_test(np.array(changes, dtype=np.float64)[:, None], resamples)
    return float(found.either[0]), float(found.lower[0])


def by_scipy(changes: Floats, alternative: Side, resamples: int) -> float:
    def total(values: Floats, axis: int) -> NDArray[np.float64]:
        return np.asarray(values.sum(axis=axis))

    tested = stats.permutation_test(
        (changes,),
        total,
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        alternative=alternative,
        rng=np.random.default_rng(1),
    )
    return float(tested.pvalue)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("alternative", ["two-sided", "less"])
def test_few_differences_give_the_p_value_of_scipy(seed: int, alternative: Side) -> None:
    random = np.random.default_rng(seed)
    changes = random.integers(-4, 6, size=11) / 8
    found = one(changes.tolist())[alternative == "less"]
    assert found == pytest.approx(by_scipy(changes, alternative, 9999), abs=1e-12)


@pytest.mark.parametrize("alternative", ["two-sided", "less"])
def test_many_differences_give_about_the_p_value_of_scipy(alternative: Side) -> None:
    random = np.random.default_rng(2)
    changes = random.normal(-0.2, 1, size=60)
    found = one(changes.tolist())[alternative == "less"]
    expected = by_scipy(changes, alternative, 9999)
    # two shares of 9,999 patterns; SciPy doubles a one-sided one
    deviation = 3 * np.sqrt(expected * (1 - expected) / 9999)
    assert 0.02 < expected < 0.4
    assert found == pytest.approx(expected, abs=4 * deviation)


@pytest.mark.parametrize(
    ("changes", "either", "lower"),
    [
        ([1.0] * 5, 2 / 32, 1),
        ([-1.0] * 5, 2 / 32, 1 / 32),
        ([0.0, -1.0, 0.0, -1.0, -1.0], 2 / 8, 1 / 8),
        ([0.0, 0.0], 1, 1),
        ([0.5, -0.5], 1, 3 / 4),
        # 0.1 + 0.2 - 0.3 is 6e-17 to the computer; two sums are 0 and three lower
        ([0.1, 0.2, -0.3], 1, 5 / 8),
    ],
)
def test_p_values_by_hand(changes: list[float], either: float, lower: float) -> None:
    assert one(changes) == (either, lower)


def test_all_patterns_are_counted_as_long_as_they_are_no_more_than_the_resamples() -> None:
    assert one([1.0] * 5, resamples=32)[0] == 2 / 32
    # one short, and 30 random patterns and the observed one are counted
    drawn = 31 * one([1.0] * 5, resamples=30)[0]
    assert drawn == pytest.approx(round(drawn))
    assert one([1.0] * 200, resamples=99) == (1 / 100, 1)
    assert one([-1.0] * 200, resamples=99) == (1 / 100, 1 / 100)


def test_many_measures_are_tested_as_each_alone() -> None:
    random = np.random.default_rng(6)
    changes = random.normal(size=(80, 6)) * (random.random((80, 6)) < [1, 0.6, 0.3, 0.1, 0.03, 0])
    together = flip_test(changes, 999)
    alone = [one(column.tolist(), 999) for column in changes.T]
    assert list(zip(together.either, together.lower, strict=True)) == alone


@pytest.mark.parametrize("at_once", [1, 1000])
def test_a_batch_changes_no_p_value(at_once: int) -> None:
    changes = np.random.default_rng(6).normal(0.1, 1, size=(50, 3))
    assert _equal(flip_test(changes, 199, at_once), flip_test(changes, 199))


@given(st.lists(STEPS, max_size=30))
def test_p_is_a_share_above_0_and_the_sides_mirror(changes: list[float]) -> None:
    either, lower = one(changes, 255)
    mirrored, higher = one([-change for change in changes], 255)
    assert 0 < either <= 1
    assert 0 < lower <= 1
    assert mirrored == either
    # every pattern is on one side at least, and those as the observed on both
    assert lower + higher > 1


@given(st.lists(STEPS, max_size=30), st.sampled_from([0.125, 3.0, 7.7]))
def test_scale_and_zeros_change_no_exact_p_value(changes: list[float], scale: float) -> None:
    few = [change for change in changes if change][:8]
    scaled = [change * scale for change in few]
    assert one([*scaled, 0.0, 0.0]) == one(few)


@pytest.mark.parametrize(
    ("same", "n"), [(0.0, 66), (0.0, 300), (0.7, 66), (0.7, 150), (0.7, 300), (0.9, 300)]
)
def test_a_true_null_is_rejected_as_often_as_stated(same: float, n: int) -> None:
    found = flip_test(rank_changes("ranks", same, better=0.5).samples(n).T, 1999)
    for p in (found.either, found.lower):
        assert 0.04 <= (p <= 0.05).mean() <= 0.06


@pytest.mark.parametrize("same", [0.7, 0.9, 0.95])
@pytest.mark.parametrize("n", [10, 30, 66])
def test_few_sums_reject_a_true_null_no_more_often_than_stated(same: float, n: int) -> None:
    # changes of 0 and 1 alone leave so few sums that often none can be rejected at 5 %
    half = (1 - same) / 2
    hits = discrete("hits", {-1.0: half, 0.0: same, 1.0: half}).samples(n).T
    found = flip_test(hits, 1999)
    assert (found.either <= 0.05).mean() <= 0.06
    assert (found.lower <= 0.05).mean() <= 0.06


@pytest.mark.parametrize("points", [0.05, -0.05])
def test_five_points_on_300_questions_are_found(points: float) -> None:
    # a fifth of the questions change by a quarter, and all by noise as of a new index
    random = np.random.default_rng(9)
    planted = np.where(random.random((300, 500)) < 0.2, points / 0.2, 0.0)
    found = flip_test(planted + random.normal(0, 0.1, size=planted.shape), 1999)
    assert (found.either <= 0.05).mean() >= 0.98
    assert (found.lower <= 0.05).mean() == (points < 0)


def _equal(one: PValues, other: PValues) -> bool:
    return (one.either == other.either).all() and bool((one.lower == other.lower).all())
