"""Measures of a run's questions. In: Records. Out: values by name, or None.

None means "does not apply" and is never averaged as 0. A question that failed is a failure in
everything but the probabilities, of which it gave none.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from eval.measures.answers import answer_measures
from eval.measures.characters import character_measures
from eval.measures.citations import citation_measures
from eval.measures.names import OF_QUESTIONS, Measures
from eval.measures.ranges import Returned, ranges_of
from eval.measures.ranking import rank_measures, rank_units
from eval.measures.reliability import brier_measures
from eval.runs.record import Record


@dataclass(frozen=True, slots=True)
class Judged:
    """A record with its measures."""

    record: Record
    measures: Measures


def judge(records: Iterable[Record]) -> tuple[Judged, ...]:
    """Every record with a value for each name of ``OF_QUESTIONS``, in their order."""
    kept = tuple(records)
    answerable = [record for record in kept if record.question.answerable]
    ranked = iter(rank_measures([rank_units(r.places, _returned(r)) for r in answerable]))
    judged = []
    for record in kept:
        values = _of_one(record)
        if record.question.answerable:
            values |= next(ranked)
        judged.append(Judged(record, {name: values.get(name) for name in OF_QUESTIONS}))
    return tuple(judged)


def tagged(judged: Iterable[Judged], tag: str) -> tuple[Judged, ...]:
    """The questions with a tag."""
    return tuple(each for each in judged if tag in each.record.question.tags)


def _of_one(record: Record) -> Measures:
    """What does not need the other questions."""
    values = answer_measures(record) | citation_measures(record) | brier_measures(record)
    return values | (character_measures(record) if record.question.answerable else {})


def _returned(record: Record) -> Returned:
    return ranges_of(record.response.passages) if record.response else []
