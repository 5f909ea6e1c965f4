"""Figures of many questions against cases computed by hand."""

from dataclasses import astuple

import numpy as np
import pytest

from eval.measures.figures import auroc, draw_counts, means, run_figures
from eval.measures.measure import judge
from eval.measures.names import NAMES
from eval.runs.record import Record
from eval.statistics.interval import Estimate, estimate
from tests.eval.made import places, record, response

WANTED = places(("a", 0, 10))


def asked(confidence: float, answerable: bool, score: float = 0.5, seconds: float = 0.0) -> Record:
    """A question with one passage that holds the place, if there is one."""
    made = response([("a", 0, 10)], confidence=confidence, scores=[score])
    return record(WANTED if answerable else (), made, seconds=seconds)


def test_counts_tell_how_often_each_question_was_drawn() -> None:
    drawn = np.array([[0, 1, 2], [1, 1, 1], [2, 0, 2]])
    assert draw_counts(drawn).tolist() == [[1, 1, 1], [0, 3, 0], [1, 0, 2]]


def test_means_leave_out_what_does_not_apply() -> None:
    judged = judge([asked(0.5, True), asked(0.5, True), asked(0.5, False), record(WANTED, None)])
    found = means(judged, 100)
    assert found["hit@1"] == estimate([1, 1, 0])
    assert astuple(found["refused"]) == pytest.approx((1, 0.2065, 1, 1), abs=1e-4)
    assert found["brier"] == Estimate(0.25, 0.25, 0.25, 3)
    assert "exact_match" not in found
    assert list(found) == [name for name in NAMES if name in found]


def test_auroc_of_questions_with_a_response() -> None:
    rows = [asked(0.9, True), asked(0.3, True), asked(0.5, False), asked(0.1, False)] * 5
    found = auroc(judge([*rows, record(WANTED, None)]))["auroc"]
    assert (found.mean, found.n) == (0.75, 20)
    assert 0 <= found.low < 0.75 < found.high <= 1


@pytest.mark.parametrize("records", [[], [asked(0.9, True)], [record((), None)]])
def test_there_is_no_auroc_of_one_kind(records: list[Record]) -> None:
    assert auroc(judge(records)) == {}


def test_figures_of_a_run_by_hand() -> None:
    rows = [(0.9, True, 0.8), (0.6, False, 0.3), (0.4, True, 0.6)]
    records = [asked(c, a, s, n / 1000) for n, (c, a, s) in enumerate(rows, start=1)]
    found = run_figures(judge([*records, record(WANTED, None, seconds=99)]))
    assert list(found) == [name for name in NAMES if name in found]
    assert {name: figure.mean for name, figure in found.items()} == {
        "aurc": pytest.approx((0 + 1 / 2 + 1 / 3) / 3),
        "ece": pytest.approx((0.1 + 0.6 + 0.6) / 3),
        "passage_ece": pytest.approx((0.2 + 0.3 + 0.4) / 3),
        "latency_p50": pytest.approx(2),
        "latency_p95": pytest.approx(2.9),
        "latency_p99": pytest.approx(2.98),
    }
    assert all(f.low <= f.mean <= f.high and f.n == 3 for f in found.values())
    assert (found["latency_p50"].low, found["latency_p50"].high) == pytest.approx((1, 3))


def test_passages_of_one_question_are_drawn_together() -> None:
    """Two questions whose passages are all off by 0.1 or by 0.9."""
    near = record(WANTED, response([("a", 0, 10)] * 9, scores=[0.9] * 9))
    far = record(WANTED, response([("b", 0, 10)] * 9, scores=[0.9] * 9))
    found = run_figures(judge([near, far]))["passage_ece"]
    # All are 0.9, and 1, 1/2 or 0 is observed: errors of 0.1 to 0.9, turned round 0.4. Single
    # passages, drawn apart, would nearly always be off by less than 0.7.
    assert (found.mean, found.low, found.high, found.n) == pytest.approx((0.4, 0, 0.7, 2))


def test_without_a_response_there_are_no_figures_of_a_run() -> None:
    assert run_figures(judge([record(WANTED, None)])) == {}
    assert "passage_ece" not in run_figures(judge([record(WANTED, response([]))]))


def test_the_interval_of_a_calibration_error_reaches_down_to_chance() -> None:
    """18 of 40 come true at 0.5: off by 0.05, which may be chance."""
    found = run_figures(judge([asked(0.5, n < 18) for n in range(40)]))["ece"]
    assert (found.mean, found.low) == pytest.approx((0.05, 0))
    assert found.mean < found.high < 0.15
