"""Whether probabilities keep what they promise. In: Runs. Out: figures of each run, and of all.

A confidence promises how often it is right, and the score of a passage how often that passage
holds the answer, for an even mix of questions that are answered and others; the stated share of
false answers promises how many unanswerable questions are answered. To be asked of runs that
nothing was fitted on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.errors import QuestionSetInvalid
from eval.fitting.chances import Chances
from eval.fitting.examples import NamedRun
from eval.measures.reliability import holds_place, is_right
from eval.runs.record import Record
from eval.statistics.interval import Estimate, estimate
from eval.statistics.separation import auroc_estimate
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
class _Judged:
    """The records of a run that have a response; ``run`` counts from 0."""

    name: str
    run: int
    records: tuple[Record, ...]


def promised(runs: Sequence[NamedRun]) -> list[Promised]:
    """The figures of each run and, of several, of all, in which every run weighs the same in
    the calibration errors and every question in the rest.

    Raises ``QuestionSetInvalid`` when a run has no question of its tag that got a response.
    """
    judged = [_judged(number, named) for number, named in enumerate(runs)]
    found = [_promised(each.name, [each]) for each in judged]
    return [*found, _promised("all", judged)] if len(judged) > 1 else found


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


def _judged(number: int, named: NamedRun) -> _Judged:
    name = named.name if named.tag is None else f"{named.name}:{named.tag}"
    records = tuple(
        record
        for record in named.run.records
        if record.response and (named.tag is None or named.tag in record.question.tags)
    )
    if not records:
        raise QuestionSetInvalid(f"{name} has no question with a response; run it anew")
    return _Judged(name, number, records)


def _promised(name: str, judged: Sequence[_Judged]) -> Promised:
    records = [record for each in judged for record in each.records]
    answers = [record.response.answer for record in records if record.response]
    answerable = np.array([record.question.answerable for record in records])
    answered = np.array([answer.verdict == "answered" for answer in answers])
    scores = _scores(judged)
    confidences = np.array([answer.confidence for answer in answers], np.float64)
    return Promised(
        name,
        auroc_estimate(confidences, answerable),
        _confidences(judged).estimate(),
        scores.estimate() if len(scores.values) else None,
        _share(answered[answerable]),
        _share(answered[~answerable]),
    )


def _confidences(judged: Sequence[_Judged]) -> Chances:
    rows = [
        (record.response.answer.confidence, is_right(record), is_right(record), each.run)
        for each in judged
        for record in each.records
        if record.response
    ]
    return _chances([(*row, number) for number, row in enumerate(rows)])


def _scores(judged: Sequence[_Judged]) -> Chances:
    found = [
        [
            (passage.score, holds_place(record, passage), is_right(record), each.run)
            for passage in record.response.passages[:DEFAULT_PASSAGES]
        ]
        for each in judged
        for record in each.records
        if record.response and record.response.passages
    ]
    return _chances([(*row, number) for number, rows in enumerate(found) for row in rows])


def _chances(rows: Sequence[tuple[float, bool, bool, int, int]]) -> Chances:
    columns = np.array(rows, np.float64).reshape(-1, 5).T
    values, outcomes, hits, runs, questions = columns
    return Chances(values, outcomes, hits, runs.astype(np.int64), questions.astype(np.int64))


def _share(happened: NDArray[np.bool_]) -> Estimate | None:
    return estimate(happened.astype(float).tolist())


def _told(figure: Estimate | None) -> str:
    if figure is None:
        return ""
    return f"{figure.mean:.3f} ({figure.low:.3f} to {figure.high:.3f})"
