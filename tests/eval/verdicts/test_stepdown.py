"""Step-down max-T: p-values against a count of all patterns of signs, and its properties."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from eval.verdicts.stepdown import falls
from tests.eval.verdicts.power import share_failed

TABLES = arrays(
    np.float64,
    st.tuples(st.integers(1, 12), st.integers(1, 4)),
    elements=st.sampled_from([-1.0, -0.5, 0.0, 0.0, 1.0]),
)


def _by_hand(changes: NDArray[np.float64]) -> list[float]:
    """Westfall and Young's step-down procedure as written, over every pattern of signs."""
    scale = [float(np.sqrt((column**2).sum())) or None for column in changes.T]

    def statistics(signs: tuple[int, ...]) -> list[float]:
        sums = np.array(signs) @ changes
        return [-s / d if d else -np.inf for s, d in zip(sums, scale, strict=True)]

    observed = statistics((1,) * len(changes))
    drawn = [statistics(signs) for signs in product((1, -1), repeat=len(changes))]
    left = sorted(range(len(observed)), key=lambda j: -observed[j])
    corrected, lowest = [1.0] * len(observed), 0.0
    while left:
        first = left[0]
        reached = [max(t[j] for j in left) >= observed[first] - 1e-9 for t in drawn]
        lowest = max(lowest, sum(reached) / len(drawn))
        corrected[first] = lowest
        left = left[1:]
    return corrected


@pytest.mark.parametrize("seed", range(5))
def test_it_is_close_to_the_count_of_all_patterns(seed: int) -> None:
    random = np.random.default_rng(seed)
    changes = random.choice([-1.0, -0.5, 0.0, 0.5], size=(9, 4))
    # 9,999 draws: one standard error is at most 0.005
    assert falls(changes) == pytest.approx(_by_hand(changes), abs=0.025)


def test_one_measure_is_the_plain_sign_flip_test() -> None:
    # 25 worse, 10 better: the binomial probability of 25 or more of 35
    changes = np.array([-1.0] * 25 + [1.0] * 10 + [0.0] * 265)[:, None]
    assert falls(changes, 99_999)[0] == pytest.approx(0.00834, abs=0.0009)


def test_a_measure_that_did_not_change_takes_nothing_from_the_others() -> None:
    fallen = np.array([-1.0] * 12 + [1.0] * 3)[:, None]
    beside = np.hstack([np.zeros((15, 5)), fallen])
    assert falls(beside) == [1.0] * 5 + falls(fallen)


def test_what_measures_have_in_common_is_counted_once() -> None:
    fallen = np.array([-1.0] * 12 + [1.0] * 3)[:, None]
    assert falls(np.hstack([fallen, 0.5 * fallen])) == falls(fallen) * 2


def test_a_rise_is_no_fall() -> None:
    assert falls(np.ones((20, 1))) == [1.0]


def test_without_questions_nothing_fell() -> None:
    assert falls(np.zeros((0, 2))) == [1.0, 1.0]


@given(TABLES)
def test_correction_only_raises_and_order_is_of_no_matter(changes: NDArray[np.float64]) -> None:
    together = falls(changes, 199)
    alone = [falls(changes[:, [j]], 199)[0] for j in range(changes.shape[1])]
    assert all(t >= a - 1e-12 for t, a in zip(together, alone, strict=True))
    assert falls(changes[:, ::-1], 199) == together[::-1]
    assert all(1 / 200 <= p <= 1 for p in together)


def test_gates_of_equal_runs_fail_seldom() -> None:
    # 5 % at most; 300 gates: 7.7 % would be more than two standard errors above
    assert share_failed("equal", gates=300, resamples=199) < 0.077


def test_gates_of_worse_runs_fail() -> None:
    # 25 of 300 questions worse and 10 better in the evidence, chance changes in the rest
    assert share_failed("evidence", gates=100, resamples=999) > 0.85
