"""What became worse than a baseline. In: questions of both runs. Out: Checks.

One-sided paired tests, corrected together (``stepdown``): a fall that chance explains is none.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from eval.measures.measure import Judged
from eval.statistics.paired import Difference, paired_differences
from eval.verdicts.floors import Rules
from eval.verdicts.pairs import Matching, better, match, mean_before, named, shown, value
from eval.verdicts.stepdown import falls
from eval.verdicts.verdict import Check

_CHANGED = {True: "rose", False: "fell"}
# sums of the same values in another order may differ by as much
_TIE = 1e-9


def regressions(
    baseline: Sequence[Judged], run: Sequence[Judged], everything: Sequence[Judged], rules: Rules
) -> Iterator[Check]:
    """Whether the run has the baseline's questions, and each measure of ``rules`` held.

    ``everything`` is the run with the questions of its other parts.
    """
    matching = match(baseline, run)
    yield _same_questions(matching, {each.record.question.id for each in everything})
    yield from _held(baseline, matching, rules)


def new_questions(baseline: Sequence[Judged], run: Sequence[Judged]) -> Iterator[str]:
    """A sentence on questions that the baseline has not."""
    if new := match(baseline, run).only_after:
        yield f"{len(new)} questions are new and were not compared: {named(new)}"


def _same_questions(matching: Matching, everywhere: set[str]) -> Check:
    """One cannot pass by leaving out questions, or by asking easier ones."""
    gone = matching.only_before
    kinds = [
        ("missing", [i for i in gone if i not in everywhere]),
        ("moved to another part", [i for i in gone if i in everywhere]),
        ("worded differently", matching.reworded),
        ("given another truth", matching.other_truth),
    ]
    wrong = "; ".join(f"{len(ids)} {kind}: {named(ids)}" for kind, ids in kinds if ids)
    if wrong:
        sentence = (
            f"not all questions of the baseline can be compared ({wrong}); ask the same "
            "questions, or make a new baseline"
        )
    else:
        sentence = f"all {len(matching.pairs)} questions of the baseline are in the run"
    return Check("questions", "same questions", not wrong, sentence)


def _held(baseline: Sequence[Judged], matching: Matching, rules: Rules) -> Iterator[Check]:
    ours = {m: [value(pair.before, m) for pair in matching.pairs] for m in rules.measures}
    theirs = {m: [value(pair.after, m) for pair in matching.pairs] for m in rules.measures}
    changes = np.array(
        [
            [_gain(b, o) * better(m) for b, o in zip(ours[m], theirs[m], strict=True)]
            for m in rules.measures
        ]
    ).reshape(len(rules.measures), -1)
    differences = paired_differences(ours, theirs)
    for measure, p in zip(rules.measures, falls(changes.T), strict=True):
        difference = differences[measure]
        if difference is None:
            yield _not_compared(measure, baseline)
        else:
            mean = mean_before(ours[measure], theirs[measure])
            passed = p >= rules.significance
            yield Check("regression", measure, passed, _sentence(measure, mean, difference, p))


def _gain(before: float | None, after: float | None) -> float:
    return 0.0 if before is None or after is None else after - before


def _not_compared(measure: str, baseline: Sequence[Judged]) -> Check:
    """What applies to nothing cannot become worse, unless it did apply."""
    applied = sum(value(each, measure) is not None for each in baseline)
    if applied:
        sentence = (
            f"{measure} applied to {applied} questions of the baseline and to none of the run"
        )
    else:
        sentence = f"{measure} applies to no question of the baseline; nothing was compared"
    return Check("regression", measure, not applied, sentence)


def _sentence(measure: str, before: float, difference: Difference, p: float) -> str:
    n = f"{difference.n} questions"
    if abs(difference.mean) <= _TIE:
        return f"{measure} is {shown(before, measure)} as before on {n}"
    after = shown(before + difference.mean, measure)
    low, high = (shown(end, measure, "+") for end in (difference.low, difference.high))
    return (
        f"{measure} {_CHANGED[difference.mean > 0]} from {shown(before, measure)} to {after} "
        f"on {n} (difference {shown(difference.mean, measure, '+')}, 95 % interval {low} to "
        f"{high}, one-sided p {p:.4f} after correction)"
    )
