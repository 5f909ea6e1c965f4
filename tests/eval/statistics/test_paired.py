"""Two runs are compared question by question, in many measures at once."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eval.statistics.flips import flip_test
from eval.statistics.paired import holm, paired_difference, paired_differences

SCORES = st.sampled_from([None, 0.0, 1.0, 0.5, 1 / 3, 0.25])
PAIRS = st.lists(st.tuples(SCORES, SCORES), max_size=30)


def test_the_difference_is_the_mean_of_differences() -> None:
    found = paired_difference([0, 0.5, 1, None, 1], [1, 0.5, 1, 1, None])
    assert found is not None
    assert found.mean == pytest.approx(1 / 3)
    assert found.n == 3


def test_few_questions_are_tested_exactly() -> None:
    # all five improve by the same: of 32 sign patterns two are as extreme, none is higher
    found = paired_difference([0.0] * 5, [1.0] * 5)
    assert found is not None
    assert (found.p, found.p_worse) == (2 / 32, 1)
    assert (found.low, found.high) == (1, 1)


def test_a_loss_is_tested_on_one_side_too() -> None:
    found = paired_difference([1.0] * 5, [0.0] * 5)
    assert found is not None
    assert (found.p, found.p_worse) == (2 / 32, 1 / 32)


def test_equal_runs_do_not_differ() -> None:
    found = paired_difference([0.3, 0.7, 1.0], [0.3, 0.7, 1.0])
    assert found is not None
    assert (found.mean, found.low, found.high, found.p, found.p_worse) == (0, 0, 0, 1, 1)


def test_one_question_says_nothing() -> None:
    found = paired_difference([0.25, None], [1.0, 1.0])
    assert found is not None
    assert (found.low, found.mean, found.high) == (-math.inf, 0.75, math.inf)
    assert (found.p, found.n) == (1, 1)


def test_what_applies_to_no_question_is_not_compared() -> None:
    assert paired_difference([None, 1.0], [1.0, None]) is None
    assert paired_difference([], []) is None


def test_the_interval_is_that_of_student() -> None:
    base, other = np.random.default_rng(3).uniform(size=(2, 40))
    found = paired_difference(base.tolist(), other.tolist())
    assert found is not None
    expected = stats.ttest_rel(other, base).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_many_measures_are_compared_as_each_alone() -> None:
    random = np.random.default_rng(4)
    base, other = random.integers(0, 4, size=(2, 5, 60)) / 3
    applies = random.random((5, 60)) < np.array([1, 0.9, 0.5, 0.1, 0])[:, None]
    masked = [
        [x if known else None for x, known in zip(*row, strict=True)]
        for row in zip(other.tolist(), applies.tolist(), strict=True)
    ]
    before = {str(i): row for i, row in enumerate(base.tolist())}
    after = {str(i): row for i, row in enumerate(masked)}
    found = paired_differences(before, after)
    assert [value.n if value else 0 for value in found.values()] == applies.sum(axis=1).tolist()
    assert found == {i: paired_difference(before[i], after[i]) for i in before}


def test_where_a_measure_does_not_apply_counts_as_if_not_asked() -> None:
    base, other = [0.0, None, 0.5, 1.0, 0.25], [1.0, 0.0, None, 0.5, 0.75]
    assert paired_difference(base, other) == paired_difference([0.0, 1.0, 0.25], [1.0, 0.5, 0.75])


def test_the_p_values_are_those_of_the_sign_flip_test() -> None:
    base, other = np.random.default_rng(3).uniform(size=(2, 40))
    found = paired_difference(base.tolist(), other.tolist(), resamples=99)
    expected = flip_test((other - base)[:, None], 99)
    assert found is not None
    assert (found.p, found.p_worse) == (expected.either[0], expected.lower[0])


def test_no_measures_have_no_differences() -> None:
    assert paired_differences({}, {}) == {}


@pytest.mark.parametrize(
    ("base", "other", "sentence"),
    [
        ({"a": [1.0], "b": [1.0]}, {"a": [1.0]}, "measured on one side only: b; compare"),
        ({"a": [1.0]}, {"a": [1.0, 0.0]}, "differ in number; list every"),
        ({"a": [1.0], "b": [1, 0]}, {"a": [1.0], "b": [1, 0]}, "differ in number; list every"),
        ({"a": [math.nan, 1]}, {"a": [1, 1]}, "a value of 'a' is not finite; put None"),
        ({"a": [1.0]}, {"a": [math.inf]}, "a value of 'a' is not finite; put None"),
    ],
)
def test_sides_that_do_not_match_are_refused(
    base: dict[str, list[float]], other: dict[str, list[float]], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        paired_differences(base, other)


@given(PAIRS)
def test_swapping_the_sides_mirrors(pairs: list[tuple[float | None, float | None]]) -> None:
    base, other = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    there, back = paired_difference(base, other, 255), paired_difference(other, base, 255)
    if there is None or back is None:
        assert there is back
        return
    assert there.low <= there.mean <= there.high
    assert (back.low, back.mean, back.high) == pytest.approx((-there.high, -there.mean, -there.low))
    assert back.p == there.p
    assert 0 < there.p_worse <= 1
    assert there.p_worse + back.p_worse > 1


@given(PAIRS, st.sampled_from([0.25, 3.0]), st.sampled_from([-1.0, 0.1]))
def test_scale_and_shift_of_both_sides_change_no_p_value(
    pairs: list[tuple[float | None, float | None]], scale: float, shift: float
) -> None:
    base, other = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    found = paired_difference(base, other, 255)
    moved = paired_difference(_moved(base, scale, shift), _moved(other, scale, shift), 255)
    if found is None or moved is None:
        assert found is moved
        return
    assert moved.mean == pytest.approx(scale * found.mean, abs=1e-12)
    assert (moved.p, moved.p_worse) == (found.p, found.p_worse)


def _moved(values: list[float | None], scale: float, shift: float) -> list[float | None]:
    return [None if value is None else scale * value + shift for value in values]


def test_a_large_difference_is_found() -> None:
    random = np.random.default_rng(5)
    one = random.integers(0, 2, size=300).astype(float)
    other = np.where(random.uniform(size=300) < 0.15, 1.0, one)
    found = paired_difference(one.tolist(), other.tolist())
    assert found is not None
    assert found.p < 0.001
    assert found.p_worse == 1
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


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_each_p_and_bonferroni(values: list[float]) -> None:
    corrected = holm(values)
    for value, found in zip(values, corrected, strict=True):
        assert value <= found <= 1
        assert found >= min(1, len(values) * min(values))
    order = np.argsort(values, kind="stable")
    assert (np.diff(np.array(corrected)[order]) >= 0).all()
