"""Scores become probabilities by a formula that one can follow."""

from dataclasses import replace
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answer import Scores
from service.confidence import (
    Logistic,
    load_calibration,
    passage_features,
    question_features,
)
from service.engine import Engine

finite = st.floats(-1e6, 1e6)
shares = st.floats(0, 1)


def test_the_formula() -> None:
    model = Logistic(-1.0, {"dense": 2.0, "coverage": 0.5})
    # -1 + 2 * 0.75 + 0.5 * 1 = 1
    assert model.probability({"dense": 0.75, "coverage": 1.0}) == pytest.approx(1 / (1 + exp(-1)))


def test_nothing_known_is_the_intercept_alone() -> None:
    assert Logistic(0.0, {}).probability({}) == 0.5


@given(finite, st.dictionaries(st.sampled_from("abc"), finite), finite)
def test_it_is_a_probability(intercept: float, weights: dict[str, float], value: float) -> None:
    probability = Logistic(intercept, weights).probability(dict.fromkeys("abc", value))
    assert 0 <= probability <= 1


@given(shares, shares)
def test_a_positive_weight_never_lowers_it(one: float, other: float) -> None:
    low, high = sorted((one, other))
    model = Logistic(-3.0, {"dense": 5.0})
    assert model.probability({"dense": low}) <= model.probability({"dense": high})


def _at(scores: Scores, dense: float) -> Scores:
    return replace(scores, dense=dense)


def test_the_shipped_passage_model_grows_with_likeness(small_engine: Engine) -> None:
    scores = small_engine.retrieve("bab?").passages[0].scores
    model = load_calibration().passage
    grown = [model.probability(passage_features(_at(scores, n / 10))) for n in range(-10, 11)]
    assert grown == sorted(grown)
    assert grown[0] < grown[-1]


def test_the_shipped_question_model_grows_with_likeness(small_engine: Engine) -> None:
    found = [passage.scores for passage in small_engine.retrieve("bab?").passages]
    model = load_calibration().question
    grown = [
        model.probability(question_features([_at(scores, n / 10) for scores in found]))
        for n in range(-10, 11)
    ]
    assert grown == sorted(grown)
    assert grown[0] < grown[-1]


def test_the_shipped_threshold_is_a_probability() -> None:
    assert 0 < load_calibration().threshold < 1


def test_the_score_sent_is_that_of_the_shipped_model(small_engine: Engine) -> None:
    model = load_calibration().passage
    for passage in small_engine.retrieve("bab?").passages:
        probability = model.probability(passage_features(passage.scores))
        assert passage.score == pytest.approx(probability, abs=1e-3)
