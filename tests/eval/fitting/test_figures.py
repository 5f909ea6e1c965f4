"""What is told of a calibration, by hand."""

import numpy as np
import pytest

from eval.fitting.examples import Examples
from eval.fitting.figures import LeftOut, Validated, calibration_error
from eval.fitting.logistic import balanced


def left(probabilities: list[float], outcomes: list[int], runs: list[int]) -> LeftOut:
    """Examples without features."""
    count = len(outcomes)
    nothing = np.zeros(count, dtype=np.int64)
    examples = Examples(np.zeros((count, 1)), np.array(outcomes, float), np.array(runs), nothing)
    weights = balanced(examples.outcomes, examples.runs)
    return LeftOut(examples, np.array(probabilities), weights)


def test_calibration_error_of_equal_bins_by_hand() -> None:
    # twenty examples are ten bins of two: 0.4 and 0.6 with one positive are right together
    predicted = np.array([0.4, 0.6] * 10)
    assert calibration_error(np.sort(predicted), np.zeros(20), np.full(20, 0.05)) == pytest.approx(
        0.5
    )
    right = np.array([0.5] * 20)
    assert calibration_error(right, np.array([0.0, 1.0] * 10), np.full(20, 0.05)) == 0
    wrong_ways = np.array([0.0] * 10 + [1.0] * 10)  # every bin of one outcome: no help from others
    assert calibration_error(right, wrong_ways, np.full(20, 0.05)) == pytest.approx(0.5)


def test_calibration_error_weighs() -> None:
    # a bin each: gaps 0.2 and 0.6 with weights 3/4 and 1/4
    error = calibration_error(np.array([0.2, 0.4]), np.array([0.0, 1.0]), np.array([0.75, 0.25]))
    assert error == pytest.approx(0.3)


def test_quality_by_hand() -> None:
    found = left([0.9, 0.4, 0.2, 0.1], [1, 0, 0, 0], [0, 0, 0, 0]).quality()
    # the positive weighs 1/2, each negative 1/6; a bin each
    brier = 0.01 / 2 + (0.16 + 0.04 + 0.01) / 6
    assert (found.examples, found.auroc) == (4, 1.0)
    assert found.brier == pytest.approx(brier)
    assert found.ece == pytest.approx(0.1 / 2 + (0.4 + 0.2 + 0.1) / 6)


def test_figures_by_hand() -> None:
    questions = left(
        [0.9, 0.3, 0.5, 0.2, 0.8, 0.4, 0.6, 0.1], [1, 1, 0, 0, 1, 0, 0, 0], [0] * 4 + [1] * 4
    )
    answerable = np.array([True, True, False, False, True, True, False, False])
    validated = Validated(questions, questions, answerable)
    one, both = validated.figures(0.5, 0), validated.figures(0.5)
    assert (one.false_answers.mean, one.false_abstentions.mean, one.coverage.mean) == (
        0.5,
        0.5,
        0.5,
    )
    assert (both.false_answers.mean, both.false_answers.n) == (0.5, 4)
    assert (both.false_abstentions.mean, both.coverage.n) == (0.5, 8)
    # Wilson's interval of 2 of 4, as scipy.stats.binomtest(2, 4) has it
    assert (both.false_answers.low, both.false_answers.high) == pytest.approx(
        (0.1500, 0.8500), abs=1e-4
    )
    assert validated.unanswerable(0).tolist() == [0.5, 0.2]
    assert validated.unanswerable(1).tolist() == [0.6, 0.1]
    assert one.question.examples == 4
    assert both.passage == both.question == questions.quality()


def test_figures_are_told_in_four_digits() -> None:
    questions = left([0.9, 0.3, 0.2], [1, 0, 0], [0] * 3)
    figures = Validated(questions, questions, np.array([True, False, False])).figures(0.25)
    assert figures.as_json() == {
        "false_answers": {"mean": 0.5, "low": 0.0945, "high": 0.9055, "n": 2},
        "false_abstentions": {"mean": 0.0, "low": 0.0, "high": 0.7935, "n": 1},
        "coverage": {"mean": 0.6667, "low": 0.2077, "high": 0.9385, "n": 3},
        "passage": {"examples": 3, "auroc": 1.0, "brier": 0.0375, "ece": 0.175},
        "question": {"examples": 3, "auroc": 1.0, "brier": 0.0375, "ece": 0.175},
    }
