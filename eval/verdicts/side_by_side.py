"""A Comparison to read. In: a Comparison. Out: Markdown, readable on a terminal as it is."""

from collections.abc import Iterator, Sequence
from math import isfinite

from eval.measures.measure import Judged
from eval.runs.record import Run
from eval.verdicts.changes import Changed
from eval.verdicts.compare import Comparison, Row
from eval.verdicts.pairs import PER_QUESTION, SAME, shown
from index.visible import in_cell, on_one_line

MOST_SHOWN = 20
_LONGEST_ANSWER = 400
_HEAD = "before | after | difference | 95 % interval | p (Holm) | questions | verdict |"
_RULE = "---:|---:|---:|---|---:|---:|---|"


def side_by_side(comparison: Comparison, *, every_change: bool = False) -> str:
    """The whole comparison; at most 20 changed questions of a kind unless ``every_change``."""
    most = None if every_change else MOST_SHOWN
    worse, better, both = (
        comparison.changes.worse,
        comparison.changes.better,
        comparison.changes.both,
    )
    lines = [
        *_head(comparison),
        *_facts(comparison),
        *_measures(comparison),
        *_tags(comparison),
        *_changed("Questions that became worse", worse, most),
        *_changed("Questions that became better", better, most),
        *_changed("Questions that lost one thing and gained another", both, most),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _head(comparison: Comparison) -> Iterator[str]:
    yield "# Comparison"
    yield ""
    for warning in comparison.warnings:
        yield f"**Warning: {on_one_line(warning)}.**"
        yield ""
    yield f"- before: {_run(comparison.before)}"
    yield f"- after: {_run(comparison.after)}"
    yield f"- questions that both have: {len(comparison.matching.pairs)}"
    if comparison.tag is not None:
        yield f"- compared: the {comparison.questions} of them tagged {on_one_line(comparison.tag)}"
    yield f"- {_in_words(comparison.rows)}"
    yield ""


def _run(run: Run) -> str:
    facts = run.facts
    return (
        f"`{on_one_line(facts.command)}`, {facts.created}, {facts.asked} questions of "
        f"{on_one_line(facts.questions)}"
    )


def _in_words(rows: Sequence[Row]) -> str:
    kinds = {
        verdict: [label(row.measure) for row in rows if row.verdict == verdict]
        for verdict in ("worse", "better")
    }
    told = [f"{verdict}: {', '.join(names)}" for verdict, names in kinds.items() if names]
    same = sum(row.verdict == SAME for row in rows)
    return "; ".join([*told, f"{SAME} in {same} of {len(rows)} measures"])


def _facts(comparison: Comparison) -> Iterator[str]:
    yield "## What differs between the runs"
    yield ""
    if comparison.facts:
        yield "| | before | after |"
        yield "|---|---|---|"
        for fact in comparison.facts:
            yield f"| {in_cell(fact.name)} | {in_cell(fact.before)} | {in_cell(fact.after)} |"
    else:
        yield "Nothing that is recorded: question set, index, model, settings, versions are equal."
    yield ""


def _measures(comparison: Comparison) -> Iterator[str]:
    yield "## Measures"
    yield ""
    yield f"| measure | {_HEAD}"
    yield f"|---|{_RULE}"
    for row in comparison.rows:
        yield f"| {label(row.measure)} | {_cells(row)}"
    yield ""
    yield (
        "Intervals are of each measure by itself; p, and with it the verdict, is corrected for "
        f"the {len(comparison.rows)} measures. Times count whatever else the machine did."
    )
    yield ""
    if comparison.inapplicable:
        names = ", ".join(label(measure) for measure in comparison.inapplicable)
        yield f"Of no question in both runs: {names}."
        yield ""


def _tags(comparison: Comparison) -> Iterator[str]:
    rows = comparison.tags
    if not rows:
        return
    yield "## By tag"
    yield ""
    moved = [row for row in rows if row.difference.mean != 0]
    if moved:
        yield f"| tag | measure | {_HEAD}"
        yield f"|---|---|{_RULE}"
        for row in moved:
            yield f"| {in_cell(row.tag or '')} | {label(row.measure)} | {_cells(row)}"
        yield ""
    same = len(rows) - len(moved)
    yield f"p is corrected over all {len(rows)} cells; in {same} nothing changed on balance."
    yield ""


def _cells(row: Row) -> str:
    difference, measure = row.difference, row.measure
    return (
        f"{shown(row.before, measure)} | {shown(row.after, measure)} "
        f"| {shown(difference.mean, measure, '+')} | {interval(row)} | {row.p:.4f} "
        f"| {difference.n} | {row.verdict} |"
    )


def interval(row: Row) -> str:
    """The interval of a difference; one question has none."""
    low, high = row.difference.low, row.difference.high
    if not (isfinite(low) and isfinite(high)):
        return "–"
    return f"{shown(low, row.measure, '+')} to {shown(high, row.measure, '+')}"


def _changed(title: str, found: Sequence[Changed], most: int | None) -> Iterator[str]:
    yield f"## {title} ({len(found)})"
    yield ""
    for each in found[:most]:
        question = each.pair.after.record.question
        yield f"### {on_one_line(question.id)}: {on_one_line(question.question)}"
        yield ""
        yield f"- {'; '.join(flip.words for flip in each.flips)}"
        yield f"- before{_answer(each.pair.before)}"
        yield f"- after{_answer(each.pair.after)}"
        yield ""
    if most is not None and len(found) > most:
        yield f"{len(found) - most} more; --all shows them."
        yield ""


def _answer(judged: Judged) -> str:
    response = judged.record.response
    if response is None:
        return f": failed: {on_one_line(judged.record.error or '')}"
    rank = judged.measures.get("mrr")
    places = f"evidence at rank {round(1 / rank)}, " if rank else ""
    if rank == 0:
        places = "evidence at no rank, "
    text = on_one_line(response.answer.text or "not found")
    if len(text) > _LONGEST_ANSWER:
        text = text[:_LONGEST_ANSWER] + " …"
    return f" ({places}confidence {response.answer.confidence:.2f}): {text}"


def label(measure: str) -> str:
    """A measure's label."""
    return PER_QUESTION[measure].label
