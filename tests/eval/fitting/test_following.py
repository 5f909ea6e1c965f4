"""Thresholds that follow signals keep the stated share whatever the signals are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm

from eval.errors import QuestionSetInvalid
from eval.fitting.following import level, slopes
from eval.fitting.threshold import lower_thresholds, mean_thresholds, thresholds
from service.answering.limit import Limit, Slope

Run = tuple[NDArray[np.float64], NDArray[np.float64]]


def _run(random: np.random.Generator, n: int, size: float) -> Run:
    """Unanswerable questions whose log-odds rise by 2 with one signal and by -1 with another,
    which is about ``size``."""
    signals = np.column_stack([random.normal(size=n), random.normal(size, 0.1, n)])
    odds = signals @ [2.0, -1.0] + random.normal(0, 0.5, n) - 1
    return np.round(expit(odds), 4), signals


def _slopes(runs: list[Run], follow: dict[str, float | None]) -> dict[str, Slope]:
    return slopes([run[0] for run in runs], [run[1] for run in runs], follow, 0.05)


def test_slopes_are_those_that_the_confidences_have() -> None:
    random = np.random.default_rng(3)
    runs = [_run(random, 800, size) for size in (0.0, 2.0)]
    by = _slopes(runs, {"alike": None, "scarce": None})
    assert by["alike"].slope == pytest.approx(2.0, abs=0.2)
    assert by["scarce"].slope == pytest.approx(-1.0, abs=0.2)
    assert (by["alike"].at, by["scarce"].at) == pytest.approx((0.0, 1.0), abs=0.05)


def test_a_given_slope_is_kept_and_the_other_fitted_beside_it() -> None:
    random = np.random.default_rng(4)
    runs = [_run(random, 800, size) for size in (0.0, 2.0)]
    by = _slopes(runs, {"alike": 2.0, "scarce": None})
    assert by["alike"].slope == 2.0
    assert by["scarce"].slope == pytest.approx(-1.0, abs=0.2)
    given = _slopes(runs, {"alike": 0.5, "scarce": 3.0})
    assert (given["alike"].slope, given["scarce"].slope) == (0.5, 3.0)


def test_the_share_is_kept_in_each_run_and_at_each_height_of_the_signal() -> None:
    random = np.random.default_rng(5)
    runs = [_run(random, 800, size) for size in (0.0, 2.0)]
    by = _slopes(runs, {"alike": None, "scarce": None})
    stated = mean_thresholds([level(*run, by) for run in runs])[0.05]
    limit = Limit(stated, by)
    for size in (0.0, 2.0):
        confidences, signals = _run(random, 2000, size)
        answered = np.array(
            [
                confidence >= limit.of({"alike": alike, "scarce": scarce})
                for confidence, (alike, scarce) in zip(confidences, signals, strict=True)
            ]
        )
        for part in (signals[:, 0] < 0, signals[:, 0] >= 0):
            assert answered[part].mean() == pytest.approx(0.05, abs=0.02)


def test_a_level_is_compared_as_the_confidence_with_its_own_limit() -> None:
    random = np.random.default_rng(6)
    confidences, signals = _run(random, 500, 1.0)
    by = {"alike": Slope(1.5, 0.1), "scarce": Slope(-2.0, 1.0)}
    levels = level(confidences, signals, by)
    limit = Limit(0.3, by)
    for confidence, row, found in zip(confidences, signals, levels, strict=True):
        own = limit.of(dict(zip(by, row, strict=True)))
        if abs(own - confidence) > 0.001:  # apart by more than rounding
            assert (found >= 0.3) == (confidence >= own)
    assert level(np.zeros(1), np.ones((1, 2)), by).tolist() == [0.0]


def test_what_does_not_differ_cannot_be_followed() -> None:
    same = np.array([0.2, 0.3]), np.ones((2, 1))
    with pytest.raises(QuestionSetInvalid, match="cannot follow scarcity, the same for every"):
        _slopes([same], {"scarcity": None})
    assert _slopes([same], {"scarcity": 1.5}) == {"scarcity": Slope(1.5, 1.0)}


def test_every_run_weighs_the_same() -> None:
    random = np.random.default_rng(7)
    few = expit(random.normal(0, 1, 2000))
    many = expit(random.normal(-2, 1, 6000))
    stated = mean_thresholds([few, many])[0.05]
    odds = np.log(stated / (1 - stated))
    # the mean of both runs' true shares above it
    assert (norm.sf(odds) + norm.sf(odds + 2)) / 2 == pytest.approx(0.05, abs=0.01)


def test_of_one_run_the_mean_is_its_own() -> None:
    confidences = np.arange(99) / 100
    found = mean_thresholds([confidences])
    assert found[0.29] == 0.7001  # 28 of 99 pass: 0.71 and above
    assert (confidences >= found[0.29]).sum() == 28
    assert mean_thresholds([np.array([1.0])]) == {}


@given(st.integers(0, 2**32 - 1), st.integers(30, 120), st.integers(1, 3))
def test_the_lower_of_both_keeps_the_share_and_answers_what_the_highest_does(
    seed: int, n: int, runs: int
) -> None:
    random = np.random.default_rng(seed)
    made = [_run(random, n, size) for size in range(runs)]
    by = {"alike": Slope(2.0, 0.0), "scarce": Slope(-1.0, 1.0)}
    confidences = [run[0] for run in made]
    levels = [level(*run, by) for run in made]
    most = thresholds(confidences)
    stated = lower_thresholds(levels, confidences, most)
    assert list(stated) == list(most)
    assert list(stated.values()) == sorted(stated.values(), reverse=True)
    for rate in (0.05, 0.2):
        limit = Limit(stated[rate], by, most[rate])
        shares = []
        for own, signals in made:
            limits = [limit.of(dict(zip(by, row, strict=True))) for row in signals]
            assert max(limits) <= most[rate]
            shares.append(np.mean(own >= np.array(limits) + 0.0005))  # but for what is rounded
        assert np.mean(shares) <= rate


def test_where_the_highest_lets_the_share_pass_the_line_lets_no_more() -> None:
    confidences = np.arange(99) / 100
    most = thresholds([confidences])
    stated = lower_thresholds([confidences[::-1]], [confidences], {0.29: most[0.29]})
    assert stated == {0.29: 0.9801}  # above the level of the least confident, 0.98
    assert lower_thresholds([np.ones(99)], [np.ones(99)], {0.29: 0.5}) == {0.29: 1.0}
