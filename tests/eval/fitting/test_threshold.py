"""Thresholds by hand, and one that keeps what it states on questions it has not seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit
from scipy.stats import norm

from eval.errors import QuestionSetInvalid
from eval.fitting.examples import Examples
from eval.fitting.logistic import fit, left_out
from eval.fitting.threshold import best_threshold, conformal_threshold, questions_needed

NINE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


def test_the_threshold_with_the_best_shares() -> None:
    run = [(0.2, False), (0.3, False), (0.6, False), (0.5, True), (0.7, True), (0.8, True)]
    # from 0.31 to 0.5 all three are answered and two of three refused; no threshold does better
    assert best_threshold([run]) == 0.31


def test_every_run_counts_alike_for_the_threshold() -> None:
    large = [(0.9, True)] * 50 + [(0.1, False)] * 50
    small = [(0.55, True), (0.5, False)]
    assert best_threshold([large, small]) == 0.51


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
    assert (confidences >= conformal_threshold(confidences, 0.29)).sum() == 28


confidence = st.integers(0, 9_990).map(lambda step: step / 10_000)


@given(st.lists(confidence, min_size=1, max_size=60), st.integers(1, 99))
def test_no_lower_threshold_keeps_the_rate(values: list[float], percent: int) -> None:
    rate = percent / 100
    confidences = np.array(values)
    if len(values) < questions_needed(rate):
        with pytest.raises(QuestionSetInvalid, match="too few to state"):
            conformal_threshold(confidences, rate)
        return
    threshold = conformal_threshold(confidences, rate)
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
    message = f"^{needed - 1} unanswerable questions are too few to state {rate} .* have {needed},"
    with pytest.raises(QuestionSetInvalid, match=message):
        conformal_threshold(np.zeros(needed - 1), rate)


def test_what_no_threshold_refuses_is_told() -> None:
    with pytest.raises(QuestionSetInvalid, match=r"more unanswerable questions than 0\.2 have the"):
        conformal_threshold(np.array([1.0, 1.0, *NINE[:7]]), 0.2)


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
        model = fit(examples, ("x",))
        # the model answers from this value of the feature on
        least = (logit(threshold - 0.00005) - model.intercept) / model.weights["x"]
        true_rates.append(norm.sf(least))
    # 4 of 40 may pass: 0.1, a little less since models of fewer questions are less alike; the
    # mean of 200 has a standard error of 0.0033
    assert 0.08 <= np.mean(true_rates) <= 0.105
    assert np.std(true_rates) == pytest.approx(np.sqrt(0.1 * 0.9 / 41), rel=0.3)
