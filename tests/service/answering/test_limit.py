"""The least confidence to answer follows signals as it is told to, and never leaves [0, 1]."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from service.answering.limit import Limit, Slope, log_odds

finite = st.floats(-20, 20)


@pytest.mark.parametrize("least", [0.0, 0.2641, 1.0])
def test_without_slopes_it_is_the_same_for_all(least: float) -> None:
    assert Limit(least).of({"window": 0.9}) == least


def test_it_rises_by_the_slope_in_the_log_odds() -> None:
    limit = Limit(0.5, {"window": Slope(3.0, 0.4), "scarcity": Slope(-1.0, -4.0)})
    assert limit.of({"window": 0.4, "scarcity": -4.0, "read": 9.0}) == 0.5
    assert limit.of({"window": 0.6, "scarcity": -4.0}) == round(float(expit(0.6)), 4)
    assert limit.of({"window": 0.6, "scarcity": -3.0}) == round(float(expit(-0.4)), 4)


@pytest.mark.parametrize("least", [0.0, 1.0])
def test_what_is_answered_always_or_never_stays_so(least: float) -> None:
    assert Limit(least, {"window": Slope(50.0, 0.0)}).of({"window": 1.0}) == least


def test_it_never_rises_above_the_most() -> None:
    limit = Limit(0.2, {"window": Slope(3.0, 0.4)}, most=0.3)
    assert limit.of({"window": 0.9}) == 0.3
    assert limit.of({"window": 0.4}) == 0.2
    assert Limit(1.0, {"window": Slope(3.0, 0.4)}, most=0.3).of({"window": 0.4}) == 0.3


@given(st.floats(0, 1), finite, finite, finite, finite)
def test_it_is_a_probability_that_follows_its_slope(
    least: float, slope: float, at: float, low: float, high: float
) -> None:
    limit = Limit(least, {"window": Slope(slope, at)})
    found = [limit.of({"window": value}) for value in sorted((low, high))]
    assert all(0 <= each <= 1 for each in found)
    assert found == sorted(found, reverse=slope < 0)


@given(st.floats(0.0001, 0.9999))
def test_log_odds_are_those_of_scipy(probability: float) -> None:
    assert log_odds(probability) == pytest.approx(float(logit(probability)))
    assert log_odds(0) == pytest.approx(float(logit(0.00005)))
    assert log_odds(1) == pytest.approx(float(logit(0.99995)))
