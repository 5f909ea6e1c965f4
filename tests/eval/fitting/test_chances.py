"""Calibration errors by hand, of questions with one probability and with several."""

import numpy as np
import pytest

from eval.fitting.chances import Chances


def chances(*rows: tuple[float, int, int, int, int]) -> Chances:
    """Of rows of a value, an outcome, whether it is of a hit, a run and a question."""
    values, outcomes, hits, runs, questions = np.array(rows, np.float64).T
    return Chances(values, outcomes, hits, runs.astype(np.int64), questions.astype(np.int64))


def test_hits_and_others_weigh_the_same() -> None:
    # one hit of which 0.8 was said, three others of 0.4: half of 0.2, and half of 0.4
    rows = [(0.8, 1, 1, 0, 0), *((0.4, 0, 0, 0, n) for n in (1, 2, 3))]
    assert chances(*rows).error() == pytest.approx(0.2 / 2 + 0.4 / 2)


def test_of_a_question_all_values_weigh_the_same_and_questions_too() -> None:
    # hits: a question of two passages (gaps 0.1 and 0.3), one of one (gap 0.2); another question
    first = [(0.9, 1, 1, 0, 0), (0.3, 0, 1, 0, 0)]
    rest = [(0.8, 1, 1, 0, 1), (0.01, 0, 0, 0, 2)]
    expected = (0.1 / 2 + 0.3 / 2) / 4 + 0.2 / 4 + 0.01 / 2
    assert chances(*first, *rest).error() == pytest.approx(expected)


def test_every_run_weighs_the_same() -> None:
    right = [(1.0, 1, 1, 0, 0), (0.0, 0, 0, 0, 1)]
    wrong = [(0.9, 0, 0, 1, n) for n in range(2, 9)] + [(0.1, 1, 1, 1, 9)]
    assert chances(*right, *wrong).error() == pytest.approx(0.9 / 2)


def test_equal_values_share_a_bin() -> None:
    # half of them come true, whatever their order
    rows = [(0.5, n % 2, n % 2, 0, n) for n in range(40)]
    assert chances(*rows).error() == pytest.approx(0)
    assert chances(*sorted(rows, key=lambda row: row[1])).error() == pytest.approx(0)


def test_whole_questions_are_drawn_anew() -> None:
    # of each question one passage is right and four are wrong: every drawing is like every other
    one = [(1.0, 1), *[(0.25, 0)] * 4]
    rows = [(v, o, 1, 0, n) for n in range(30) for v, o in one]
    found = chances(*rows).estimate()
    assert found.n == 30
    assert [found.low, found.mean, found.high] == pytest.approx([0.2] * 3)


def test_questions_may_have_several_and_one() -> None:
    rows = [(0.5, 1, 1, 0, 0), (0.5, 0, 1, 0, 0), (0.5, 0, 0, 0, 1), (0.2, 0, 0, 0, 2)]
    found = chances(*rows).estimate()
    assert found.low <= found.mean <= found.high
    assert found.n == 3
