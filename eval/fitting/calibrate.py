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
    NamedRun,
    all_asked,
    check_kinds,
    passage_examples,
    question_examples,
)
from eval.fitting.figures import LeftOut, Validated
from eval.fitting.folds import FOLDS, Dealt, deal
from eval.fitting.logistic import fit, left_out
from eval.fitting.threshold import thresholds
from service.answering.confidence import FORMAT

_METHOD = (
    "logistic regression, runs and outcomes weighted equally; thresholds by conformal counting on "
    "the left-out confidences of unanswerable questions, the highest of the runs' own"
)
TOLD_AT = 0.05  # the stated share that the figures are for, or the nearest above


def calibrate(
    runs: Sequence[NamedRun],
    stated_on: Sequence[int] | None = None,
    strict_on: Sequence[int] = (),
) -> dict[str, Any]:
    """Fit both models and the thresholds; every run weighs the same.

    The thresholds are those by which each of the runs whose numbers are in ``stated_on`` (all
    when it is None) keeps its expected share of false answers at or below the stated ones; the
    strict ones are those of the runs in ``strict_on``, none when there is none.

    Returns the content of ``calibration.json``. Raises ``QuestionSetInvalid`` when questions
    are too few or all of one kind, and ``RunInvalid`` when one of them failed, or the ranking
    weights of a run are gone.
    """
    stating = range(len(runs)) if stated_on is None else stated_on
    asked = all_asked(runs)
    of_question = tuple(asked[0].features)
    of_passage = ("fused", *of_question)
    dealt = deal(asked)
    passages = passage_examples(asked, dealt.folds)
    questions = question_examples(asked, dealt.folds)
    for examples in (passages, questions):
        check_kinds(examples, [named.name for named in runs])
    found = Validated(
        LeftOut(passages, left_out(passages, of_passage)),
        LeftOut(questions, left_out(questions, of_question)),
        np.array([each.question.answerable for each in asked]),
    )
    stated = _stated(runs, stating, found)
    strict = _stated(runs, strict_on, found) if strict_on else {}
    return {
        "format": FORMAT,
        "passage": asdict(fit(passages, of_passage)),
        "question": asdict(fit(questions, of_question)),
        "thresholds": [list(pair) for pair in stated.items()],
        "strict": [list(pair) for pair in strict.items()],
        "provenance": _provenance(runs, (stating, strict_on), stated, dealt, found),
    }


def told_at(stated: dict[float, float]) -> float:
    """The stated share that figures are told for."""
    return min((rate for rate in stated if rate >= TOLD_AT), default=max(stated))


def _stated(
    runs: Sequence[NamedRun], stating: Sequence[int], found: Validated
) -> dict[float, float]:
    confidences = [found.unanswerable(run) for run in stating]
    stated = thresholds(confidences)
    if not stated:
        counted = ", ".join(
            f"{runs[run].name} has {len(values)}"
            for run, values in zip(stating, confidences, strict=True)
        )
        raise QuestionSetInvalid(
            "no share of false answers can be stated on so few unanswerable questions, or on ones "
            f"that are answered with the highest confidence ({counted}); add some, and check "
            "that they are unanswerable"
        )
    return stated


def _provenance(
    runs: Sequence[NamedRun],
    stating: tuple[Sequence[int], Sequence[int]],
    stated: dict[float, float],
    dealt: Dealt,
    found: Validated,
) -> dict[str, Any]:
    rate = told_at(stated)
    sources = [
        _source(named)
        | {"stated_on": run in stating[0], "strict_on": run in stating[1]}
        | {"figures": found.figures(stated[rate], run).as_json()}
        for run, named in enumerate(runs)
    ]
    return {
        "method": _METHOD,
        "figures_at": rate,
        "left_out": {
            "folds": FOLDS,
            "answerable_by_document": dealt.by_document,
            "answerable_singly": dealt.singly,
        },
        "runs": sources,
        "figures": found.figures(stated[rate]).as_json(),
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
