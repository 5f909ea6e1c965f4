"""A run in words. In: a Summary. Out: sentences, warnings, facts; plain text."""

from collections.abc import Iterator, Sequence

from eval.measures.measure import Judged
from eval.measures.summary import ALL, Part, Summary
from eval.questions.question import FEWEST, TEST, TUNING
from eval.statistics.interval import Estimate


def title(part: Part) -> str:
    """What a part is called in headings."""
    return {ALL: "All questions", TEST: "Test part", TUNING: "Tuning part"}.get(
        part.name, part.name
    )


def sentences(part: Part) -> Iterator[str]:
    """The figures that matter most, each as a sentence; only those that apply."""
    answered = part.figures.get("answered")
    if answered:
        of = f"Of {_questions(answered.n, 'answerable')} {_count(answered)} {_was(answered)}"
        yield f"{of} answered ({_percent(answered)})."
    evidence = part.figures.get("evidence_in_answer")
    if evidence:
        held = f"{_count(evidence)} of the {evidence.n:,}"
        yield f"The answer held the evidence for {held} ({_percent(evidence)})."
    found = part.figures.get("hit@5")
    if found:
        yield (
            f"One of the first 5 passages held the expected text for {_count(found)} of the "
            f"{found.n:,} ({_percent(found)})."
        )
    refused = part.figures.get("refused")
    if refused:
        of = f"Of {_questions(refused.n, 'unanswerable')} {_count(refused)} {_was(refused)}"
        yield f"{of} refused ({_percent(refused)})."
    yield from _citations(part.judged)
    yield from _times(part)


def warnings(summary: Summary) -> Iterator[str]:
    """What a reader must know before believing the figures."""
    part = summary.headline
    if summary.failed:
        counted = "counts as a failure" if summary.failed == 1 else "count as failures"
        yield (
            f"{_questions(summary.failed)} failed and {counted} in every figure but the "
            "probabilities."
        )
    if summary.drafts:
        yield (
            f"{_questions(summary.drafts, 'draft')} in this run, which nobody has checked: "
            "figures that rest on them are only as good as they are."
        )
    elsewhere = summary.facts.asked - len(part.judged)
    elsewhere -= len(summary.tuning.judged) if summary.tuning else 0
    if elsewhere > 0:
        yield (
            f"{_questions(elsewhere)} of this run belong to neither part and count in no figure: "
            "tag them test or tuning."
        )
    answerable = sum(each.record.question.answerable for each in part.judged)
    for count, kind in (
        (answerable, "answerable"),
        (len(part.judged) - answerable, "unanswerable"),
    ):
        if count == 0:
            yield f"There is no {kind} question, so nothing is known about such questions."
        elif count < FEWEST:
            yield (
                f"Only {_questions(count, kind)} (fewer than {FEWEST}): the intervals are wide, "
                "and one question more or less changes the figures."
            )


def facts(summary: Summary) -> Iterator[tuple[str, str]]:
    """What was run, as pairs of name and value."""
    run, source = summary.facts, summary.facts.source
    yield "command", run.command
    yield "questions", f"{run.questions} (sha256 {run.questions_sha256[:12]}), {run.asked} asked"
    yield "index", f"digest {source.index_digest[:12]}, generation {source.index_generation}"
    yield "model", source.model or "not told"
    if source.url:
        yield "server", source.url
    yield "passages asked for", str(run.top_k)
    yield "versions", ", ".join(f"{name} {value}" for name, value in source.versions.items())
    yield "begun", run.created
    yield "finished", run.finished or "not yet"


def settings(summary: Summary) -> tuple[tuple[str, str], ...]:
    """The settings of what answered; a server does not tell them."""
    told = summary.facts.source.settings or {}
    return tuple((name, "unset" if v is None else str(v)) for name, v in told.items())


def milliseconds(judged: Sequence[Judged]) -> list[float]:
    """How long each question took that was answered."""
    return [each.record.milliseconds for each in judged if each.record.response]


def threshold(summary: Summary) -> float | None:
    """The least confidence that was answered: as set, else as the verdicts show."""
    told = (summary.facts.source.settings or {}).get("threshold")
    if told is not None:
        return float(told)
    answers = [e.record.response.answer for e in summary.headline.judged if e.record.response]
    return min((a.confidence for a in answers if a.verdict == "answered"), default=None)


def _questions(count: int, kind: str = "") -> str:
    return f"{count:,} {kind}{' ' if kind else ''}question{'' if count == 1 else 's'}"


def _count(value: Estimate) -> str:
    return f"{round(value.mean * value.n):,}"


def _was(value: Estimate) -> str:
    return "was" if round(value.mean * value.n) == 1 else "were"


def _percent(value: Estimate) -> str:
    low, high = 100 * value.low, 100 * value.high
    return f"{100 * value.mean:.0f} %, 95 % interval {low:.0f} to {high:.0f} %"


def _citations(judged: Sequence[Judged]) -> Iterator[str]:
    cited = sum(each.record.citations for each in judged)
    verified = sum(each.record.verified for each in judged)
    if cited:
        held = f"all {cited:,}" if verified == cited else f"{verified:,} of {cited:,}"
        yield (
            f"Read again in the stored documents, {held} passages and quotes were found "
            "word for word."
        )


def _times(part: Part) -> Iterator[str]:
    middle, most = part.figures.get("latency_p50"), part.figures.get("latency_p95")
    if middle and most:
        yield (
            f"Half of the questions took at most {middle.mean:.0f} ms, "
            f"95 % at most {most.mean:.0f} ms."
        )
