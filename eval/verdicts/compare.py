"""Two runs side by side. In: two Runs. Out: a Comparison.

Paired permutation tests on the questions that both have; Holm's correction over the measures,
and apart from these over all the cells of the tags.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eval.errors import NothingToJudge
from eval.measures.measure import Judged, judge
from eval.measures.names import TAG_MEASURES
from eval.runs.record import Run
from eval.statistics.paired import Difference, holm, paired_differences
from eval.verdicts.changes import Changes, changes
from eval.verdicts.facts import FactDifference, fact_differences
from eval.verdicts.pairs import (
    LATENCY,
    Matching,
    Pair,
    check_measures,
    match,
    mean_before,
    named,
    value,
    verdict,
)

# one for each thing that can become better or worse
MEASURES = (
    "hit@5",
    "mrr",
    "ndcg@10",
    "recall@5",
    "passages_iou",
    "evidence_in_answer",
    "answered",
    "token_f1",
    "citation_precision",
    "refused",
    "verified",
    "brier",
    LATENCY,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A measure of all questions (``tag`` None) or of those with a tag.

    ``before`` and ``after`` are means over the questions to which it applies in both runs,
    ``p`` is two-sided and corrected; ``verdict`` is "better", "worse" or ``SAME``.
    """

    measure: str
    tag: str | None
    before: float
    after: float
    difference: Difference
    p: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything about two runs that can be told apart.

    ``questions`` is how many of the pairs were compared: those with the ``tag``, or all.
    ``inapplicable`` are measures that none of these has in both runs.
    """

    before: Run
    after: Run
    matching: Matching
    tag: str | None
    questions: int
    warnings: tuple[str, ...]
    facts: tuple[FactDifference, ...]
    rows: tuple[Row, ...]
    inapplicable: tuple[str, ...]
    tags: tuple[Row, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class _Cell:
    """A Row not yet tested together with the others."""

    measure: str
    tag: str | None
    before: float
    after: float
    difference: Difference


def compare(
    before: Run, after: Run, measures: Sequence[str] = MEASURES, tag: str | None = None
) -> Comparison:
    """Compare two runs on the questions that both have, or those of them with a tag.

    The tags are those of the run after. Raises ``MeasureUnknown`` for a name that is no measure
    of a question, ``NothingToJudge`` when the runs have no question in common.
    """
    check_measures(measures)
    matching = match(judge(before.records), judge(after.records))
    pairs = _chosen(matching, tag)
    cells = _cells(pairs, measures, None)
    applying = {cell.measure for cell in cells}
    return Comparison(
        before=before,
        after=after,
        matching=matching,
        tag=tag,
        questions=len(pairs),
        warnings=tuple(_warnings(matching)),
        facts=fact_differences(before.facts, after.facts),
        rows=_rows(cells),
        inapplicable=tuple(measure for measure in measures if measure not in applying),
        tags=_rows(_by_tag(pairs, tag)),
        changes=changes(pairs),
    )


def _chosen(matching: Matching, tag: str | None) -> tuple[Pair, ...]:
    if not matching.pairs:
        raise NothingToJudge(
            "the two runs have no question in common ("
            + "; ".join(matching.unmatched())
            + "); compare runs of the same question set"
        )
    if tag is None:
        return matching.pairs
    chosen = tuple(pair for pair in matching.pairs if tag in _tags(pair.after))
    if not chosen:
        tags = sorted({tag for pair in matching.pairs for tag in _tags(pair.after)})
        raise NothingToJudge(
            f"no question that both runs have is tagged {tag!r}; the tags are "
            f"{', '.join(tags) or 'none at all'}"
        )
    return chosen


def _warnings(matching: Matching) -> Iterator[str]:
    if unmatched := matching.unmatched():
        yield f"the question sets differ; left out are questions {'; '.join(unmatched)}"
    moved = [
        pair.after.record.question.id
        for pair in matching.pairs
        if set(_tags(pair.before)) != set(_tags(pair.after))
    ]
    if moved:
        yield f"{len(moved)} questions have other tags now, which hold: {named(moved)}"
    for name, side in (("before", 0), ("after", 1)):
        failed = [
            judged.record.question.id
            for pair in matching.pairs
            if (judged := (pair.before, pair.after)[side]).record.error is not None
        ]
        if failed:
            yield (
                f"{len(failed)} questions failed with an error in the run {name} and count as "
                f"failures: {named(failed)}"
            )


def _cells(pairs: Sequence[Pair], measures: Iterable[str], tag: str | None) -> list[_Cell]:
    ours = {m: [value(pair.before, m) for pair in pairs] for m in measures}
    theirs = {m: [value(pair.after, m) for pair in pairs] for m in measures}
    found = []
    for measure, difference in paired_differences(ours, theirs).items():
        if difference is not None:
            mean = mean_before(ours[measure], theirs[measure])
            found.append(_Cell(measure, tag, mean, mean + difference.mean, difference))
    return found


def _by_tag(pairs: Sequence[Pair], chosen: str | None) -> list[_Cell]:
    tags = sorted({tag for pair in pairs for tag in _tags(pair.after)} - {chosen})
    return [
        cell
        for tag in tags
        for cell in _cells([p for p in pairs if tag in _tags(p.after)], TAG_MEASURES, tag)
    ]


def _rows(cells: Sequence[_Cell]) -> tuple[Row, ...]:
    corrected = holm([cell.difference.p for cell in cells])
    return tuple(
        Row(
            c.measure,
            c.tag,
            c.before,
            c.after,
            c.difference,
            p,
            verdict(c.difference.mean, p, c.measure),
        )
        for c, p in zip(cells, corrected, strict=True)
    )


def _tags(judged: Judged) -> tuple[str, ...]:
    return judged.record.question.tags
