"""Scores become probabilities by a formula that one can follow."""

from dataclasses import fields, replace
from math import exp
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.answer import Scores
from service.answering.confidence import (
    FORMAT,
    PASSAGE_FEATURES,
    QUESTION_FEATURES,
    READ_FEATURES,
    Calibration,
    Logistic,
    load_calibration,
    passage_features,
)
from service.answering.limit import Limit, Slope
from service.engine import Engine
from service.errors import SettingsInvalid
from service.ranking.pool import TERMS_WEIGHT
from service.settings import Settings
from tests.service.calibrations import calibration_file
from tests.service.corpora import engine_of

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


def _questions(engine: Engine) -> dict[str, float]:
    return engine.ask("bab?").answer.signals


@pytest.mark.parametrize("name", QUESTION_FEATURES)
def test_the_shipped_models_never_fall_with_a_feature(small_engine: Engine, name: str) -> None:
    scores = small_engine.retrieve("bab?").passages[0].scores
    shipped = load_calibration()
    raised = [_questions(small_engine) | {name: n / 10} for n in range(-10, 11)]
    for grown in (
        [shipped.question.probability(features) for features in raised],
        [shipped.passage.probability(passage_features(scores, features)) for features in raised],
    ):
        assert grown == sorted(grown)


def test_the_shipped_models_tell_likely_from_unlikely() -> None:
    shipped = load_calibration()
    low, high = (
        dict.fromkeys(QUESTION_FEATURES, share)
        | {"joint": share + TERMS_WEIGHT * share, "lead": share / 3, "spread": share / 3}
        | {"named": 1, "known": 1, "typed": 1, "possible": 1, "scarcity": -4}  # 3,000 windows
        for share in (0.1, 0.9)
    )
    assert shipped.question.probability(low) < min(shipped.thresholds.values())
    assert shipped.question.probability(high) > shipped.threshold(Settings().false_answers)


@pytest.mark.parametrize("rate", [0.01, Settings().false_answers, 0.5])
def test_the_shipped_thresholds_are_confidences_that_can_be_reached(rate: float) -> None:
    reading = load_calibration(reading=True)
    assert 0 < reading.threshold(rate) < reading.threshold(rate, strict=True) < 1
    assert 0 < load_calibration().threshold(rate) < 1


@given(st.dictionaries(st.sampled_from([*QUESTION_FEATURES, *READ_FEATURES]), finite))
def test_the_shipped_models_that_read_never_fall_with_a_feature(raised: dict[str, float]) -> None:
    low = dict.fromkeys((*QUESTION_FEATURES, *READ_FEATURES), 0.0)
    high = {name: max(value, raised.get(name, 0.0)) for name, value in low.items()}
    model = load_calibration(reading=True).question
    assert model.probability(low) <= model.probability(high)


STATED = Calibration(Logistic(0.0, {}), Logistic(0.0, {}), {0.05: 0.9, 0.1: 0.6, 0.5: 0.6})


@pytest.mark.parametrize(
    ("rate", "threshold"),
    [(0.05, 0.9), (0.0999, 0.9), (0.1, 0.6), (0.49, 0.6), (0.5, 0.6), (0.999, 0.6)],
)
def test_the_threshold_is_that_of_the_highest_stated_share_not_above(
    rate: float, threshold: float
) -> None:
    assert STATED.threshold(rate) == threshold


@pytest.mark.parametrize("rate", [0.0499, 0.001])
def test_a_lower_share_than_any_stated_one_is_refused(rate: float) -> None:
    message = f"states no share of false answers as low as {rate:g}; its lowest is 0.05: set CITE"
    with pytest.raises(SettingsInvalid, match=message):
        STATED.threshold(rate)


def test_strictly_another_threshold_is_obeyed() -> None:
    both = replace(STATED, strict={0.05: 0.95, 0.2: 0.7})
    assert (both.threshold(0.1, strict=True), both.threshold(0.1)) == (0.95, 0.6)
    with pytest.raises(SettingsInvalid, match=r"as low as 0\.01; its lowest is 0\.05"):
        both.threshold(0.01, strict=True)


def test_what_is_not_stated_near_the_subject_is_told() -> None:
    with pytest.raises(SettingsInvalid, match="near the subject: unset CITEWELL_STRICT, or calib"):
        STATED.threshold(0.05, strict=True)


@pytest.mark.parametrize(("strict", "verdict"), [(False, "answered"), (True, "not_found")])
def test_the_engine_is_strict_when_told(tmp_path: Path, strict: bool, verdict: str) -> None:
    stated = {"thresholds": [[0.05, 0.5]], "strict": [[0.05, 0.9]]}
    file = calibration_file(tmp_path / "mine", **stated)  # of confidence 0.88
    engine = engine_of(tmp_path, {"1.txt": "aa bb"}, calibration=file, strict=strict)
    assert engine.ask("aa").answer.verdict == verdict


@pytest.mark.parametrize("strict", [[[0.05, 1.5]], [[0.1, 0.2], [0.05, 0.3]], [[0.05]]])
def test_strict_thresholds_that_cannot_be_are_refused(tmp_path: Path, strict: object) -> None:
    with pytest.raises(SettingsInvalid, match="make one with"):
        load_calibration(calibration_file(tmp_path, strict=strict))


def test_a_limit_follows_the_signals_that_the_file_says(tmp_path: Path) -> None:
    by = {"window": [4.0, 0.5]}
    found = load_calibration(
        calibration_file(tmp_path, thresholds_by=by, strict=[[0.05, 0.9]], strict_by={})
    )
    assert found.limit(0.05) == Limit(0.5, {"window": Slope(4.0, 0.5)})
    assert found.limit(0.05, strict=True) == Limit(0.9)


def test_a_limit_never_exceeds_what_the_file_says(tmp_path: Path) -> None:
    file = calibration_file(
        tmp_path,
        thresholds=[[0.05, 0.5], [0.2, 0.3]],
        thresholds_by={"window": [4.0, 0.5]},
        thresholds_most=[[0.05, 0.6], [0.2, 0.4]],
    )
    found = load_calibration(file)
    assert found.limit(0.1) == Limit(0.5, {"window": Slope(4.0, 0.5)}, 0.6)
    assert found.limit(0.2).of({"window": 1.0}) == 0.4


def test_a_most_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="make one with"):
        load_calibration(calibration_file(tmp_path, thresholds_most=[[0.05, 1.5]]))


@pytest.mark.parametrize(
    "by", [{"colour": [1.0, 0.0]}, {"window": [float("inf"), 0.0]}, {"window": [1.0, float("nan")]}]
)
def test_slopes_that_cannot_be_followed_are_refused(tmp_path: Path, by: object) -> None:
    with pytest.raises(SettingsInvalid, match="has thresholds that follow '"):
        load_calibration(calibration_file(tmp_path / "a", thresholds_by=by))
    with pytest.raises(SettingsInvalid, match="has thresholds that follow '"):
        load_calibration(calibration_file(tmp_path / "b", strict_by=by))


def test_the_engine_follows_the_signals(tmp_path: Path) -> None:
    # of confidence 0.88, whose log-odds are 2; the best window's cosine is that of the text
    texts = {"1.txt": "aa bb"}
    window = engine_of(tmp_path / "x", texts).ask("aa").answer.signals["window"]
    for name, slope, verdict in (("low", 10.0, "answered"), ("high", 30.0, "not_found")):
        by = {"window": [slope, window - 0.1]}  # its log-odds are 0 and a tenth of the slope
        file = calibration_file(tmp_path / name, thresholds_by=by)
        engine = engine_of(tmp_path / f"of {name}", texts, calibration=file)
        answer = engine.ask("aa").answer
        assert answer.verdict == verdict
        if answer.absence:
            assert answer.absence.threshold == pytest.approx(1 / (1 + exp(-3)), abs=1e-4)


def test_the_score_sent_is_that_of_the_shipped_models(small_engine: Engine) -> None:
    shipped, features = load_calibration(), _questions(small_engine)
    confidence = shipped.question.probability(features)
    for passage in small_engine.retrieve("bab?").passages:
        chance = shipped.passage.probability(passage_features(passage.scores, features))
        assert passage.score == pytest.approx(confidence * chance, abs=1e-3)


_NONE: dict[str, Any] = {field.name: None for field in fields(Scores)}
HALF = Scores(**_NONE | {"fused": 0.5})


@given(shares, finite, finite)
def test_a_score_is_a_share_of_the_confidence(
    confidence: float, intercept: float, weight: float
) -> None:
    passage = Logistic(intercept, {"fused": weight})
    score = replace(STATED, passage=passage).score(confidence, {}, HALF)
    assert score == confidence * passage.probability({"fused": 0.5})
    assert 0 <= score <= confidence


@pytest.mark.parametrize("question", ["bab?", "dead beef faced?", "xyz", "hello", "Où est-il ?"])
def test_no_passage_is_likelier_than_that_any_answers(small_engine: Engine, question: str) -> None:
    response = small_engine.ask(question)
    assert all(passage.score <= response.answer.confidence for passage in response.passages)


def test_the_confidence_sent_is_that_of_the_shipped_model(small_engine: Engine) -> None:
    probability = load_calibration().question.probability(_questions(small_engine))
    answer = small_engine.ask("bab?").answer
    assert answer.confidence == pytest.approx(probability, abs=1e-3)


def test_the_shipped_calibration_names_its_model() -> None:
    assert load_calibration().models == {"all-MiniLM-L6-v2 53aa51172d14"}


def test_a_file_is_read(tmp_path: Path) -> None:
    runs = [{"model": "a 1"}, {"model": None}, {"model": "b 2"}, {"model": "a 1"}]
    question = {"intercept": -1, "weights": dict.fromkeys(QUESTION_FEATURES, 2)}
    stated = [[0.01, 1], [0.25, 0.5]]
    file = calibration_file(
        tmp_path, question=question, provenance={"runs": runs}, thresholds=stated
    )
    found = load_calibration(file)
    assert found.passage == Logistic(1.0, dict.fromkeys(PASSAGE_FEATURES, 0.0))
    assert found.question == Logistic(-1.0, dict.fromkeys(QUESTION_FEATURES, 2.0))
    assert found.thresholds == {0.01: 1.0, 0.25: 0.5}
    assert found.models == {"a 1", "b 2"}


REMEDY = r".*; make one with `citewell eval calibrate`$"
NONE = r"calibration\.json gives no calibration \("
PASSAGE = r"calibration\.json must weigh fused, dense, .*scarcity for a passage, none below 0"
QUESTION = r"calibration\.json must weigh dense, .*scarcity for a question, none below 0"
INTERCEPT = r"calibration\.json has the intercept (nan|inf|-inf) for a question"
THRESHOLDS = r"calibration\.json must state shares of false answers above 0 and below 1, ascending"
ZEROS = dict.fromkeys(QUESTION_FEATURES, 0.0)


def _model(intercept: object = 0.0, **weights: object) -> dict[str, Any]:
    return {"intercept": intercept, "weights": ZEROS | weights}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "citewell-calibration/1"}, NONE + f".*/1' instead of '{FORMAT}'"),
        ({"format": None}, NONE + ".*format None instead of"),
        ({"passage": None}, NONE),
        ({"passage": {"weights": {}}}, NONE + "KeyError.'intercept'"),
        ({"passage": {"intercept": 0}}, NONE + "KeyError.'weights'"),
        ({"passage": {"intercept": 0, "weights": ["fused"]}}, NONE),
        ({"passage": _model()}, PASSAGE),  # fused is missing
        ({"question": _model(fused=1.0)}, QUESTION),
        ({"question": _model(dense=-0.1)}, QUESTION),
        ({"question": _model(dense=float("nan"))}, QUESTION),
        ({"question": _model(dense=float("inf"))}, QUESTION),
        ({"question": _model(dense="much")}, NONE),
        ({"question": _model(dense=None)}, NONE),
        ({"question": _model(dense=10**400)}, NONE + "OverflowError"),
        ({"question": _model(float("nan"))}, INTERCEPT),
        ({"question": _model(float("-inf"))}, INTERCEPT),
        ({"thresholds": []}, THRESHOLDS),
        ({"thresholds": [[0.1, -0.01]]}, THRESHOLDS),
        ({"thresholds": [[0.1, 1.01]]}, THRESHOLDS),
        ({"thresholds": [[0.1, float("nan")]]}, THRESHOLDS),
        ({"thresholds": [[0, 0.5]]}, THRESHOLDS),
        ({"thresholds": [[1, 0.5]]}, THRESHOLDS),
        ({"thresholds": [[float("nan"), 0.5]]}, THRESHOLDS),
        ({"thresholds": [[0.1, 0.5], [0.05, 0.5]]}, THRESHOLDS),  # descending
        ({"thresholds": [[0.05, 0.5], [0.1, 0.51]]}, THRESHOLDS),  # more, and stricter
        ({"thresholds": None}, NONE),
        ({"thresholds": 0.5}, NONE),
        ({"thresholds": [0.5]}, NONE),
        ({"thresholds": [[0.5]]}, NONE),
        ({"thresholds": [[0.1, "high"]]}, NONE),
        ({"thresholds": [[0.1, None]]}, NONE),
        ({"provenance": {}}, NONE + "KeyError.'runs'"),
        ({"provenance": {"runs": [{}]}}, NONE + "KeyError.'model'"),
        ({"provenance": {"runs": ["x"]}}, NONE),
    ],
)
def test_other_contents_are_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsInvalid, match=message + REMEDY):
        load_calibration(calibration_file(tmp_path, **changes))


@pytest.mark.parametrize("content", [b"", b"threshold = 1", b"[]", b"{}", b"\xff\xfe"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "calibration.json"
    file.write_bytes(content)
    with pytest.raises(SettingsInvalid, match=NONE + REMEDY):
        load_calibration(file)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for file in (tmp_path / "none.json", tmp_path):
        with pytest.raises(SettingsInvalid, match="gives no calibration"):
            load_calibration(file)


@pytest.mark.model
@pytest.mark.parametrize("question", ["Who was Schulenburg?", "How is bread baked?"])
def test_scores_never_contradict_ranks(seed_engine: Engine, question: str) -> None:
    scores = [passage.score for passage in seed_engine.retrieve(question, 50).passages]
    assert len(scores) > 10
    assert scores == sorted(scores, reverse=True)


@pytest.mark.model
def test_how_many_are_asked_for_changes_no_probability(seed_engine: Engine) -> None:
    one, many = (seed_engine.ask("Who was Schulenburg?", top_k) for top_k in (1, 20))
    assert one.passages == many.passages[:1]
    assert one.answer.confidence == many.answer.confidence
