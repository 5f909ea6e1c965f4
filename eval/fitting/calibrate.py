"""Scores to probabilities, fitted. In: Records of runs. Out: calibration data with provenance.

Two logistic regressions with a small ridge and no negative weight: one on passages ("holds an
expected place whole"), one on questions ("one of the first passages does"). Every run weighs
the same, and within a run the two outcomes do: a confidence of 0.5 means that a question looks
as much like an answered as like an unanswerable one, whatever the mix in the run.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import rankdata

from eval.errors import QuestionSetInvalid
from eval.runs.folder import RECORDS, RUN
from service.answer import Scores
from service.confidence import (
    PASSAGE_FEATURES,
    QUESTION_FEATURES,
    Logistic,
    passage_features,
    question_features,
)
from service.question import DEFAULT_PASSAGES

_RIDGE = 1e-3
_FOLDS = 5
_ONE_KIND = "a run has only one kind of outcome; add answerable and unanswerable questions"
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Examples:
    """Feature rows, their outcomes (0 or 1) and weights that sum to 1."""

    features: Floats
    outcomes: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """A model and how well it does on data left out, by cross-validation."""

    model: Logistic
    auroc: float
    brier: float
    examples: int


def calibrate(sources: Sequence[tuple[Path, str | None]]) -> dict[str, Any]:
    """Fit both models on run folders, each restricted to the questions of its tag, if any.

    Returns the content of ``calibration.json``.
    """
    runs = [_records(folder, tag) for folder, tag in sources]
    passage = fit(_join([_passage_examples(records) for records in runs]), PASSAGE_FEATURES)
    question = fit(_join([_question_examples(records) for records in runs]), QUESTION_FEATURES)
    return {
        "passage": _as_json(passage.model),
        "question": _as_json(question.model),
        "threshold": best_threshold([_verdicts(records, question.model) for records in runs]),
        "provenance": {
            "method": "logistic regression, runs and outcomes weighted equally; threshold of the "
            "best mean of answered and refused shares",
            "runs": [_provenance(folder, tag) for folder, tag in sources],
            "passage": _quality(passage),
            "question": _quality(question),
        },
    }


def fit(examples: Examples, names: Sequence[str]) -> Fit:
    """Fit on everything; AUROC and Brier score (weighted) come from left-out fifths."""
    folds = np.arange(len(examples.outcomes)) % _FOLDS
    predicted = np.empty(len(folds))
    for fold in range(_FOLDS):
        kept = folds != fold
        solution = _solve(examples.features[kept], examples.outcomes[kept], examples.weights[kept])
        predicted[~kept] = _probabilities(solution, examples.features[~kept])
    solution = _solve(examples.features, examples.outcomes, examples.weights)
    error = (predicted - examples.outcomes) ** 2
    return Fit(
        Logistic(float(solution[0]), dict(zip(names, map(float, solution[1:]), strict=True))),
        auroc(predicted, examples.outcomes),
        float((error * examples.weights).sum() / examples.weights.sum()),
        len(folds),
    )


def _verdicts(records: list[dict[str, Any]], model: Logistic) -> list[tuple[float, bool]]:
    """The confidence of each question and whether it is answerable; there are both kinds."""
    if len({record["question"]["answerable"] for record in records}) < 2:
        raise QuestionSetInvalid(_ONE_KIND)
    return [
        (model.probability(_question_features(record)), record["question"]["answerable"])
        for record in records
    ]


def best_threshold(runs: Sequence[Sequence[tuple[float, bool]]]) -> float:
    """The threshold, in hundredths, with the best balanced accuracy, every run alike.

    Balanced accuracy is the mean of the answerable share answered and the unanswerable share
    refused (Youden's index, up to scale); of equal thresholds the lowest.
    """
    return max((step / 100 for step in range(1, 100)), key=lambda t: _accuracy(runs, t))


def _accuracy(runs: Sequence[Sequence[tuple[float, bool]]], threshold: float) -> float:
    shares = []
    for run in runs:
        for answerable in (True, False):
            right = [(c >= threshold) == answerable for c, truth in run if truth == answerable]
            shares.append(sum(right) / len(right))
    return round(sum(shares) / len(shares), 9)


def auroc(values: Floats, outcomes: Floats) -> float:
    """The chance that a positive example has the higher value; ties count half."""
    ranks = rankdata(values)
    positives = outcomes.sum()
    negatives = len(outcomes) - positives
    return float(
        (ranks[outcomes == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives)
    )


def _solve(features: Floats, outcomes: Floats, weights: Floats) -> Floats:
    signs = 2 * outcomes - 1
    share = weights / weights.sum()

    def loss(solution: Floats) -> float:
        margins = signs * (solution[0] + features @ solution[1:])
        return float(share @ np.logaddexp(0, -margins) + _RIDGE * (solution[1:] ** 2).sum())

    # No weight below 0: more evidence never lowers a probability.
    bounds = [(None, None), *[(0, None)] * features.shape[1]]
    start = np.zeros(features.shape[1] + 1)
    solved: Floats = minimize(loss, start, method="L-BFGS-B", bounds=bounds).x
    return solved


def _probabilities(solution: Floats, features: Floats) -> Floats:
    chances: Floats = 1 / (1 + np.exp(-(solution[0] + features @ solution[1:])))
    return chances


def _records(folder: Path, tag: str | None) -> list[dict[str, Any]]:
    try:
        lines = (folder / RECORDS).read_text("utf-8").splitlines()
    except OSError as error:
        raise QuestionSetInvalid(f"{folder} holds no run; make one with `citewell eval`") from error
    records = [json.loads(line) for line in lines]
    chosen = [r for r in records if r["response"] and (not tag or tag in r["question"]["tags"])]
    if not chosen:
        raise QuestionSetInvalid(f"{folder} has no question tagged {tag!r}; choose another tag")
    return chosen


def _passage_examples(records: list[dict[str, Any]]) -> Examples:
    rows, outcomes = [], []
    for record in records:
        passages = record["response"]["passages"]
        ranked = [Scores(**passage["scores"]) for passage in passages]
        question = question_features(ranked)
        for passage, scores in zip(passages, ranked, strict=True):
            rows.append(list(passage_features(scores, question).values()))
            outcomes.append(_holds_place(record, passage))
    return _balanced(rows, outcomes)


def _question_examples(records: list[dict[str, Any]]) -> Examples:
    rows, outcomes = [], []
    for record in records:
        passages = record["response"]["passages"][:DEFAULT_PASSAGES]
        rows.append(list(_question_features(record).values()))
        outcomes.append(any(_holds_place(record, passage) for passage in passages))
    return _balanced(rows, outcomes)


def _question_features(record: dict[str, Any]) -> dict[str, float]:
    passages = record["response"]["passages"]
    return question_features([Scores(**passage["scores"]) for passage in passages])


def _holds_place(record: dict[str, Any], passage: dict[str, Any]) -> bool:
    return any(
        expected["document"] == passage["document"]["path"] and expected["quote"] in passage["text"]
        for expected in record["question"]["expected"]
    )


def _balanced(rows: list[list[float]], outcomes: Iterable[bool]) -> Examples:
    truth = np.array(list(outcomes), dtype=np.float64)
    if not 0 < truth.sum() < len(truth):
        raise QuestionSetInvalid(_ONE_KIND)
    weights = np.where(truth == 1, 0.5 / truth.sum(), 0.5 / (len(truth) - truth.sum()))
    return Examples(np.array(rows), truth, weights)


def _join(parts: Sequence[Examples]) -> Examples:
    return Examples(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.outcomes for part in parts]),
        np.concatenate([part.weights for part in parts]) / len(parts),
    )


def _as_json(model: Logistic) -> dict[str, Any]:
    weights = {name: round(weight, 4) for name, weight in model.weights.items()}
    return {"intercept": round(model.intercept, 4), "weights": weights}


def _quality(fitted: Fit) -> dict[str, float]:
    return {
        "examples": fitted.examples,
        "auroc": round(fitted.auroc, 4),
        "brier": round(fitted.brier, 4),
    }


def _provenance(folder: Path, tag: str | None) -> dict[str, Any]:
    facts = json.loads((folder / RUN).read_text("utf-8"))
    source = facts["source"]
    return {
        "run": folder.name,
        "tag": tag,
        "questions_sha256": facts["questions_sha256"],
        "index_digest": source["index_digest"],
        "model": source["model"],
        "citewell": source["versions"].get("citewell"),
    }
