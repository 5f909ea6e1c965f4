"""Reports. In: a Run. Out: Markdown, readable on a terminal as it is."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from eval.runs.run import Record, Run
from eval.statistics.interval import Estimate, estimate

TEST, TUNING = "test", "tuning"
_TAG_MEASURES = ("hit@5", "mrr", "evidence_in_answer", "answered", "refused")
_LABELS = {
    "answered": "answerable questions answered",
    "evidence_in_answer": "... with the evidence in the answer",
    "refused": "unanswerable questions refused",
    "false_answer": "unanswerable questions answered",
    "passages_precision": "characters of 5 passages: precision",
    "passages_recall": "characters of 5 passages: recall",
    "passages_iou": "characters of 5 passages: IoU",
    "quotes_precision": "characters of the quotes: precision",
    "quotes_recall": "characters of the quotes: recall",
    "quotes_iou": "characters of the quotes: IoU",
}


def report(run: Run) -> str:
    """The whole report; the headline is the test part where questions are so tagged."""
    tags = {tag for record in run.records for tag in record.question.tags}
    part = TEST if TEST in tags else None
    records = [r for r in run.records if part is None or part in r.question.tags]
    lines = [*_head(run, part, len(records)), *_summary(records), "", *_by_tag(records)]
    if TUNING in tags:
        tuned = [r for r in run.records if TUNING in r.question.tags]
        lines += ["", "## Tuning part, for comparison only", "", *_summary(tuned)]
    return "\n".join([*lines, "", *_misses(records), ""])


def _head(run: Run, part: str | None, count: int) -> Iterator[str]:
    facts = run.facts
    yield "# Evaluation"
    yield ""
    yield f"- command: `{facts.command}`"
    yield f"- questions: {facts.questions} (sha256 {facts.questions_sha256[:12]})"
    yield f"- index: digest {facts.index_digest[:12]}, model {facts.model}"
    yield f"- citewell {facts.citewell}, {facts.created}"
    yield from _times(run.records)
    yield ""
    yield f"## {'All questions' if part is None else 'Test part'} ({count})"
    yield ""


def _times(records: Sequence[Record]) -> Iterator[str]:
    """How long a question took, where any was answered; other programs on the machine count."""
    taken = [record.response.timings_ms["total"] for record in records if record.response]
    if taken:
        middle, high = np.quantile(taken, [0.5, 0.95])
        yield f"- one question: {middle:.1f} ms (median), 95 % within {high:.1f} ms"


def _summary(records: Sequence[Record]) -> Iterator[str]:
    """A row for each measure that applies to any question, with its interval."""
    yield "| measure | mean | 95 % interval | questions |"
    yield "|---|---:|---|---:|"
    names = dict.fromkeys(name for record in records for name in record.measures)
    for name in names:
        value = estimate(record.measures.get(name) for record in records)
        if value is not None:
            yield (
                f"| {_LABELS.get(name, name)} | {value.mean:.3f} "
                f"| {value.low:.3f} to {value.high:.3f} | {value.n} |"
            )
    failures = sum(record.error is not None for record in records)
    if failures:
        yield f"\n{failures} questions failed and count as failures."


def _by_tag(records: Sequence[Record]) -> Iterator[str]:
    tags = sorted({tag for record in records for tag in record.question.tags} - {TEST, TUNING})
    if not tags:
        return
    yield "## By tag"
    yield ""
    yield f"| tag | questions | {' | '.join(_TAG_MEASURES)} |"
    yield f"|---|---:|{'---|' * len(_TAG_MEASURES)}"
    for tag in tags:
        tagged = [record for record in records if tag in record.question.tags]
        cells = [_cell(estimate(r.measures.get(m) for r in tagged)) for m in _TAG_MEASURES]
        yield f"| {tag} | {len(tagged)} | {' | '.join(cells)} |"


def _cell(value: Estimate | None) -> str:
    if value is None:
        return "–"
    return f"{value.mean:.2f} ({value.low:.2f} to {value.high:.2f})"


def _misses(records: Sequence[Record]) -> Iterator[str]:
    kinds: list[tuple[str, Callable[[Record], bool]]] = [
        ("Not found in the first 5 passages", lambda r: r.measures.get("hit@5") == 0),
        ("Answerable, and not answered", lambda r: r.measures.get("answered") == 0),
        ("Unanswerable, and answered", lambda r: r.measures.get("refused") == 0),
    ]
    for title, missed in kinds:
        wrong = [record for record in records if missed(record)]
        yield f"## {title} ({len(wrong)})"
        yield ""
        for record in wrong:
            yield _miss(record)
        yield ""


def _miss(record: Record) -> str:
    if record.response is None:
        return f"- {record.question.id}: {record.question.question} (failed: {record.error})"
    confidence = record.response.answer.confidence
    return f"- {record.question.id}: {record.question.question} (confidence {confidence:.2f})"
