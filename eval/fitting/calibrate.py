"""Scores to probabilities, fitted. In: Runs. Out: the content of calibration.json, told.

Two logistic regressions: one on passages ("holds an expected place whole"), one on questions
("one of the first five passages does"), and the confidence from which on a question is
answered. What is told of them is measured on questions left out, by cross-validation.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from eval.errors import QuestionSetInvalid
from eval.fitting.examples import (
    Examples,
    NamedRun,
    all_asked,
    check_kinds,
    passage_examples,
    question_examples,
)
from eval.fitting.figures import Chosen, LeftOut, Validated
from eval.fitting.folds import FOLDS, Dealt, deal
from eval.fitting.logistic import fit, left_out, probabilities
from eval.fitting.threshold import best_threshold, conformal_threshold, questions_needed
from service.answering.confidence import FORMAT, PASSAGE_FEATURES, QUESTION_FEATURES, Logistic

_MODELS = "logistic regression, runs and outcomes weighted equally; "
_BEST = _MODELS + "threshold of the best mean of answered and refused shares"
_STATED = (
    _MODELS + "threshold by conformal counting on the left-out confidences of unanswerable "
    "questions, the highest of the runs' own"
)


def calibrate(runs: Sequence[NamedRun], rate: float | None = None) -> dict[str, Any]:
    """Fit both models and the threshold; every run weighs the same.

    With a ``rate`` (above 0, below 1) the threshold is the highest of those by which each run
    alone keeps its expected share of false answers at or below it, so that it holds for each
    kind of unanswerable question; without, the one of the best balanced accuracy.

    Returns the content of ``calibration.json``. Raises ``QuestionSetInvalid`` when questions
    are too few or all of one kind, and ``RunInvalid`` when one of them failed or the ranking
    weights of a run are gone.
    """
    asked = all_asked(runs)
    dealt = deal(asked)
    passages, questions = (
        passage_examples(asked, dealt.folds),
        question_examples(asked, dealt.folds),
    )
    for examples in (passages, questions):
        check_kinds(examples, [named.name for named in runs])
    found = Validated(
        LeftOut(passages, left_out(passages, PASSAGE_FEATURES)),
        LeftOut(questions, left_out(questions, QUESTION_FEATURES)),
        np.array([each.question.answerable for each in asked]),
    )
    question = fit(questions, QUESTION_FEATURES)
    if rate is None:
        thresholds = [_best(question, questions, found.answerable)]
    else:
        thresholds = _own_thresholds(runs, found, rate)
    return {
        "format": FORMAT,
        "passage": asdict(fit(passages, PASSAGE_FEATURES)),
        "question": asdict(question),
        "threshold": max(thresholds),
        "provenance": _provenance(runs, rate, thresholds, dealt, found),
    }


def _best(model: Logistic, questions: Examples, answerable: Chosen) -> float:
    confidences = probabilities(model, questions.features)
    chosen = [questions.runs == run for run in np.unique(questions.runs)]
    return best_threshold(
        [list(zip(confidences[c].tolist(), answerable[c].tolist(), strict=True)) for c in chosen]
    )


def _own_thresholds(runs: Sequence[NamedRun], found: Validated, rate: float) -> list[float]:
    confidences = [found.unanswerable(run) for run in range(len(runs))]
    needed = questions_needed(rate)
    short = [
        f"{named.name} has {len(values)}"
        for named, values in zip(runs, confidences, strict=True)
        if len(values) < needed
    ]
    if short:
        raise QuestionSetInvalid(
            f"to state {rate:g} false answers a run needs at least {needed} unanswerable "
            f"questions: {', '.join(short)}; add some, or state a higher rate"
        )
    return [conformal_threshold(values, rate) for values in confidences]


def _provenance(
    runs: Sequence[NamedRun],
    rate: float | None,
    thresholds: Sequence[float],
    dealt: Dealt,
    found: Validated,
) -> dict[str, Any]:
    threshold = max(thresholds)
    sources = [
        _source(named) | {"figures": found.figures(threshold, run).as_json()}
        for run, named in enumerate(runs)
    ]
    if rate is not None:
        for source, own in zip(sources, thresholds, strict=True):
            source["threshold"] = own
    return {
        "method": _BEST if rate is None else _STATED,
        "false_answers": rate,
        "left_out": {
            "folds": FOLDS,
            "answerable_by_document": dealt.by_document,
            "answerable_singly": dealt.singly,
        },
        "runs": sources,
        "figures": found.figures(threshold).as_json(),
    }


def _source(named: NamedRun) -> dict[str, Any]:
    facts = named.run.facts
    return {
        "run": named.name,
        "tag": named.tag,
        "questions_sha256": facts.questions_sha256,
        "index_digest": facts.source.index_digest,
        "model": facts.source.model,
        "ranking": facts.source.versions.get("ranking"),
        "citewell": facts.source.versions.get("citewell"),
    }
