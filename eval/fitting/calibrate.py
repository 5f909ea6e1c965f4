"""Scores to probabilities, fitted. In: Runs. Out: the content of calibration.json, told.

Two logistic regressions: one on questions ("one of the first five passages holds an expected
place whole"), one on passages ("if one does, this one does"), and the confidence from which on a
question is answered. What is told of them, of passages the product of both, is measured on
questions left out, by cross-validation.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.errors import QuestionSetInvalid
from eval.fitting.examples import (
    Examples,
    Floats,
    NamedRun,
    PassageExamples,
    all_asked,
    check_kinds,
    only,
    passage_examples,
    question_examples,
)
from eval.fitting.figures import LeftOut, Validated
from eval.fitting.folds import FOLDS, Dealt, deal
from eval.fitting.following import Follow
from eval.fitting.logistic import (
    balanced,
    fit,
    fit_passages,
    left_out,
    left_out_passages,
    probabilities,
    weights_of,
)
from eval.fitting.stating import Stated, state, told_at
from service.answering.confidence import FORMAT, Logistic

_METHOD = (
    "logistic regression, runs and outcomes of questions weighted equally, passages in questions "
    "that one of them answers; thresholds by conformal counting on the left-out confidences of "
    "unanswerable questions, "
)
_HIGHEST = "the highest of the runs' own"
_FOLLOWING = (
    "in the mean of the runs, above a line in signals by quantile regression or the highest of the "
    "runs' own, whichever is lower"
)
_NOTHING: Follow = MappingProxyType({})
Flags = NDArray[np.bool_]


def calibrate(
    runs: Sequence[NamedRun],
    stated_on: Sequence[int] | None = None,
    strict_on: Sequence[int] = (),
    follow: Follow = _NOTHING,
    strict_follow: Follow = _NOTHING,
    models: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Fit both models and the thresholds; every run weighs the same.

    The thresholds are those by which each of the runs whose numbers are in ``stated_on`` (all
    when it is None) keeps its expected share of false answers at or below the stated ones; the
    strict ones are those of the runs in ``strict_on``, none when there is none. With signals to
    ``follow`` they rise and fall with these, by the slopes given or by fitted ones, but never
    above those, and the shares are kept in the mean of the runs; so do the strict ones with
    ``strict_follow``.
    With ``models``, the content of an earlier file, its models are kept, and only thresholds
    are stated; its strict ones are kept, too, when no run is in ``strict_on``.

    Returns the content of ``calibration.json``. Raises ``QuestionSetInvalid`` when questions
    are too few or all of one kind, and ``RunInvalid`` when one of them failed, or the ranking
    weights of a run are gone.
    """
    stating = range(len(runs)) if stated_on is None else stated_on
    gathered = _gather(runs)
    kept = (models["question"], models["passage"]) if models else (None, None)
    found, of_question = _validated(gathered, *kept), gathered.of_question
    names = [named.name for named in runs]
    stated = state(names, stating, found, of_question, follow)
    strict = state(names, strict_on, found, of_question, strict_follow) if strict_on else None
    return {
        "format": FORMAT,
        **_models(gathered, models),
        **stated.as_json("thresholds"),
        **(strict.as_json("strict") if strict else _strict_before(models)),
        "provenance": _provenance(runs, (stating, strict_on), stated, gathered.dealt)
        | ({"models": _first(models["provenance"])} if models else {}),
    }


def calibrate_passages(runs: Sequence[NamedRun], models: dict[str, Any]) -> dict[str, Any]:
    """The content of an earlier file with its model of passages fitted anew and all else kept;
    raises as ``calibrate`` does."""
    gathered = _gather(runs)
    found = _validated(gathered, models["question"], None).passages
    sources = [
        _source(named) | {"figures": found.quality(run).as_json()} for run, named in enumerate(runs)
    ]
    told = {"runs": sources, "figures": found.quality().as_json()}
    return models | {
        "passage": asdict(fit_passages(gathered.passages, gathered.of_passage)),
        "provenance": models["provenance"] | {"passage": told},
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Gathered:
    """What the runs tell: examples of passages and of questions, the names of their features,
    how they are dealt to folds, and of each question whether it is answerable and whether it
    was asked, not refused by a rule; shape ``(questions,)``."""

    passages: PassageExamples
    questions: Examples
    of_passage: tuple[str, ...]
    of_question: tuple[str, ...]
    dealt: Dealt
    answerable: Flags
    asking: Flags

    @property
    def asked(self) -> Examples:
        """The questions that no rule refuses, on which alone a model is fitted."""
        return only(self.questions, self.asking)


def _gather(runs: Sequence[NamedRun]) -> _Gathered:
    asked = all_asked(runs)
    of_question = tuple(asked[0].features)
    dealt = deal(asked)
    gathered = _Gathered(
        passage_examples(asked, dealt.folds),
        question_examples(asked, dealt.folds),
        ("fused", *of_question),
        of_question,
        dealt,
        answerable=np.array([each.question.answerable for each in asked]),
        asking=np.array([not each.ruled_out for each in asked]),
    )
    for examples in (gathered.passages.examples, gathered.questions):
        check_kinds(examples, [named.name for named in runs])
    return gathered


def _validated(
    gathered: _Gathered, question: dict[str, Any] | None, passage: dict[str, Any] | None
) -> Validated:
    """What the models that are kept say, and, where none is, models that are left out."""
    asked, passages = gathered.asked, gathered.passages
    confidences = np.zeros(len(gathered.asking))  # 0 where a rule refuses, as the service says
    confidences[gathered.asking] = (
        _kept(question, asked, gathered.of_question)
        if question
        else left_out(asked, gathered.of_question)
    )
    chances = (
        _kept(passage, passages.examples, gathered.of_passage)
        if passage
        else left_out_passages(passages, gathered.of_passage)
    )
    scores = confidences[passages.owners] * chances
    weights = weights_of(passages.hits, passages.examples.runs, passages.owners)
    questions = gathered.questions
    return Validated(
        LeftOut(passages.examples, scores, weights),
        LeftOut(questions, confidences, balanced(questions.outcomes, questions.runs)),
        gathered.answerable,
    )


def _models(gathered: _Gathered, kept: dict[str, Any] | None) -> dict[str, Any]:
    if kept:
        return {"passage": kept["passage"], "question": kept["question"]}
    return {
        "passage": asdict(fit_passages(gathered.passages, gathered.of_passage)),
        "question": asdict(fit(gathered.asked, gathered.of_question)),
    }


def _kept(model: dict[str, Any], examples: Examples, names: Sequence[str]) -> Floats:
    """The probability of each example by a model that is kept."""
    if set(model["weights"]) != set(names):
        raise QuestionSetInvalid(
            "the models to keep weigh other signals than the runs state: make the runs anew with "
            "CITEWELL_READER=true where the models weigh what is read, and with false if not"
        )
    weights = {name: model["weights"][name] for name in names}
    return probabilities(Logistic(model["intercept"], weights), examples.features)


def _provenance(
    runs: Sequence[NamedRun],
    stating: tuple[Sequence[int], Sequence[int]],
    stated: Stated,
    dealt: Dealt,
) -> dict[str, Any]:
    rate, found = told_at(stated.thresholds), stated.found
    threshold = stated.thresholds[rate]
    sources = [
        _source(named)
        | {"stated_on": run in stating[0], "strict_on": run in stating[1]}
        | {"figures": found.figures(threshold, run).as_json()}
        for run, named in enumerate(runs)
    ]
    return {
        "method": _METHOD + (_FOLLOWING if stated.by else _HIGHEST),
        "figures_at": rate,
        "left_out": {
            "folds": FOLDS,
            "answerable_by_document": dealt.by_document,
            "answerable_singly": dealt.singly,
        },
        "runs": sources,
        "figures": found.figures(threshold).as_json(),
    }


def _strict_before(models: dict[str, Any] | None) -> dict[str, Any]:
    kept = {name: (models or {}).get(name) for name in ("strict", "strict_by", "strict_most")}
    return {"strict": [], "strict_by": {}} | {name: each for name, each in kept.items() if each}


def _first(provenance: dict[str, Any]) -> dict[str, Any]:
    """Where models are from that may have been kept before."""
    found: dict[str, Any] = provenance.get("models", provenance)
    return found


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
