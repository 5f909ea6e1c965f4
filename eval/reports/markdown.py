"""Reports as text. In: a Summary. Out: Markdown, readable on a terminal as it is."""

from collections.abc import Iterator, Sequence

from eval.measures.measure import Judged
from eval.measures.names import PASSAGES_MEASURED, TAG_MEASURES
from eval.measures.reliability import Bin
from eval.measures.summary import Part, Summary
from eval.reports import prose
from eval.reports.groups import grouped, interval, mean, named
from eval.reports.rows import Kind, Row, row
from eval.statistics.interval import Estimate
from index.visible import in_cell, on_one_line

_MISSES = {
    Kind.NOT_FOUND: f"Not found in the first {PASSAGES_MEASURED} passages",
    Kind.NOT_ANSWERED: "Answerable, and not answered",
    Kind.FALSELY_ANSWERED: "Unanswerable, and answered",
    Kind.FAILED: "Failed",
}


def report(summary: Summary) -> str:
    """The whole report; the headline is the test part where questions are so tagged."""
    part = summary.headline
    lines = [*_head(summary), *_figures(part), *_by_tag(summary.tags)]
    lines += _reliability("the confidence", "questions", summary.reliability)
    lines += _reliability("the passages' scores", "passages", summary.passage_reliability)
    if summary.tuning:
        title = f"{prose.title(summary.tuning)}, for comparison only"
        lines += [f"## {title} ({len(summary.tuning.judged)})", "", *_figures(summary.tuning)]
    return "\n".join([*lines, *_misses(part.judged)])


def _head(summary: Summary) -> Iterator[str]:
    part = summary.headline
    yield "# Evaluation"
    yield ""
    yield from prose.sentences(part)
    yield ""
    warnings = [f"- **Note:** {warning}" for warning in prose.warnings(summary)]
    yield from [*warnings, ""] if warnings else []
    for name, value in prose.facts(summary):
        yield f"- {name}: {_code(value) if name == 'command' else in_cell(value)}"
    yield ""
    yield f"## {prose.title(part)} ({len(part.judged)})"
    yield ""


def _figures(part: Part) -> Iterator[str]:
    """A table for each group, a row for each figure with its interval."""
    for group in grouped(part.figures):
        yield f"| {group.title} | mean | 95 % interval | questions |"
        yield "|---|---:|---|---:|"
        for figure in group.figures:
            cells = (figure.name.label, mean(figure), interval(figure), str(figure.value.n))
            yield f"| {' | '.join(cells)} |"
        yield ""


def _by_tag(tags: Sequence[Part]) -> Iterator[str]:
    if not tags:
        return
    yield "## By tag"
    yield ""
    yield f"| tag | questions | {' | '.join(named(name).label for name in TAG_MEASURES)} |"
    yield f"|---|---:|{'---|' * len(TAG_MEASURES)}"
    for part in tags:
        cells = [_cell(part.figures.get(name)) for name in TAG_MEASURES]
        yield f"| {in_cell(part.name)} | {len(part.judged)} | {' | '.join(cells)} |"
    yield ""


def _cell(value: Estimate | None) -> str:
    if value is None:
        return "–"
    return f"{value.mean:.2f} ({value.low:.2f} to {value.high:.2f})"


def _reliability(of: str, counted: str, bins: Sequence[Bin]) -> Iterator[str]:
    if not bins:
        return
    yield f"## Reliability of {of}"
    yield ""
    yield f"| predicted | came true | 95 % interval | {counted} |"
    yield "|---:|---:|---|---:|"
    for each in bins:
        seen = each.observed
        interval = f"{seen.low:.2f} to {seen.high:.2f}"
        yield f"| {each.predicted:.2f} | {seen.mean:.2f} | {interval} | {seen.n} |"
    yield ""


def _misses(judged: Sequence[Judged]) -> Iterator[str]:
    rows = [row(each) for each in judged]
    for kind, title in _MISSES.items():
        wrong = [each for each in rows if kind in each.kinds]
        if wrong or kind is not Kind.FAILED:
            yield f"## {title} ({len(wrong)})"
            yield ""
            yield from map(_miss, wrong)
            yield ""


def _miss(missed: Row) -> str:
    question = missed.record.question
    came = (
        f"failed: {missed.record.error}"
        if missed.confidence is None
        else f"confidence {missed.confidence:.2f}"
    )
    return f"- {in_cell(question.id)}: {in_cell(question.question)} ({in_cell(came)})"


def _code(text: str) -> str:
    return f"`{on_one_line(text)}`"
