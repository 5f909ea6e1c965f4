"""Thresholds by hand, and one that keeps what it states on questions it has not seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit
from scipy.stats import norm

from eval.fitting.examples import Examples
from eval.fitting.logistic import fit, left_out
from eval.fitting.threshold import conformal_threshold, questions_needed, thresholds

NINE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


def test_thresholds_are_the_highest_of_the_runs_own() -> None:
    low, high = np.arange(99) / 200, np.arange(99) / 100
    found = thresholds([low, high])
    assert list(found) == [percent / 100 for percent in range(1, 51)]
    assert found == thresholds([high])
    # (k + 1) / 100 <= 0.05: four of 0.98, 0.97, ... may pass
    assert found[0.05] == 0.9401
    assert found[0.01] == 0.9801


def test_thresholds_fall_as_more_may_be_answered() -> None:
    found = thresholds([np.array(NINE * 20)])
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_share_that_a_run_is_too_small_for_is_not_stated() -> None:
    assert min(thresholds([np.array(NINE), np.zeros(500)])) == 0.1
    assert thresholds([np.zeros(0)]) == {}


def test_a_share_that_no_threshold_keeps_is_not_stated() -> None:
    certain = np.array([1.0, 1.0, *NINE[:7]])
    assert min(thresholds([certain])) == 0.3  # (2 + 1) / (9 + 1): both may pass


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
    ],
)
def test_conformal_thresholds_by_hand(
    confidences: list[float], rate: float, threshold: float
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
    if len(values) < questions_needed(rate):
        return
    threshold = conformal_threshold(confidences, rate)
    assert threshold is not None
    passing = int((confidences >= threshold).sum())
    more = int((confidences >= round(threshold - 0.0001, 4)).sum())
    assert 100 * (passing + 1) <= percent * (len(values) + 1)
    assert 100 * (more + 1) > percent * (len(values) + 1)


@pytest.mark.parametrize(
    ("rate", "needed"), [(0.5, 1), (0.3, 3), (0.1, 9), (0.07, 14), (0.05, 19), (0.01, 99)]
)
def test_how_many_questions_state_a_rate(rate: float, needed: int) -> None:
    assert questions_needed(rate) == needed
    assert conformal_threshold(np.zeros(needed), rate) == 0.0001


def test_what_no_threshold_refuses_is_told() -> None:
    assert conformal_threshold(np.array([1.0, 1.0, *NINE[:7]]), 0.2) is None


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
