"""Probabilities against cases computed by hand."""

import random
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.reliability import (
    bins,
    brier_measures,
    calibration_errors,
    confidences,
    is_right,
    passage_scores,
)
from eval.runs.record import Record
from eval.statistics.interval import estimate
from tests.eval.made import places, record, response, whole

WANTED = places(("a", 0, 10))


def asked(confidence: float, right: bool) -> Record:
    """An answerable question with this confidence whose first passage holds the place, or not."""
    return record(WANTED, response([("a", 0, 10 if right else 9)], confidence=confidence))


def error(*pairs: tuple[float, bool]) -> float:
    """The calibration error of confidences, each question once."""
    found = confidences([asked(*pair) for pair in pairs])
    return float(calibration_errors(found, np.ones((1, len(pairs)), dtype=np.int64))[0])


def test_right_is_a_place_in_the_first_five_passages() -> None:
    fifth, sixth = ([("b", 0, 10)] * n + [("a", 0, 10)] for n in (4, 5))
    assert is_right(record(WANTED, response(fifth)))
    assert not is_right(record(WANTED, response(sixth)))
    assert is_right(record(whole("a"), response([("a", 3, 4)])))
    assert not is_right(record((), response([("a", 0, 10)])))
    assert not is_right(record(WANTED, None))


def test_squared_errors_of_confidence_and_scores() -> None:
    made = response([("a", 0, 10), ("b", 0, 10), ("a", 0, 20)], confidence=0.75, scores=[1, 0.5, 0])
    values = brier_measures(record(WANTED, made))
    # errors of the scores: 0, 0.5 and 1
    assert values == {"brier": 0.0625, "passage_brier": pytest.approx(1.25 / 3)}
    unanswerable = brier_measures(record((), made))
    assert unanswerable == {"brier": 0.5625, "passage_brier": pytest.approx(1.25 / 3)}


def test_what_gave_no_probability_has_no_error() -> None:
    assert brier_measures(record(WANTED, None)) == {}
    assert brier_measures(record(WANTED, response([], confidence=0.5))) == {"brier": 0.25}


def test_the_error_is_the_mean_distance_of_bins() -> None:
    # 20 questions, two in a bin of which one is right: |0.5 - predicted|, times 2/20
    pairs = [(n / 20 + side, side > 0) for n in range(0, 20, 2) for side in (0.0, 0.02)]
    assert error(*pairs) == pytest.approx(
        sum(abs(0.5 - (n / 20 + 0.01)) for n in range(0, 20, 2)) / 10
    )


def test_fewer_questions_than_bins_have_one_each() -> None:
    assert error((0.9, True), (0.2, False), (0.6, False)) == pytest.approx(0.9 / 3)


def test_equal_predictions_share_a_bin() -> None:
    # the eight have 0.5 and half are right; each in a bin of its own would be off by 0.5
    pairs = [(0.5, n % 2 == 0) for n in range(8)]
    assert error(*pairs) == 0
    assert error((0.1, True), *pairs, (0.9, True)) == pytest.approx((0.9 + 0.1) / 10)


def test_a_question_counts_as_often_as_it_is_drawn() -> None:
    found = confidences([asked(0.9, True), asked(0.2, False), asked(0.6, False)])
    counts = np.array([[1, 1, 1], [3, 0, 0], [0, 1, 2], [0, 0, 0]])
    assert calibration_errors(found, counts) == pytest.approx(
        [0.9 / 3, 0.1, (0.2 + 2 * 0.6) / 3, np.nan], nan_ok=True
    )


def test_passages_count_as_often_as_their_question() -> None:
    records = [
        record(WANTED, None),
        record(WANTED, response([("a", 0, 10), ("b", 0, 10)], scores=[0.9, 0.3])),
        record((), response([("a", 0, 10)], scores=[0.5])),
    ]
    found = passage_scores(records)
    assert found.questions.tolist() == [1, 2, 1]
    assert found.outcomes.tolist() == [0, 0, 1]
    counts = np.array([[1, 1, 1], [5, 0, 1], [0, 2, 1]])
    assert calibration_errors(found, counts) == pytest.approx(
        [(0.3 + 0.5 + 0.1) / 3, 0.5, (2 * 0.3 + 0.5 + 2 * 0.1) / 5]
    )


def test_bins_are_of_equal_count() -> None:
    found = bins(confidences([asked(n / 100, n >= 60) for n in range(100)]))
    assert [each.predicted for each in found] == pytest.approx([n / 10 + 0.045 for n in range(10)])
    assert [each.observed.mean for each in found] == [0] * 6 + [1] * 4
    # Wilson's interval of 0 and of 10 in 10: z^2 / (n + z^2) with z = 1.959964
    z2 = 1.959963984540054**2
    assert astuple(found[0].observed) == pytest.approx((0, 0, z2 / (10 + z2), 10))
    assert astuple(found[9].observed) == pytest.approx((1, 10 / (10 + z2), 1, 10))


def test_equal_predictions_have_one_bin() -> None:
    (only,) = bins(confidences([asked(0.25, n == 0) for n in range(5)]))
    assert (only.predicted, only.observed) == (0.25, estimate([1, 0, 0, 0, 0]))


def test_without_a_response_there_is_no_bin() -> None:
    assert bins(confidences([record(WANTED, None)])) == ()
    assert bins(passage_scores([record(WANTED, response([]))])) == ()


PAIRS = st.lists(st.tuples(st.integers(0, 8).map(lambda n: n / 8), st.booleans()), min_size=1)


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_error_is_that_of_the_bins_in_any_order(
    pairs: list[tuple[float, bool]], chance: random.Random
) -> None:
    found = bins(confidences([asked(*pair) for pair in pairs]))
    by_bins = sum(b.observed.n * abs(b.observed.mean - b.predicted) for b in found) / len(pairs)
    assert 0 <= error(*pairs) <= 1
    assert error(*pairs) == pytest.approx(by_bins)
    shuffled = chance.sample(pairs, len(pairs))
    assert error(*shuffled) == pytest.approx(by_bins)
