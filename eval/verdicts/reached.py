"""Floors that a run reaches or not. In: its figures, Floors. Out: Checks."""

from collections.abc import Callable, Mapping

from eval.measures.names import NAMES
from eval.statistics.interval import Estimate
from eval.verdicts.floors import Bound, Floor, Rules
from eval.verdicts.pairs import shown
from eval.verdicts.verdict import Check

# sums of the same values in another order may differ by as much
_TIE = 1e-9
Figures = Mapping[str, Estimate]


def reached(rules: Rules, figures: Callable[[str | None], Figures | None]) -> list[Check]:
    """A check for each floor.

    ``figures`` gives those of all judged questions (None) or of a tag's, None when no question
    has the tag.
    """
    by_tag = {tag: figures(tag) for tag in dict.fromkeys(floor.tag for floor in rules.floors)}
    return [_check(floor, by_tag[floor.tag], rules.bound) for floor in rules.floors]


def _check(floor: Floor, figures: Figures | None, bound: Bound) -> Check:
    name = floor.measure if floor.tag is None else f"{floor.measure} of {floor.tag}"
    if figures is None:
        return Check("floor", name, False, f"no judged question is tagged {floor.tag!r}")
    if floor.measure not in figures:
        return Check("floor", name, False, f"{name} applies to no judged question")
    figure = figures[floor.measure]
    sign = NAMES[floor.measure].better
    pessimistic = figure.low if sign > 0 else figure.high
    judged = figure.mean if bound == "mean" else pessimistic
    missing = sign * (floor.limit - judged)
    passed = missing <= _TIE
    return Check("floor", name, passed, _sentence(floor, name, figure, judged, missing, bound))


def _sentence(
    floor: Floor, name: str, figure: Estimate, judged: float, missing: float, bound: Bound
) -> str:
    measure, higher = floor.measure, NAMES[floor.measure].better > 0
    limit = f"{'at least' if higher else 'at most'} {shown(floor.limit, measure)}"
    if bound == "interval":
        subject = f"the {'lower' if higher else 'upper'} end of the 95 % interval of {name}"
    else:
        subject = name
    found = f"{subject} is {shown(judged, measure)}"
    if missing > _TIE:
        found += f", {_gap(missing, measure)} {'below the floor' if higher else 'above the limit'}"
    low, high = shown(figure.low, measure), shown(figure.high, measure)
    return (
        f"{found} ({limit} is asked; {figure.n} questions, mean {shown(figure.mean, measure)}, "
        f"95 % interval {low} to {high})"
    )


def _gap(missing: float, measure: str) -> str:
    """By how much, never rounded to nothing."""
    return shown(missing, measure) if missing >= 0.001 else f"{missing:.1g}"
