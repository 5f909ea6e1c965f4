"""The figures of a run. In: a Run. Out: a Summary, which all reports and the gate read."""

from dataclasses import dataclass

from eval.measures.abstention import Point, by_confidence, risk_coverage
from eval.measures.figures import all_figures, auroc, means
from eval.measures.measure import Judged, judge, tagged
from eval.measures.reliability import Bin, bins, confidences, passage_scores
from eval.questions.question import DRAFT, TEST, TUNING
from eval.runs.record import Run, RunFacts
from eval.statistics.interval import Estimate

ALL = "all"
_TAG_RESAMPLES = 1000


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
    tags = {tag for each in judged for tag in each.record.question.tags}
    head = _part(TEST, tagged(judged, TEST)) if TEST in tags else _part(ALL, judged)
    records = [each.record for each in head.judged]
    kinds = sorted({tag for record in records for tag in record.question.tags} - {TEST, TUNING})
    return Summary(
        facts=run.facts,
        headline=head,
        tuning=_part(TUNING, tagged(judged, TUNING)) if TUNING in tags else None,
        tags=tuple(_tag_part(tag, tagged(head.judged, tag)) for tag in kinds),
        reliability=bins(confidences(records)),
        passage_reliability=bins(passage_scores(records)),
        risk_coverage=risk_coverage(by_confidence(records)),
        drafts=len(tagged(judged, DRAFT)),
        failed=sum(record.response is None for record in records),
    )


def _part(name: str, judged: tuple[Judged, ...]) -> Part:
    return Part(name, judged, all_figures(judged))


def _tag_part(name: str, judged: tuple[Judged, ...]) -> Part:
    return Part(name, judged, means(judged, _TAG_RESAMPLES) | auroc(judged))
