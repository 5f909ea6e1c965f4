"""The figures of a run. In: a Run. Out: a Summary, which all reports and the gate read."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.measures.abstention import Point, by_confidence, risk_coverage
from eval.measures.figures import auroc, means, run_figures
from eval.measures.measure import Judged, judge
from eval.measures.reliability import Bin, bins, confidences, passage_scores
from eval.questions.question import DRAFT, TEST, TUNING
from eval.runs.record import Run, RunFacts
from eval.statistics.interval import Estimate

ALL = "all"
_RESAMPLES, _TAG_RESAMPLES = 5000, 1000


@dataclass(frozen=True, slots=True)
class Part:
    """Some questions of a run, with every figure that applies to them, by name."""

    name: str
    judged: tuple[Judged, ...]
    figures: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in figures.

    ``headline`` is the test part where questions are so tagged, else all; ``tags`` are of its
    questions, with means and AUROC only. ``reliability`` is that of the confidence,
    ``passage_reliability`` that of the passages' scores; they and ``risk_coverage`` are of the
    headline. ``drafts`` counts the run's questions that nobody has checked yet, ``failed`` the
    headline's that ended in an error.
    """

    facts: RunFacts
    headline: Part
    tuning: Part | None
    tags: tuple[Part, ...]
    reliability: tuple[Bin, ...]
    passage_reliability: tuple[Bin, ...]
    risk_coverage: tuple[Point, ...]
    drafts: int
    failed: int


def summarise(run: Run) -> Summary:
    """Every figure of a run."""
    judged = judge(run.records)
    tagged = {tag for each in judged for tag in each.record.question.tags}
    head = _part(TEST, _with(judged, TEST)) if TEST in tagged else _part(ALL, judged)
    records = [each.record for each in head.judged]
    kinds = sorted({tag for record in records for tag in record.question.tags} - {TEST, TUNING})
    return Summary(
        facts=run.facts,
        headline=head,
        tuning=_part(TUNING, _with(judged, TUNING)) if TUNING in tagged else None,
        tags=tuple(_tag_part(tag, _with(head.judged, tag)) for tag in kinds),
        reliability=bins(confidences(records)),
        passage_reliability=bins(passage_scores(records)),
        risk_coverage=risk_coverage(by_confidence(records)),
        drafts=len(_with(judged, DRAFT)),
        failed=sum(record.response is None for record in records),
    )


def _with(judged: Sequence[Judged], tag: str) -> tuple[Judged, ...]:
    return tuple(each for each in judged if tag in each.record.question.tags)


def _part(name: str, judged: tuple[Judged, ...]) -> Part:
    return Part(name, judged, means(judged, _RESAMPLES) | auroc(judged) | run_figures(judged))


def _tag_part(name: str, judged: tuple[Judged, ...]) -> Part:
    return Part(name, judged, means(judged, _TAG_RESAMPLES) | auroc(judged))
