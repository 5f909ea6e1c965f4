"""Whether a run may pass. In: a Run, a baseline and Rules. Out: a Verdict.

A run passes when it has every question of the baseline, no gate measure fell by more than
chance explains, every floor is reached, and every citation stands verbatim in its document.
"""

from collections.abc import Iterator, Sequence

from eval.errors import NothingToJudge
from eval.measures.figures import all_figures
from eval.measures.measure import Judged, judge, tagged
from eval.measures.summary import ALL
from eval.questions.question import TEST
from eval.runs.record import Run
from eval.statistics.interval import Estimate
from eval.verdicts.floors import Rules
from eval.verdicts.pairs import named
from eval.verdicts.reached import reached
from eval.verdicts.regressions import new_questions, regressions
from eval.verdicts.verdict import Check, Verdict


def gate(run: Run, baseline: Run | None, rules: Rules) -> Verdict:
    """Judge a run; raises ``NothingToJudge`` when there is nothing to judge it by, or no
    question in the part.
    """
    if baseline is None and not rules.floors:
        raise NothingToJudge(
            "nothing is asked of the run; give --baseline RUN, or --floors FILE with [floors]"
        )
    everything = judge(run.records)
    before = judge(baseline.records) if baseline else ()
    part = rules.part or (TEST if tagged((*before, *everything), TEST) else ALL)
    judged = _of(part, everything)
    if not judged and not _of(part, before):
        raise NothingToJudge(
            f"no question is tagged {part!r}; judge --part all, or tag the questions"
        )
    checks = [_verbatim(everything)]
    notes = list(_failures(judged))
    if baseline:
        checks += regressions(_of(part, before), judged, everything, rules)
        notes += new_questions(_of(part, before), judged)
    checks += reached(rules, lambda tag: _figures(judged, tag))
    return Verdict(run.facts, _part_in_words(part), len(judged), tuple(checks), tuple(notes))


def _part_in_words(part: str) -> str:
    return "all questions" if part == ALL else f"{part} part"


def _of(part: str, judged: Sequence[Judged]) -> tuple[Judged, ...]:
    return tuple(judged) if part == ALL else tagged(judged, part)


def _verbatim(judged: Sequence[Judged]) -> Check:
    """Of all parts: a citation that is not verbatim is never tolerable."""
    wrong = [each.record for each in judged if each.record.verified < each.record.citations]
    citations = sum(each.record.citations for each in judged)
    if wrong:
        lost = sum(record.citations - record.verified for record in wrong)
        sentence = (
            f"{lost} of {citations} citations do not stand verbatim in their document, in the "
            f"answers to {named([record.question.id for record in wrong])}"
        )
    else:
        sentence = f"all {citations} citations of the run stand verbatim in their documents"
    return Check("citations", "verified", not wrong, sentence)


def _failures(judged: Sequence[Judged]) -> Iterator[str]:
    failed = [each.record for each in judged if each.record.error is not None]
    if failed:
        told = named([f"{record.question.id} ({record.error})" for record in failed])
        yield f"{len(failed)} questions failed with an error and count as failures: {told}"


def _figures(judged: Sequence[Judged], tag: str | None) -> dict[str, Estimate] | None:
    """Every figure of these questions, or of those with a tag; None when none has it."""
    chosen = judged if tag is None else tagged(judged, tag)
    if tag is not None and not chosen:
        return None
    return all_figures(chosen)
