"""Scores are fitted to probabilities, and the fit is one that can be checked."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from eval.errors import QuestionSetInvalid
from eval.fitting.calibrate import Examples, auroc, best_threshold, calibrate, fit
from eval.questions.question import read_questions
from eval.runs.asker import EngineAsker
from eval.runs.conduct import conduct
from service.confidence import PASSAGE_FEATURES, QUESTION_FEATURES
from service.engine import Engine

QUESTIONS = [
    {
        "id": f"q{n}",
        "question": question,
        "answerable": bool(quote),
        "expected": [{"document": document, "quote": quote}] if quote else [],
        "tags": ["tuning"] if n % 2 else ["test"],
    }
    for n, (question, document, quote) in enumerate(
        [
            ("ddd eee?", "one.txt", "Ccc ddd eee."),
            ("fff ggg?", "one.txt", "Fff ggg hhh."),
            ("bab?", "two.txt", "Bab bab?"),
            ("dead?", "deep er/three.md", "Dead beef"),
            ("quiz?", "", ""),
            ("jump?", "", ""),
            ("look?", "", ""),
            ("music?", "", ""),
        ]
    )
]


@pytest.fixture
def run_folder(tmp_path: Path, small_engine: Engine) -> Path:
    """A run of ``QUESTIONS`` on the small index."""
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(json.dumps(question) + "\n" for question in QUESTIONS), "utf-8")
    conduct(file, read_questions(file), EngineAsker(small_engine), tmp_path / "run", "x")
    return tmp_path / "run"


def planted(count: int) -> Examples:
    """Outcomes drawn from 1 / (1 + exp(-(-1 + 3 a + 0 b)))."""
    random = np.random.default_rng(7)
    features = random.uniform(-2, 2, size=(count, 2))
    chances = 1 / (1 + np.exp(-(-1 + 3 * features[:, 0])))
    outcomes = (random.uniform(size=count) < chances).astype(np.float64)
    return Examples(features, outcomes, np.full(count, 1 / count))


def test_the_fit_finds_what_was_planted() -> None:
    fitted = fit(planted(20_000), ("a", "b"))
    # the ridge draws the weight a little towards 0
    assert fitted.model.intercept == pytest.approx(-1, abs=0.15)
    assert fitted.model.weights["a"] == pytest.approx(3, abs=0.3)
    assert fitted.model.weights["b"] == pytest.approx(0, abs=0.05)
    assert fitted.examples == 20_000


def test_its_quality_is_near_the_best_possible() -> None:
    examples = planted(20_000)
    fitted = fit(examples, ("a", "b"))
    truth = 1 / (1 + np.exp(-(-1 + 3 * examples.features[:, 0])))
    assert fitted.brier == pytest.approx(float((truth * (1 - truth)).mean()), abs=0.01)
    assert fitted.auroc == pytest.approx(auroc(truth, examples.outcomes), abs=0.005)


def test_a_harmful_feature_gets_no_negative_weight() -> None:
    examples = planted(2_000)
    against = Examples(-examples.features, examples.outcomes, examples.weights)
    assert fit(against, ("a", "b")).model.weights["a"] == 0


@pytest.mark.parametrize(
    ("values", "outcomes", "expected"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], 1.0),
        ([4, 3, 2, 1], [0, 0, 1, 1], 0.0),
        ([1, 3, 2, 4], [0, 0, 1, 1], 0.75),
        ([1, 1, 1, 1], [0, 1, 0, 1], 0.5),
    ],
)
def test_auroc_by_hand(values: list[float], outcomes: list[float], expected: float) -> None:
    assert auroc(np.array(values, float), np.array(outcomes, float)) == expected


def test_the_threshold_with_the_best_shares() -> None:
    run = [(0.2, False), (0.3, False), (0.6, False), (0.5, True), (0.7, True), (0.8, True)]
    # from 0.31 to 0.5 all three are answered and two of three refused; no threshold does better
    assert best_threshold([run]) == 0.31


def test_every_run_counts_alike_for_the_threshold() -> None:
    large = [(0.9, True)] * 50 + [(0.1, False)] * 50
    small = [(0.55, True), (0.5, False)]
    assert best_threshold([large, small]) == 0.51


def test_the_content_is_what_the_service_reads(run_folder: Path) -> None:
    content = calibrate([(run_folder, None)])
    assert tuple(content["passage"]["weights"]) == PASSAGE_FEATURES
    assert tuple(content["question"]["weights"]) == QUESTION_FEATURES
    assert content["question"]["weights"].keys() == set(QUESTION_FEATURES)
    assert 0 < content["threshold"] < 1
    (provenance,) = content["provenance"]["runs"]
    assert provenance["run"] == "run"
    assert len(provenance["questions_sha256"]) == 64
    assert content["provenance"]["question"]["examples"] == len(QUESTIONS)


def test_a_tag_restricts_a_run(run_folder: Path) -> None:
    content = calibrate([(run_folder, "tuning")])
    assert content["provenance"]["question"]["examples"] == len(QUESTIONS) // 2
    assert content["provenance"]["runs"][0]["tag"] == "tuning"


def test_an_unknown_tag_is_refused(run_folder: Path) -> None:
    with pytest.raises(QuestionSetInvalid, match="no question tagged 'none'; choose another"):
        calibrate([(run_folder, "none")])


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetInvalid, match="holds no run; make one with `citewell eval`"):
        calibrate([(tmp_path, None)])


def test_one_kind_of_outcome_cannot_be_fitted(run_folder: Path) -> None:
    records = (run_folder / "records.jsonl").read_text("utf-8").splitlines(keepends=True)
    (run_folder / "records.jsonl").write_text("".join(records[4:]), "utf-8")
    with pytest.raises(QuestionSetInvalid, match="only one kind of outcome; add answerable"):
        calibrate([(run_folder, None)])


def test_a_run_without_unanswerable_questions_cannot_be_fitted(run_folder: Path) -> None:
    # a missed question keeps both outcomes there, but no question that should be refused
    lines = (run_folder / "records.jsonl").read_text("utf-8").splitlines()[:4]
    missed = json.loads(lines[0])
    missed["question"]["expected"][0]["quote"] = "nowhere"
    (run_folder / "records.jsonl").write_text("\n".join([json.dumps(missed), *lines[1:]]), "utf-8")
    with pytest.raises(QuestionSetInvalid, match="only one kind of outcome; add answerable"):
        calibrate([(run_folder, None)])


def test_runs_of_the_same_folder_name_keep_their_own_tags(run_folder: Path) -> None:
    other = run_folder.parent / "elsewhere" / "run"
    shutil.copytree(run_folder, other)
    content = calibrate([(run_folder, "tuning"), (other, None)])
    assert [run["tag"] for run in content["provenance"]["runs"]] == ["tuning", None]
    examples = content["provenance"]["question"]["examples"]
    assert examples == len(QUESTIONS) // 2 + len(QUESTIONS)
