"""Thresholds by hand, and one that keeps what it states on questions it has not seen."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import logit
from scipy.stats import norm

from eval.fitting.examples import Examples
from eval.fitting.logistic import fit, left_out
from eval.fitting.threshold import RATES, conformal_threshold, questions_needed, thresholds

NINE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


@pytest.mark.parametrize(
    ("confidences", "rate", "threshold"),
    [
        (NINE, 0.1, 0.9001),  # (0 + 1) / 10: none may pass
        (NINE, 0.19, 0.9001),
        (NINE, 0.2, 0.8001),  # (1 + 1) / 10: one may
        (NINE[::-1], 0.2, 0.8001),
        (NINE, 0.9, 0.1001),  # eight of nine may
        ([*NINE[:6], 0.8, 0.8, 0.9], 0.2, 0.8001),  # two of equal height: neither passes
        ([*NINE[:6], 0.8, 0.8, 0.9], 0.3, 0.8001),
        ([*NINE[:6], 0.8, 0.8, 0.9], 0.4, 0.6001),  # both pass
        ([*NINE[:7], 0.9, 0.9], 0.2, 0.9001),
        ([0.0] * 9, 0.1, 0.0001),
        ([0.9999] * 9, 0.5, 1.0),
        ([0.3], 0.5, 0.3001),
        ([1.0, *NINE[:8]], 0.2, 0.8001),  # it may pass
        ([1.0, *NINE[:8]], 0.1, None),  # nothing refuses it
        ([1.0, 1.0, *NINE[:7]], 0.2, None),
    ],
)
def test_conformal_thresholds_by_hand(
    confidences: list[float], rate: float, threshold: float | None
) -> None:
    assert conformal_threshold(np.array(confidences), rate) == threshold


def test_a_rate_is_what_its_digits_say() -> None:
    # 0.29 of 100 is 29, so 28 of 99 pass; in binary 0.29 * 100 is a little less
    confidences = np.arange(99) / 100
    threshold = conformal_threshold(confidences, 0.29)
    assert threshold is not None
    assert (confidences >= threshold).sum() == 28


confidence = st.integers(0, 9_990).map(lambda step: step / 10_000)


@given(st.lists(confidence, min_size=1, max_size=60), st.integers(1, 99))
def test_no_lower_threshold_keeps_the_rate(values: list[float], percent: int) -> None:
    rate = percent / 100
    confidences = np.array(values)
    assume(len(values) >= questions_needed(rate))
    threshold = conformal_threshold(confidences, rate)
    assert threshold is not None
    passing = int((confidences >= threshold).sum())
    more = int((confidences >= round(threshold - 0.0001, 4)).sum())
    assert 100 * (passing + 1) <= percent * (len(values) + 1)
    assert 100 * (more + 1) > percent * (len(values) + 1)


@pytest.mark.parametrize(
    ("rate", "needed"), [(0.5, 1), (0.25, 3), (0.1, 9), (0.07, 14), (0.05, 19), (0.01, 99)]
)
def test_how_many_questions_state_a_rate(rate: float, needed: int) -> None:
    assert questions_needed(rate) == needed
    assert conformal_threshold(np.zeros(needed), rate) == 0.0001
    assert min(thresholds([np.zeros(needed)])) == rate
    assert rate not in thresholds([np.zeros(needed - 1)])


def test_every_percent_to_a_half_is_stated() -> None:
    assert RATES[:3] == (0.01, 0.02, 0.03)
    assert (len(RATES), RATES[-1]) == (50, 0.5)
    assert tuple(thresholds([np.arange(99) / 100])) == RATES


def test_the_highest_of_the_runs_own_thresholds_counts() -> None:
    few, many = np.array([0.5, 0.2, 0.1, 0.0]), np.array(NINE)
    both = thresholds([few, many])
    # four questions state 20 % and more; at 20 % none of four and one of nine may pass, at
    # 40 % one and three, at 50 % one and four
    assert min(both) == 0.2
    assert [both[rate] for rate in (0.2, 0.4, 0.5)] == [0.8001, 0.6001, 0.5001]
    assert both == thresholds([many, few])
    assert thresholds([few])[0.4] == 0.2001


def test_a_share_that_no_threshold_keeps_is_left_out() -> None:
    one_sure = np.array([1.0, *NINE[:8]])
    assert min(thresholds([one_sure])) == 0.2
    assert thresholds([one_sure])[0.2] == 0.8001
    assert min(thresholds([np.array(NINE)])) == 0.1
    assert min(thresholds([np.array(NINE), one_sure])) == 0.2


@pytest.mark.parametrize("confidences", [[], [1.0], [1.0] * 60])
def test_there_may_be_nothing_to_state(confidences: list[float]) -> None:
    assert thresholds([np.array(confidences)]) == {}


@given(st.lists(st.lists(confidence, min_size=1, max_size=40), min_size=1, max_size=3))
def test_a_higher_share_has_no_higher_threshold(runs: list[list[float]]) -> None:
    stated = list(thresholds([np.array(run) for run in runs]).values())
    assert stated == sorted(stated, reverse=True)


def _simulated(random: np.random.Generator, answerable: int, unanswerable: int) -> Examples:
    """One feature, N(1, 1) of answerable and N(0, 1) of unanswerable questions."""
    outcomes = np.array([1.0] * answerable + [0.0] * unanswerable)
    features = random.normal(outcomes)[:, None]
    runs = np.zeros(len(outcomes), dtype=np.int64)
    return Examples(features, outcomes, runs, np.arange(len(outcomes)) % 5)


def test_the_stated_rate_is_kept_on_new_questions() -> None:
    """Over many calibrations the true rate is, in the mean, the stated one and not far below."""
    random = np.random.default_rng(5)
    true_rates = []
    for _ in range(200):
        examples = _simulated(random, 40, 39)
        confidences = left_out(examples, ("x",))
        threshold = conformal_threshold(confidences[examples.outcomes == 0], 0.1)
        assert threshold is not None
        model = fit(examples, ("x",))
        # the model answers from this value of the feature on
        least = (logit(threshold - 0.00005) - model.intercept) / model.weights["x"]
        true_rates.append(norm.sf(least))
    # 4 of 40 may pass: 0.1, a little less since models of fewer questions are less alike; the
    # mean of 200 has a standard error of 0.0033
    assert 0.08 <= np.mean(true_rates) <= 0.105
    assert np.std(true_rates) == pytest.approx(np.sqrt(0.1 * 0.9 / 41), rel=0.3)
