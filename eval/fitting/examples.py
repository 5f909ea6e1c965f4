"""Examples to fit on. In: Runs, each restricted to a tag or not. Out: Examples.

A passage's outcome is whether it holds an expected place; a question's, whether one of its
first five passages does (hit@5 of ``eval.measures``), which is called a hit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.errors import QuestionSetInvalid, RunInvalid
from eval.questions.place import Place, held
from eval.questions.question import Question
from eval.runs.record import Record, Run
from service.answer import CitedPassage
from service.answering.confidence import QUESTION_FEATURES, READ_FEATURES, passage_features
from service.asking.question import DEFAULT_PASSAGES

_MOST_NAMED = 10
Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NamedRun:
    """A run by the name of its folder, and the tag of the questions to take, None for all."""

    name: str
    tag: str | None
    run: Run


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was found for it; ``run`` counts the runs from 0.

    ``ruled_out`` tells that a rule, and no model, had said that nothing can answer it.
    """

    run: int
    question: Question
    places: tuple[Place, ...]
    passages: tuple[CitedPassage, ...]
    signals: dict[str, float]
    ruled_out: bool = False

    def holds(self, passage: CitedPassage) -> bool:
        """Whether a passage holds an expected place."""
        path = passage.document.path
        return held(self.places, path, passage.start, passage.end)

    @property
    def features(self) -> dict[str, float]:
        """The features of the question, as the engine has stated them."""
        read = READ_FEATURES if READ_FEATURES[0] in self.signals else ()
        return {name: self.signals[name] for name in (*QUESTION_FEATURES, *read)}


@dataclass(frozen=True, slots=True)
class Examples:
    """Feature rows ``(n, features)``, their outcomes (0 or 1), and the number of the run and
    of the fold that each is in."""

    features: Floats
    outcomes: Floats
    runs: Numbers
    folds: Numbers


@dataclass(frozen=True, slots=True)
class PassageExamples:
    """Examples of passages, with the number of the question of each, from 0, and whether that
    is a hit; shapes ``(n,)``."""

    examples: Examples
    owners: Numbers
    hits: NDArray[np.bool_]


def all_asked(runs: Sequence[NamedRun]) -> list[Asked]:
    """The questions taken from the runs, in order.

    Raises ``QuestionSetInvalid`` when a run has no question of its tag, or only answerable or
    only unanswerable ones, and ``RunInvalid`` when one of them ended in an error, or some were
    read and some not.
    """
    asked = [asked for number, named in enumerate(runs) for asked in _taken(number, named)]
    if len({tuple(each.features) for each in asked}) > 1:
        raise RunInvalid(
            "some runs were made with CITEWELL_READER=true and some without; run the questions "
            "anew with one of the two"
        )
    return asked


def passage_examples(asked: Sequence[Asked], folds: Numbers) -> PassageExamples:
    """An example for each passage of each question; ``folds`` has a number for each question."""
    rows, outcomes, owners = [], [], []
    for owner, each in enumerate(asked):
        question = each.features
        for passage in each.passages:
            rows.append(list(passage_features(passage.scores, question).values()))
            outcomes.append(each.holds(passage))
            owners.append(owner)
    runs = np.array([each.run for each in asked])
    hits = np.array([_is_hit(each) for each in asked])
    of = np.array(owners, dtype=np.int64)
    examples = Examples(np.array(rows), np.array(outcomes, np.float64), runs[of], folds[of])
    return PassageExamples(examples, of, hits[of])


def question_examples(asked: Sequence[Asked], folds: Numbers) -> Examples:
    """An example for each question; ``folds`` has a number for each."""
    return Examples(
        np.array([list(each.features.values()) for each in asked]),
        np.array([_is_hit(each) for each in asked], np.float64),
        np.array([each.run for each in asked]),
        folds,
    )


def _is_hit(asked: Asked) -> bool:
    return any(map(asked.holds, asked.passages[:DEFAULT_PASSAGES]))


def only(examples: Examples, kept: Sequence[bool] | NDArray[np.bool_]) -> Examples:
    """Those of the examples that are kept."""
    return Examples(
        examples.features[kept],
        examples.outcomes[kept],
        examples.runs[kept],
        examples.folds[kept],
    )


def check_kinds(examples: Examples, names: Sequence[str]) -> None:
    """Raise ``QuestionSetInvalid`` when a run, by its name, has only one kind of outcome."""
    for run, name in enumerate(names):
        if len(set(examples.outcomes[examples.runs == run])) < 2:
            raise _one_kind(name)


def _taken(number: int, named: NamedRun) -> list[Asked]:
    tag = named.tag
    chosen = [r for r in named.run.records if tag is None or tag in r.question.tags]
    if not chosen:
        raise QuestionSetInvalid(f"{named.name} has no question tagged {tag!r}; choose another tag")
    failed = [record.question.id for record in chosen if record.response is None]
    if failed:
        raise RunInvalid(
            f"{named.name} has no response to {', '.join(failed[:_MOST_NAMED])}"
            f"{' and others' if len(failed) > _MOST_NAMED else ''}; mend what its report says "
            "of them and run the questions again"
        )
    if len({record.question.answerable for record in chosen}) < 2:
        raise _one_kind(named.name)
    return [_asked(number, named.name, record) for record in chosen]


def _asked(number: int, run: str, record: Record) -> Asked:
    assert record.response, "none failed"
    signals = record.response.answer.signals
    if set(QUESTION_FEATURES) - set(signals):
        raise RunInvalid(
            f"{run} was made by an earlier version, whose answers state no signals; run the "
            "questions again"
        )
    ruled_out = record.response.answer.confidence == 0
    passages = record.response.passages
    return Asked(number, record.question, record.places, passages, signals, ruled_out)


def _one_kind(name: str) -> QuestionSetInvalid:
    return QuestionSetInvalid(
        f"{name} has only one kind of outcome; add answerable and unanswerable questions"
    )
