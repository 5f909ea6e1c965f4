"""Two runs are compared question by question."""

import numpy as np
import pytest

from eval.statistics.paired import holm, paired_difference


def test_the_difference_is_the_mean_of_differences() -> None:
    found = paired_difference([0, 0.5, 1, None, 1], [1, 0.5, 1, 1, None])
    assert found is not None
    assert found.mean == pytest.approx(1 / 3)
    assert found.n == 3


def test_few_questions_are_tested_exactly() -> None:
    # all five improve by the same: of 32 sign patterns two are as extreme
    found = paired_difference([0.0] * 5, [1.0] * 5)
    assert found is not None
    assert found.p == pytest.approx(2 / 32)
    assert (found.low, found.high) == (1, 1)


def test_equal_runs_do_not_differ() -> None:
    found = paired_difference([0.3, 0.7, 1.0], [0.3, 0.7, 1.0])
    assert found is not None
    assert (found.mean, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_what_applies_to_no_question_is_not_compared() -> None:
    assert paired_difference([None, 1.0], [1.0, None]) is None


def test_order_of_the_sides_turns_the_sign_only() -> None:
    random = np.random.default_rng(3)
    one, other = random.uniform(size=(2, 40)).tolist()
    there, back = paired_difference(one, other), paired_difference(other, one)
    assert there is not None
    assert back is not None
    assert there.mean == pytest.approx(-back.mean)
    assert there.p == pytest.approx(back.p, abs=0.02)


def test_a_true_null_is_rejected_about_as_often_as_stated() -> None:
    random = np.random.default_rng(11)
    rejected = 0
    for _ in range(200):
        one, other = random.integers(0, 2, size=(2, 30)).astype(float).tolist()
        found = paired_difference(one, other)
        assert found is not None
        rejected += found.p < 0.05
    # 200 draws at 0.05 or less: more than 20 have a chance below one in a thousand
    assert rejected <= 20


def test_a_large_difference_is_found() -> None:
    random = np.random.default_rng(5)
    one = random.integers(0, 2, size=300).astype(float)
    other = np.where(random.uniform(size=300) < 0.15, 1.0, one)
    found = paired_difference(one.tolist(), other.tolist())
    assert found is not None
    assert found.p < 0.001
    assert 0 < found.low < found.mean < found.high


@pytest.mark.parametrize(
    ("values", "corrected"),
    [
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        ([0.5, 0.6], [1.0, 1.0]),
        ([0.02], [0.02]),
        ([], []),
    ],
)
def test_holm_by_hand(values: list[float], corrected: list[float]) -> None:
    assert holm(values) == pytest.approx(corrected)
