"""The fit finds what was planted, and its left-out probabilities are left out."""

from dataclasses import replace

import numpy as np
import pytest

from eval.fitting.examples import Examples, PassageExamples
from eval.fitting.logistic import (
    balanced,
    fit,
    fit_passages,
    left_out,
    left_out_passages,
    probabilities,
    weights_of,
)
from service.answering.confidence import Logistic


def planted(count: int, runs: int = 1) -> Examples:
    """Outcomes drawn from 1 / (1 + exp(-3 a)), which even mixes keep as they are."""
    random = np.random.default_rng(7)
    features = random.uniform(-2, 2, size=(count, 2))
    chances = 1 / (1 + np.exp(-3 * features[:, 0]))
    outcomes = (random.uniform(size=count) < chances).astype(np.float64)
    numbers = np.arange(count)
    return Examples(features, outcomes, numbers % runs, numbers % 5)


def test_the_fit_finds_what_was_planted() -> None:
    fitted = fit(planted(20_000), ("a", "b"))
    # the ridge draws the weight a little towards 0
    assert fitted.intercept == pytest.approx(0, abs=0.1)
    assert fitted.weights["a"] == pytest.approx(3, abs=0.3)
    assert fitted.weights["b"] == pytest.approx(0, abs=0.05)


def test_a_harmful_feature_gets_no_negative_weight() -> None:
    examples = planted(2_000)
    assert fit(replace(examples, features=-examples.features), ("a", "b")).weights["a"] == 0


def test_a_model_is_what_its_file_says() -> None:
    model = fit(planted(200), ("a", "b"))
    for value in (model.intercept, *model.weights.values()):
        assert value == float(f"{value:.4f}")


def test_probabilities_are_those_of_the_service() -> None:
    model = Logistic(-1.0, {"a": 2.0, "b": 0.5})
    found = probabilities(model, np.array([[0.75, 1.0], [0.0, 0.0]]))
    assert found.tolist() == [0.7311, 0.2689]  # 1 / (1 + exp(-1)), 1 / (1 + exp(1))


def test_weights_by_hand() -> None:
    outcomes = np.array([1, 0, 0, 1, 1, 0], float)
    runs = np.array([0, 0, 0, 1, 1, 1])
    expected = [1 / 4, 1 / 8, 1 / 8, 1 / 8, 1 / 8, 1 / 4]
    assert balanced(outcomes, runs).tolist() == expected


def test_shares_by_hand() -> None:
    outcomes, runs = np.array([1, 0, 0], float), np.zeros(3, np.int64)
    assert balanced(outcomes, runs, np.array([0.2, 1.0, 3.0])).tolist() == [1 / 2, 1 / 8, 3 / 8]


def test_weights_of_passages_by_hand() -> None:
    # of the first run two hits with 2 and 1 passages, and a miss with 3; of the second one hit
    owners = np.array([0, 0, 1, 2, 2, 2, 3])
    hits = np.array([True, True, True, False, False, False, True])
    runs = np.array([0] * 6 + [1])
    found = weights_of(hits, runs, owners)
    expected = [1 / 16, 1 / 16, 1 / 8, 1 / 12, 1 / 12, 1 / 12, 1 / 4]
    assert found == pytest.approx(np.array(expected))


def passages(count: int) -> PassageExamples:
    """Three passages of each question, of which two questions in three are hits."""
    examples = planted(3 * count)
    owners = np.repeat(np.arange(count), 3)
    return PassageExamples(replace(examples, folds=owners % 5), owners, owners % 3 > 0)


def test_passages_of_hits_alone_teach() -> None:
    given = passages(100)
    turned = given.examples.outcomes.copy()
    turned[~given.hits] = 1 - turned[~given.hits]
    other = replace(given, examples=replace(given.examples, outcomes=turned))
    assert fit_passages(other, ("a", "b")) == fit_passages(given, ("a", "b"))
    turned[given.hits] = 1 - turned[given.hits]
    other = replace(given, examples=replace(given.examples, outcomes=turned))
    assert fit_passages(other, ("a", "b")) != fit_passages(given, ("a", "b"))


def test_passages_keep_the_share_of_those_that_hold_the_answer() -> None:
    """Unlike questions, of which right and wrong ones count the same."""
    given = passages(2_000)
    held = (np.arange(6_000) % 10 == 0).astype(float)  # a tenth, whatever the features
    found = fit_passages(
        replace(given, examples=replace(given.examples, outcomes=held)), ("a", "b")
    )
    assert found.probability({"a": 0.0, "b": 0.0}) == pytest.approx(0.1, abs=0.02)


def test_the_own_fold_says_nothing_about_a_passage() -> None:
    given = passages(100)
    own = given.examples.folds == 2
    turned = given.examples.outcomes.copy()
    turned[own] = 1 - turned[own]
    before = left_out_passages(given, ("a", "b"))
    other = replace(given, examples=replace(given.examples, outcomes=turned))
    after = left_out_passages(other, ("a", "b"))
    assert after[own].tolist() == before[own].tolist()
    assert after[~own].tolist() != before[~own].tolist()


def test_a_missing_outcome_gives_its_weight_to_nobody() -> None:
    assert balanced(np.array([1.0, 1.0]), np.array([3, 3])).tolist() == [0.25, 0.25]


def test_the_own_fold_says_nothing_about_a_probability() -> None:
    examples = planted(300, runs=2)
    turned = examples.outcomes.copy()
    own = examples.folds == 2
    turned[own] = 1 - turned[own]
    before = left_out(examples, ("a", "b"))
    after = left_out(replace(examples, outcomes=turned), ("a", "b"))
    assert after[own].tolist() == before[own].tolist()
    assert after[~own].tolist() != before[~own].tolist()


def test_left_out_probabilities_are_of_models_of_the_other_folds() -> None:
    examples = planted(60)
    for fold in range(5):
        others, own = examples.folds != fold, examples.folds == fold
        rest = Examples(
            examples.features[others],
            examples.outcomes[others],
            examples.runs[others],
            examples.folds[others],
        )
        expected = probabilities(fit(rest, ("a", "b")), examples.features[own])
        assert left_out(examples, ("a", "b"))[own].tolist() == expected.tolist()
