"""Reports. In: a Summary. Out: Markdown, readable on a terminal as it is."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from eval.measures.measure import Judged
from eval.measures.summary import ALL, Part, Summary
from eval.statistics.interval import Estimate

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


def report(summary: Summary) -> str:
    """The whole report; the headline is the test part where questions are so tagged."""
    part = summary.headline
    lines = [*_head(summary), *_figures(part), "", *_by_tag(summary.tags)]
    if summary.tuning:
        lines += ["", "## Tuning part, for comparison only", "", *_figures(summary.tuning)]
    return "\n".join([*lines, "", *_misses(part.judged), ""])


def _head(summary: Summary) -> Iterator[str]:
    facts, source, part = summary.facts, summary.facts.source, summary.headline
    yield "# Evaluation"
    yield ""
    yield f"- command: `{facts.command}`"
    yield f"- questions: {facts.questions} (sha256 {facts.questions_sha256[:12]})"
    yield f"- index: digest {source.index_digest[:12]}, model {source.model or 'not told'}"
    yield f"- {', '.join(f'{n} {v}' for n, v in source.versions.items())}; {facts.created}"
    yield from _times(part.judged)
    yield ""
    yield f"## {'All questions' if part.name == ALL else 'Test part'} ({len(part.judged)})"
    yield ""


def _times(judged: Sequence[Judged]) -> Iterator[str]:
    """How long a question took, where any was answered; other programs on the machine count."""
    taken = [1000 * each.record.seconds for each in judged if each.record.response]
    if taken:
        middle, high = np.quantile(taken, [0.5, 0.95])
        yield f"- one question: {middle:.1f} ms (median), 95 % within {high:.1f} ms"


def _figures(part: Part) -> Iterator[str]:
    """A row for each figure, with its interval."""
    yield "| measure | mean | 95 % interval | questions |"
    yield "|---|---:|---|---:|"
    for name, value in part.figures.items():
        yield (
            f"| {_LABELS.get(name, name)} | {value.mean:.3f} "
            f"| {value.low:.3f} to {value.high:.3f} | {value.n} |"
        )
    failures = sum(each.record.error is not None for each in part.judged)
    if failures:
        yield f"\n{failures} questions failed and count as failures."


def _by_tag(tags: Sequence[Part]) -> Iterator[str]:
    if not tags:
        return
    yield "## By tag"
    yield ""
    yield f"| tag | questions | {' | '.join(_TAG_MEASURES)} |"
    yield f"|---|---:|{'---|' * len(_TAG_MEASURES)}"
    for part in tags:
        cells = [_cell(part.figures.get(name)) for name in _TAG_MEASURES]
        yield f"| {part.name} | {len(part.judged)} | {' | '.join(cells)} |"


def _cell(value: Estimate | None) -> str:
    if value is None:
        return "–"
    return f"{value.mean:.2f} ({value.low:.2f} to {value.high:.2f})"


def _misses(judged: Sequence[Judged]) -> Iterator[str]:
    kinds: list[tuple[str, Callable[[Judged], bool]]] = [
        ("Not found in the first 5 passages", lambda r: r.measures.get("hit@5") == 0),
        ("Answerable, and not answered", lambda r: r.measures.get("answered") == 0),
        ("Unanswerable, and answered", lambda r: r.measures.get("refused") == 0),
    ]
    for title, missed in kinds:
        wrong = [each for each in judged if missed(each)]
        yield f"## {title} ({len(wrong)})"
        yield ""
        for each in wrong:
            yield _miss(each)
        yield ""


def _miss(judged: Judged) -> str:
    question, response = judged.record.question, judged.record.response
    if response is None:
        return f"- {question.id}: {question.question} (failed: {judged.record.error})"
    confidence = response.answer.confidence
    return f"- {question.id}: {question.question} (confidence {confidence:.2f})"
