"""The figures of a run. In: a Run. Out: a Summary, which all reports and the gate read."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.measures.measure import Judged, judge
from eval.runs.record import Run, RunFacts
from eval.statistics.interval import Estimate, estimate

TEST, TUNING = "test", "tuning"
ALL = "all"


@dataclass(frozen=True, slots=True)
class Part:
    """Some questions of a run, with every figure that applies to them, by name."""

    name: str
    judged: tuple[Judged, ...]
    figures: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of like height: their mean, and the share that came true."""

    predicted: float
    observed: Estimate


@dataclass(frozen=True, slots=True)
class Point:
    """Answering from a confidence on: which share is answered, and which of it wrongly."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in figures.

    ``headline`` is the test part where questions are so tagged, else all; ``tags`` are of its
    questions. ``reliability`` is that of the confidence, ``passage_reliability`` that of the
    passages' scores; they and ``risk_coverage`` are of the headline.
    """

    facts: RunFacts
    headline: Part
    tuning: Part | None
    tags: tuple[Part, ...]
    reliability: tuple[Bin, ...]
    passage_reliability: tuple[Bin, ...]
    risk_coverage: tuple[Point, ...]


def summarise(run: Run) -> Summary:
    """Every figure of a run."""
    judged = judge(run.records)
    tagged = {tag for each in judged for tag in each.record.question.tags}
    head = _part(TEST, _with(judged, TEST)) if TEST in tagged else _part(ALL, judged)
    kinds = sorted({tag for each in head.judged for tag in each.record.question.tags})
    return Summary(
        facts=run.facts,
        headline=head,
        tuning=_part(TUNING, _with(judged, TUNING)) if TUNING in tagged else None,
        tags=tuple(_part(t, _with(head.judged, t)) for t in kinds if t not in (TEST, TUNING)),
        reliability=(),
        passage_reliability=(),
        risk_coverage=(),
    )


def _with(judged: Sequence[Judged], tag: str) -> tuple[Judged, ...]:
    return tuple(each for each in judged if tag in each.record.question.tags)


def _part(name: str, judged: Sequence[Judged]) -> Part:
    names = dict.fromkeys(name for each in judged for name in each.measures)
    figures = {name: estimate(each.measures.get(name) for each in judged) for name in names}
    return Part(name, tuple(judged), {n: f for n, f in figures.items() if f is not None})
