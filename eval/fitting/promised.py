"""Whether probabilities keep what they promise. In: Runs. Out: figures of each run, and of all.

A confidence promises how often it is right, and the score of a passage how often that passage
holds the answer, for an even mix of questions that are answered and others; the stated share of
false answers promises how many unanswerable questions are answered. To be asked of runs that
nothing was fitted on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from eval.errors import QuestionSetInvalid
from eval.fitting.chances import Chances
from eval.fitting.examples import NamedRun
from eval.measures.reliability import holds_place, is_right
from eval.runs.record import Record
from eval.statistics.interval import Estimate, estimate
from eval.statistics.separation import auroc_estimate
from service.answer import Response
from service.asking.question import DEFAULT_PASSAGES


@dataclass(frozen=True, slots=True)
class Promised:
    """Figures with 95 % intervals.

    ``auroc`` is of the confidence, answerable against unanswerable questions; ``error`` the
    expected calibration error of the confidence in 10 bins of equal weight, questions that are
    answered and others of a run weighing the same; ``scores`` the same of the scores of the first
    five passages, None without any; ``answered`` and ``false`` are the shares of answerable and of
    unanswerable questions that are answered. What has no questions is None.
    """

    name: str
    auroc: Estimate | None
    error: Estimate
    scores: Estimate | None
    answered: Estimate | None
    false: Estimate | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question of a run, which counts from 0, that got a response, and whether it is a hit."""

    run: int
    record: Record
    response: Response
    hit: bool


def promised(runs: Sequence[NamedRun]) -> list[Promised]:
    """The figures of each run and, of several, of all, in which every run weighs the same in
    the calibration errors and every question in the rest.

    Raises ``QuestionSetInvalid`` when a run has no question of its tag that got a response.
    """
    asked = [_asked(number, named) for number, named in enumerate(runs)]
    found = [_promised(_name(named), rows) for named, rows in zip(runs, asked, strict=True)]
    return [*found, _promised("all", [*chain(*asked)])] if len(asked) > 1 else found


def table(found: Sequence[Promised]) -> Iterator[str]:
    """The figures as lines of a Markdown table."""
    yield (
        "| run | AUROC | calibration error | of scores | answerable | answered | unanswerable "
        "| answered |"
    )
    yield "|---|---|---|---|---:|---|---:|---|"
    for each in found:
        counts = [part.n if part else 0 for part in (each.answered, each.false)]
        yield (
            f"| {each.name} | {_told(each.auroc)} | {_told(each.error)} | {_told(each.scores)} "
            f"| {counts[0]} | {_told(each.answered)} | {counts[1]} | {_told(each.false)} |"
        )


def _asked(number: int, named: NamedRun) -> list[_Asked]:
    found = [
        _Asked(number, record, record.response, is_right(record))
        for record in named.run.records
        if record.response and (named.tag is None or named.tag in record.question.tags)
    ]
    if not found:
        raise QuestionSetInvalid(f"{_name(named)} has no question with a response; run it anew")
    return found


def _name(named: NamedRun) -> str:
    return named.name if named.tag is None else f"{named.name}:{named.tag}"


def _promised(name: str, asked: Sequence[_Asked]) -> Promised:
    answers = [each.response.answer for each in asked]
    answerable = np.array([each.record.question.answerable for each in asked])
    answered = np.array([answer.verdict == "answered" for answer in answers])
    confidences = np.array([answer.confidence for answer in answers], np.float64)
    scores = _chances(asked, _scores)
    return Promised(
        name,
        auroc_estimate(confidences, answerable),
        _chances(asked, lambda each: [(each.response.answer.confidence, each.hit)]).estimate(),
        scores.estimate() if len(scores.values) else None,
        _share(answered[answerable]),
        _share(answered[~answerable]),
    )


def _scores(asked: _Asked) -> list[tuple[float, bool]]:
    passages = asked.response.passages[:DEFAULT_PASSAGES]
    return [(passage.score, holds_place(asked.record, passage)) for passage in passages]


def _chances(
    asked: Sequence[_Asked], told: Callable[[_Asked], list[tuple[float, bool]]]
) -> Chances:
    """What was told of each question, with outcomes; those of which nothing was are left out."""
    found = [(each, pairs) for each in asked if (pairs := told(each))]
    rows = [
        (value, outcome, each.hit, each.run, number)
        for number, (each, pairs) in enumerate(found)
        for value, outcome in pairs
    ]
    values, outcomes, hits, runs, questions = np.array(rows, np.float64).reshape(-1, 5).T
    return Chances(values, outcomes, hits, runs.astype(np.int64), questions.astype(np.int64))


def _share(happened: NDArray[np.bool_]) -> Estimate | None:
    return estimate(happened.astype(float).tolist())


def _told(figure: Estimate | None) -> str:
    if figure is None:
        return ""
    return f"{figure.mean:.3f} ({figure.low:.3f} to {figure.high:.3f})"
