"""Means come with an interval, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.statistics.interval import estimate


def test_a_share_has_the_interval_of_wilson() -> None:
    # Wilson's formula for 8 of 10, z = 1.96: (0.8 + z²/20 ± z √(0.016 + z²/400)) / (1 + z²/10)
    value = estimate([1.0] * 8 + [0.0] * 2)
    assert value is not None
    assert (value.mean, value.n) == (0.8, 10)
    assert value.low == pytest.approx(0.4902, abs=1e-4)
    assert value.high == pytest.approx(0.9433, abs=1e-4)


@pytest.mark.parametrize(("share", "low", "high"), [(0.0, 0.0, 0.2775), (1.0, 0.7225, 1.0)])
def test_all_or_nothing_of_ten_is_not_certain(share: float, low: float, high: float) -> None:
    value = estimate([share] * 10)
    assert value is not None
    assert (value.low, value.high) == pytest.approx((low, high), abs=1e-4)


def test_another_mean_has_the_interval_of_the_bootstrap() -> None:
    value = estimate([0.1, 0.2, 0.3, 0.4, 0.5] * 20)
    assert value is not None
    assert value.mean == pytest.approx(0.3)
    # the mean of 100 values with deviation 0.1414 deviates by 0.01414
    assert value.low == pytest.approx(0.3 - 1.96 * 0.01414, abs=0.003)
    assert value.high == pytest.approx(0.3 + 1.96 * 0.01414, abs=0.003)


def test_the_interval_can_be_reproduced() -> None:
    assert estimate([0.25, 0.5, 0.125]) == estimate([0.25, 0.5, 0.125])


def test_what_does_not_apply_is_not_averaged() -> None:
    value = estimate([None, 0.5, None, 0.25])
    assert value is not None
    assert (value.mean, value.n) == (0.375, 2)


@pytest.mark.parametrize("values", [[], [None], [None, None]])
def test_nothing_has_no_mean(values: list[None]) -> None:
    assert estimate(values) is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_the_interval_covers_the_mean(values: list[float]) -> None:
    value = estimate(values)
    assert value is not None
    assert -1e-9 <= value.low <= value.mean + 1e-9
    assert value.mean - 1e-9 <= value.high <= 1 + 1e-9
