"""Questions that two runs have in common. In: judged records of both. Out: Pairs, their values.

Nothing is left out in silence: what has no counterpart is named.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.errors import MeasureUnknown
from eval.measures.measure import Judged
from eval.measures.names import NAMES, OF_QUESTIONS, Better, Name
from eval.questions.question import Question
from eval.statistics.paired import SIGNIFICANT

LATENCY = "latency"
_TIME = Name("time of a question", "Wall time until the answer was there.", -1, "ms")
PER_QUESTION: dict[str, Name] = {**OF_QUESTIONS, LATENCY: _TIME}
"""Measures that each question has a value of, so that runs can be paired by them."""
_MOST_NAMED = 20
SAME = "no significant difference"


@dataclass(frozen=True, slots=True)
class Pair:
    """One question in both runs."""

    before: Judged
    after: Judged


@dataclass(frozen=True, slots=True)
class Matching:
    """``pairs`` in the order of the run before; the others by id.

    A question is the same if id, text and truth (answerable, expected places, short answers)
    are equal.
    """

    pairs: tuple[Pair, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    reworded: tuple[str, ...]
    other_truth: tuple[str, ...]

    def unmatched(self) -> list[str]:
        """A sentence for each kind of question without a counterpart."""
        kinds = [
            ("only in the run before", self.only_before),
            ("only in the run after", self.only_after),
            ("with another text under the same id", self.reworded),
            ("with another truth under the same id", self.other_truth),
        ]
        return [f"{len(ids)} {kind}: {named(ids)}" for kind, ids in kinds if ids]


def match(before: Sequence[Judged], after: Sequence[Judged]) -> Matching:
    """Pair the questions of two runs."""
    others = {each.record.question.id: each for each in after}
    pairs: list[Pair] = []
    gone: list[str] = []
    reworded: list[str] = []
    other_truth: list[str] = []
    for each in before:
        question = each.record.question
        other = others.pop(question.id, None)
        if other is None:
            gone.append(question.id)
        elif other.record.question.question != question.question:
            reworded.append(question.id)
        elif _truth(other.record.question) != _truth(question):
            other_truth.append(question.id)
        else:
            pairs.append(Pair(each, other))
    return Matching(tuple(pairs), tuple(gone), tuple(others), tuple(reworded), tuple(other_truth))


def value(judged: Judged, measure: str) -> float | None:
    """A question's value of one of ``PER_QUESTION``; None where it does not apply."""
    if measure != LATENCY:
        return judged.measures.get(measure)
    return judged.record.milliseconds if judged.record.response else None


def check_measures(measures: Iterable[str]) -> None:
    """Raise ``MeasureUnknown`` when one of them is no measure of a question."""
    unknown = [measure for measure in measures if measure not in PER_QUESTION]
    if unknown:
        raise MeasureUnknown(
            f"no measure of a question is named {', '.join(map(repr, unknown))}; there are "
            + ", ".join(PER_QUESTION)
        )


def better(measure: str) -> Better:
    """1 where a higher value is better, else -1."""
    return PER_QUESTION[measure].better


def verdict(change: float, p: float, measure: str) -> str:
    """A change of a measure in a word: "better", "worse", or ``SAME``."""
    if p >= SIGNIFICANT:
        return SAME
    return "better" if change * better(measure) > 0 else "worse"


def mean_before(before: Sequence[float | None], after: Sequence[float | None]) -> float:
    """The mean of the values before, where the measure applies on both sides; that is somewhere."""
    both = [b for b, a in zip(before, after, strict=True) if b is not None and a is not None]
    return sum(both) / len(both)


def shown(number: float, measure: str, sign: str = "") -> str:
    """A value of a measure as a reader sees it; with sign "+" as a change."""
    if _unit(measure) == "ms":
        return f"{number:{sign}.1f} ms"
    return f"{number:{sign}.3f}"


def named(ids: Sequence[str]) -> str:
    """The first ids, and how many more there are."""
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return ", ".join(ids[:_MOST_NAMED]) + more


def _unit(measure: str) -> str:
    return (PER_QUESTION.get(measure) or NAMES[measure]).unit


def _truth(question: Question) -> object:
    return question.answerable, Counter(question.expected), Counter(question.answers)
