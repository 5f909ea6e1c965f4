"""Whether probabilities keep what they promise. In: Runs. Out: figures of each run, and of all.

A confidence promises how often it is right, for an even mix of right and wrong; the stated share
of false answers promises how many unanswerable questions are answered. To be asked of runs that
nothing was fitted on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eval.errors import QuestionSetInvalid
from eval.fitting.examples import Floats, NamedRun, Numbers
from eval.fitting.logistic import balanced
from eval.measures.reliability import BINS, is_right
from eval.runs.record import Record
from eval.statistics.interval import Estimate, bootstrap_statistic, estimate
from eval.statistics.separation import auroc_estimate


@dataclass(frozen=True, slots=True)
class Promised:
    """Figures with 95 % intervals.

    ``auroc`` is of the confidence, answerable against unanswerable questions; ``error`` the
    expected calibration error in 10 bins of equal weight, both outcomes of a run weighing the
    same; ``answered`` and ``false`` are the shares of answerable and of unanswerable questions
    that are answered. What has no questions is None.
    """

    name: str
    auroc: Estimate | None
    error: Estimate
    answered: Estimate | None
    false: Estimate | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """Columns of shape ``(n,)``, a row a question; ``runs`` counts from 0."""

    confidences: Floats
    right: Floats
    answerable: Floats
    answered: Floats
    runs: Numbers

    def of(self, chosen: Numbers) -> "_Judged":
        """The rows with these numbers."""
        return _Judged(
            self.confidences[chosen],
            self.right[chosen],
            self.answerable[chosen],
            self.answered[chosen],
            self.runs[chosen],
        )

    def error(self) -> float:
        """The expected calibration error, in bins of equal weight; equal ones share a bin."""
        weights = balanced(self.right, self.runs)
        weights /= weights.sum()
        _, runs = np.unique(self.confidences, return_inverse=True)
        sizes = np.bincount(runs, weights)
        gaps = np.bincount(runs, weights * (self.right - self.confidences))
        middles = BINS * (np.cumsum(sizes) - sizes / 2)
        bins = np.minimum(middles.astype(np.int64), BINS - 1)
        return float(np.abs(np.bincount(bins, gaps)).sum())


def promised(runs: Sequence[NamedRun]) -> list[Promised]:
    """The figures of each run and, of several, of all, in which every run weighs the same in
    the calibration error and every question in the rest.

    Raises ``QuestionSetInvalid`` when a run has no question of its tag that got a response.
    """
    judged = _judged(runs)
    numbers = [np.flatnonzero(judged.runs == run) for run in range(len(runs))]
    parts = [(_name(named), judged.of(rows)) for named, rows in zip(runs, numbers, strict=True)]
    if len(runs) > 1:
        parts.append(("all", judged))
    return [_promised(name, part) for name, part in parts]


def table(found: Sequence[Promised]) -> Iterator[str]:
    """The figures as lines of a Markdown table."""
    yield "| run | AUROC | calibration error | answerable | answered | unanswerable | answered |"
    yield "|---|---|---|---:|---|---:|---|"
    for each in found:
        counts = [part.n if part else 0 for part in (each.answered, each.false)]
        yield (
            f"| {each.name} | {_told(each.auroc)} | {_told(each.error)} | {counts[0]} "
            f"| {_told(each.answered)} | {counts[1]} | {_told(each.false)} |"
        )


def _judged(runs: Sequence[NamedRun]) -> _Judged:
    rows = [row for number, named in enumerate(runs) for row in _rows(number, named)]
    confidences, right, answerable, answered, numbers = np.array(rows, np.float64).T
    return _Judged(confidences, right, answerable, answered, numbers.astype(np.int64))


def _rows(number: int, named: NamedRun) -> list[tuple[float, bool, bool, bool, int]]:
    rows = [
        _row(record, number)
        for record in named.run.records
        if record.response and (named.tag is None or named.tag in record.question.tags)
    ]
    if not rows:
        raise QuestionSetInvalid(f"{_name(named)} has no question with a response; run it anew")
    return rows


def _row(record: Record, number: int) -> tuple[float, bool, bool, bool, int]:
    assert record.response
    answer = record.response.answer
    answered = answer.verdict == "answered"
    return answer.confidence, is_right(record), record.question.answerable, answered, number


def _promised(name: str, part: _Judged) -> Promised:
    answerable = part.answerable == 1
    n = len(answerable)
    error = part.error()
    drawn = bootstrap_statistic(
        n, lambda rows: np.array([part.of(row).error() for row in rows], np.float64)
    )
    low, high = drawn or (error, error)
    # Turned round: chance makes an error larger, and resampling larger again.
    turned = Estimate(error, max(0.0, 2 * error - high), min(1.0, 2 * error - low), n)
    return Promised(
        name,
        auroc_estimate(part.confidences, answerable),
        turned,
        estimate(part.answered[answerable].tolist()),
        estimate(part.answered[~answerable].tolist()),
    )


def _name(named: NamedRun) -> str:
    return named.name if named.tag is None else f"{named.name}:{named.tag}"


def _told(figure: Estimate | None) -> str:
    if figure is None:
        return ""
    return f"{figure.mean:.3f} ({figure.low:.3f} to {figure.high:.3f})"
